package dev.sallyport.server.fetch;

import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A fixed number of threads behind a bounded queue; a flood of fresh tokens costs their senders, not the event loops. */
public final class QueuedCpuWorker implements CpuWorker, AutoCloseable {
    /** Verifications that may wait; at some 500 µs each a full queue is half a second of work for one thread. */
    public static final int MAX_WAITING = 1024;

    private static final String LIMIT = "queued_verifications";

    private final ThreadPoolExecutor threads;
    private final GatewayEvents events;

    public QueuedCpuWorker(int threadCount, int maxWaiting, GatewayEvents events) {
        this.events = events;
        threads = new ThreadPoolExecutor(
                threadCount,
                threadCount,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxWaiting),
                Thread.ofPlatform().daemon().name("cpu-", 0).factory(),
                new ThreadPoolExecutor.AbortPolicy());
    }

    @Override
    public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
        CompletableFuture<T> settled = new CompletableFuture<>();
        try {
            threads.execute(() -> settle(settled, computation));
            return Optional.of(settled);
        } catch (RejectedExecutionException full) {
            events.limitReached(LIMIT);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private static <T> void settle(CompletableFuture<T> settled, Supplier<T> computation) {
        try {
            settled.complete(computation.get());
        } catch (Throwable defect) {
            // Whoever waits must learn of it, be it an Error: a stage that never settles holds a request for ever.
            settled.completeExceptionally(defect);
        }
    }
}
