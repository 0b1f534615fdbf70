package dev.sallyport.core.oauth;

import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** Calls of one purpose, some at once: what strangers can set off must leave room for everything else that is fetched. */
public final class BoundedFetcher implements HttpFetcher {
    private final HttpFetcher fetcher;
    private final int maxCalls;
    private final String limit;
    private final GatewayEvents events;
    private final Semaphore free;

    /** @param limit as metrics name the bound */
    public BoundedFetcher(HttpFetcher fetcher, int maxCalls, String limit, GatewayEvents events) {
        this.fetcher = fetcher;
        this.maxCalls = maxCalls;
        this.limit = limit;
        this.events = events;
        this.free = new Semaphore(maxCalls);
    }

    @Override
    public CompletionStage<Result> fetch(Request request) {
        if (!free.tryAcquire()) {
            events.limitReached(limit);
            return CompletableFuture.completedStage(new Result.Failed(maxCalls + " calls are under way"));
        }
        return fetcher.fetch(request).whenComplete((_, _) -> free.release());
    }
}
