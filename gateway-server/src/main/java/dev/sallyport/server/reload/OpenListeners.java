package dev.sallyport.server.reload;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.listen.ConnectionSecurity;
import dev.sallyport.server.listen.EventLoops;
import dev.sallyport.server.listen.Listener;
import dev.sallyport.server.tls.TlsSecurity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private record Open(ListenerPlan plan, Listener listener, Optional<TlsSecurity> tls) {
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
        private final Map<String, TlsSecurity.Prepared> contexts = new LinkedHashMap<>();
        private final List<Open> fresh = new ArrayList<>();

        /** Addresses that were bound for this one, by the listener's name. */
        Map<String, InetSocketAddress> bound() {
            Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
            fresh.forEach(each -> bound.put(each.plan().name(), each.address()));
            return bound;
        }

        /** Of all listeners, those that stay included. */
        Map<String, Integer> ports() {
            Map<String, Integer> ports = new LinkedHashMap<>();
            next.forEach((name, each) -> ports.put(name, each.address().getPort()));
            return ports;
        }

        void discard() {
            fresh.forEach(each -> each.listener().drain(Duration.ZERO));
        }
    }

    Prepared prepare(Map<String, ListenerPlan> plans) throws CannotListen {
        Prepared prepared = new Prepared();
        try {
            for (ListenerPlan plan : plans.values()) {
                prepareContexts(plan, prepared);
            }
            for (ListenerPlan plan : plans.values()) {
                Open former = open.get(plan.name());
                prepared.next.put(plan.name(), former != null && isKept(former, plan)
                        ? new Open(plan, former.listener(), former.tls())
                        : bind(plan, prepared));
            }
            return prepared;
        } catch (CannotListen failure) {
            prepared.discard();
            throw failure;
        }
    }

    /** What does not carry over stops accepting, and its open exchanges end in their own time. */
    void use(Prepared prepared) {
        prepared.contexts.forEach((name, contexts) -> {
            Open each = prepared.next.get(name);
            if (each != null) {
                each.tls().ifPresent(tls -> tls.use(contexts));
            }
        });
        Map<String, Open> former = open;
        open = Map.copyOf(prepared.next);
        former.forEach((name, each) -> {
            Open now = open.get(name);
            if (now == null || now.listener() != each.listener()) {
                each.listener().drain(RETIREMENT);
            }
        });
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

    private static boolean isKept(Open former, ListenerPlan plan) {
        return former.plan().bind().equals(plan.bind()) && former.tls().isPresent() == plan.mode() instanceof ListenerPlan.Mode.Tls;
    }

    private static void prepareContexts(ListenerPlan plan, Prepared prepared) throws CannotListen {
        if (plan.mode() instanceof ListenerPlan.Mode.Tls(var tls)) {
            try {
                prepared.contexts.put(plan.name(), TlsSecurity.prepare(plan.name(), tls));
            } catch (TlsSecurity.Unusable unusable) {
                throw new CannotListen(String.valueOf(unusable.getMessage()), unusable);
            }
        }
    }

    private Open bind(ListenerPlan plan, Prepared prepared) throws CannotListen {
        Optional<TlsSecurity> tls = Optional.ofNullable(prepared.contexts.get(plan.name()))
                .map(contexts -> TlsSecurity.of(contexts, plan.limits().headerTimeout()));
        try {
            Listener listener = Listener.bind(plan, loops, ports, tls.map(OpenListeners::security))
                    .toCompletableFuture()
                    .join();
            Open bound = new Open(plan, listener, tls);
            prepared.fresh.add(bound);
            return bound;
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
