package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One try to reach a target: its name is looked up, its addresses are tried in turn, all before one deadline. */
final class ConnectAttempt {
    private final SocketConnector connector;
    private final EventLoop loop;
    private final Target target;
    private final Duration atMost;
    private final long deadlineNanos;
    private final Connector.Outcome outcome;

    ConnectAttempt(SocketConnector connector, EventLoop loop, Target target, Duration atMost, Connector.Outcome outcome) {
        this.connector = connector;
        this.loop = loop;
        this.target = target;
        this.atMost = atMost;
        this.deadlineNanos = System.nanoTime() + atMost.toNanos();
        this.outcome = outcome;
    }

    void begin(HostLookup lookup) {
        HostLookup.literal(target.host()).ifPresentOrElse(address -> tryFirst(List.of(address)), () -> lookUp(lookup));
    }

    private void lookUp(HostLookup lookup) {
        // Whichever cancels the other wins; both run on the loop.
        ScheduledFuture<?> tooLate = loop.schedule(
                () -> outcome.failed(ConnectFailure.TIMED_OUT, "no answer to the look-up of " + target.host() + within()),
                atMost.toNanos(), TimeUnit.NANOSECONDS);
        lookup.addresses(target.host()).thenAccept(addresses -> loop.execute(() -> {
            if (tooLate.cancel(false)) {
                found(addresses);
            }
        }));
    }

    private void found(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            outcome.failed(ConnectFailure.UNKNOWN_HOST, "no address for " + target.host());
        } else {
            tryFirst(addresses);
        }
    }

    private void tryFirst(List<InetAddress> addresses) {
        // One address that swallows packets must not use up the time of those after it.
        long share = (deadlineNanos - System.nanoTime()) / addresses.size();
        int timeoutMillis = Math.clamp(TimeUnit.NANOSECONDS.toMillis(share), 1, Integer.MAX_VALUE);
        connector.open(loop, addresses.getFirst(), target.port(), timeoutMillis)
                .addListener((ChannelFuture opened) -> ended(opened, addresses.subList(1, addresses.size())));
    }

    private void ended(ChannelFuture opened, List<InetAddress> rest) {
        Throwable cause = opened.cause();
        if (cause == null) {
            outcome.connected(opened.channel());
        } else if (!rest.isEmpty()) {
            tryFirst(rest);
        } else {
            ConnectFailure failure = failureOf(cause);
            outcome.failed(failure, failure == ConnectFailure.TIMED_OUT ? "no connection" + within() : String.valueOf(cause.getMessage()));
        }
    }

    private String within() {
        return " within " + atMost.toMillis() + " ms";
    }

    private static ConnectFailure failureOf(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException _ -> ConnectFailure.TIMED_OUT;
            case NoRouteToHostException _ -> ConnectFailure.UNREACHABLE;
            case ConnectException _ -> ConnectFailure.REFUSED;
            default -> ConnectFailure.UNREACHABLE;
        };
    }
}
