package dev.sallyport.server.reload;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.listen.ConnectionSecurity;
import dev.sallyport.server.listen.EventLoops;
import dev.sallyport.server.listen.Listener;
import dev.sallyport.server.tls.TlsSecurity;
import dev.sallyport.server.tls.UnusableTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The sockets of a snapshot. An address that stays keeps its socket; what is new is bound before anything is swapped. */
final class OpenListeners {
    private static final Duration RETIREMENT = Duration.ofSeconds(60);

    private final EventLoops loops;
    private final ExchangePorts ports;
    private Map<String, Open> open = Map.of();

    OpenListeners(EventLoops loops, ExchangePorts ports) {
        this.loops = loops;
        this.ports = ports;
    }

    private record Open(ListenerPlan plan, Listener listener) {
        /** As it was written, with the port that was taken: a socket of both families calls 0.0.0.0 by its IPv6 name. */
        InetSocketAddress address() {
            return new InetSocketAddress(plan.bind().getAddress(), listener.address().getPort());
        }
    }

    /** Why a snapshot cannot be served, in a sentence. */
    static final class CannotListen extends Exception {
        private static final long serialVersionUID = 1;

        CannotListen(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Bound and ready, but not in force. */
    static final class Prepared {
        private final Map<String, Open> next = new LinkedHashMap<>();
        private final Map<String, ConnectionSecurity> securities = new LinkedHashMap<>();
        private final List<Listener> fresh = new ArrayList<>();
        private final Map<String, InetSocketAddress> announced = new LinkedHashMap<>();

        /** By the listener's name: addresses that were bound for this one, or that had another name before. */
        Map<String, InetSocketAddress> announced() {
            return announced;
        }

        /** Of all listeners, those that stay included. */
        Map<String, Integer> ports() {
            Map<String, Integer> ports = new LinkedHashMap<>();
            next.forEach((name, each) -> ports.put(name, each.address().getPort()));
            return ports;
        }

        private Optional<ConnectionSecurity> security(String name) {
            return Optional.ofNullable(securities.get(name));
        }

        private boolean uses(Listener listener) {
            return next.values().stream().anyMatch(each -> each.listener().equals(listener));
        }

        private void discard() {
            fresh.forEach(listener -> listener.drain(Duration.ZERO));
        }
    }

    Prepared prepare(Map<String, ListenerPlan> plans) throws CannotListen {
        Prepared prepared = new Prepared();
        try {
            for (ListenerPlan plan : plans.values()) {
                prepareSecurity(plan, prepared);
            }
            for (ListenerPlan plan : plans.values()) {
                Optional<Open> former = former(plan, prepared);
                Open next = new Open(plan, former.isPresent() ? former.get().listener() : bind(plan, prepared));
                prepared.next.put(plan.name(), next);
                if (former.isEmpty() || !former.get().plan().name().equals(plan.name())) {
                    prepared.announced.put(plan.name(), next.address());
                }
            }
            return prepared;
        } catch (CannotListen failure) {
            prepared.discard();
            throw failure;
        }
    }

    /** @param plans as prepared, but with the ports that were taken */
    void use(Prepared prepared, Map<String, ListenerPlan> plans) {
        plans.forEach((name, plan) -> Objects.requireNonNull(prepared.next.get(name))
                .listener()
                .serve(plan, prepared.security(name), RETIREMENT));
        Map<String, Open> former = open;
        open = Map.copyOf(prepared.next);
        former.values().stream()
                .map(Open::listener)
                .filter(listener -> !prepared.uses(listener))
                .forEach(listener -> listener.drain(RETIREMENT));
    }

    Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        open.forEach((name, each) -> addresses.put(name, each.address()));
        return addresses;
    }

    /** Waits until all are drained. */
    void drain(Duration atMost) {
        CompletableFuture.allOf(open.values().stream()
                        .map(each -> each.listener().drain(atMost).toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** The address alone decides: its name, and what is spoken there, may change. A free port is known by the name that asked for it. */
    private Optional<Open> former(ListenerPlan plan, Prepared prepared) {
        return open.values().stream()
                .filter(each -> each.plan().bind().equals(plan.bind()))
                .filter(each -> plan.bind().getPort() != 0 || each.plan().name().equals(plan.name()))
                .filter(each -> !prepared.uses(each.listener()))
                .findFirst();
    }

    private static void prepareSecurity(ListenerPlan plan, Prepared prepared) throws CannotListen {
        if (plan.mode() instanceof ListenerPlan.Mode.Tls(var tls)) {
            try {
                prepared.securities.put(plan.name(), security(TlsSecurity.of(plan.name(), tls, plan.limits().headerTimeout())));
            } catch (UnusableTls unusable) {
                throw new CannotListen(String.valueOf(unusable.getMessage()), unusable);
            }
        }
    }

    private Listener bind(ListenerPlan plan, Prepared prepared) throws CannotListen {
        try {
            Listener listener = Listener.bind(plan, loops, ports, prepared.security(plan.name())).toCompletableFuture().join();
            prepared.fresh.add(listener);
            return listener;
        } catch (CompletionException failure) {
            Throwable cause = failure.getCause() instanceof IOException io ? io : failure;
            throw new CannotListen("listener " + plan.name() + " cannot bind " + plan.bind() + ": " + cause.getMessage(), cause);
        }
    }

    private static ConnectionSecurity security(TlsSecurity tls) {
        return new ConnectionSecurity() {
            @Override
            public ChannelHandler handlerFor(Channel channel) {
                return tls.handlerFor(channel);
            }

            @Override
            public Peer.Transport provenBy(Channel channel) {
                return tls.provenBy(channel);
            }
        };
    }
}
