package dev.sallyport.core.oauth.call;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** One call at a time for one key: whoever wants the same meanwhile waits for that one. Bounded by keys. */
public final class SingleFlight<K, V> {
    private final int maxKeys;
    private final ConcurrentMap<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

    /** @param maxKeys calls under way at once; threads that arrive together may pass it by their number */
    public SingleFlight(int maxKeys) {
        this.maxKeys = maxKeys;
    }

    /**
     * Joins the call that is under way for this key, or starts one; empty when there is no room.
     *
     * @param call must look once more whether the answer is in hand: a call may have ended just before
     */
    public Optional<CompletionStage<V>> join(K key, Supplier<CompletionStage<V>> call) {
        CompletableFuture<V> running = flights.get(key);
        if (running != null) {
            return Optional.of(running);
        }
        if (flights.size() >= maxKeys) {
            return Optional.empty();
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = flights.putIfAbsent(key, mine);
        if (other != null) {
            return Optional.of(other);
        }
        start(call).whenComplete((answer, defect) -> {
            flights.remove(key, mine);
            if (defect == null) {
                mine.complete(answer);
            } else {
                mine.completeExceptionally(defect);
            }
        });
        return Optional.of(mine);
    }

    /** A defect is the call's outcome, wherever it was thrown. */
    static <V> CompletionStage<V> start(Supplier<CompletionStage<V>> call) {
        try {
            return call.get();
        } catch (RuntimeException defect) {
            return CompletableFuture.failedStage(defect);
        }
    }
}
