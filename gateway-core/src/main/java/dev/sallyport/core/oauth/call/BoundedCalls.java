package dev.sallyport.core.oauth.call;

import dev.sallyport.core.port.GatewayEvents;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Calls of one purpose, some at once: what strangers can set off must leave room for everything else. */
public final class BoundedCalls {
    private final String limit;
    private final GatewayEvents events;
    private final Semaphore free;

    /** @param limit as metrics name the bound */
    public BoundedCalls(String limit, int maxCalls, GatewayEvents events) {
        this.limit = limit;
        this.events = events;
        this.free = new Semaphore(maxCalls);
    }

    /** Empty, and counted, while as many as may be are under way; however the call ends, its place is free again. */
    public <T> Optional<CompletionStage<T>> begin(Supplier<CompletionStage<T>> call) {
        if (!free.tryAcquire()) {
            events.limitReached(limit);
            return Optional.empty();
        }
        return Optional.of(SingleFlight.start(call).whenComplete((_, _) -> free.release()));
    }
}
