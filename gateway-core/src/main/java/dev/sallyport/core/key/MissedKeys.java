package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Key ids that the provider was asked for and does not have. Bounded, the oldest goes first: senders choose the ids.
 * Guarded by its owner.
 */
final class MissedKeys {
    static final int MAX_MISSED = 1_000;

    private final Map<Missed, Instant> missed = new LinkedHashMap<>();

    private record Missed(Optional<String> keyId, JwsAlgorithm algorithm) {}

    /** @param until from then on the provider may be asked again */
    void add(Optional<String> keyId, JwsAlgorithm algorithm, Instant until) {
        if (missed.size() >= MAX_MISSED) {
            missed.remove(missed.keySet().iterator().next());
        }
        missed.put(new Missed(keyId, algorithm), until);
    }

    boolean contains(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        return missed.getOrDefault(new Missed(keyId, algorithm), Instant.MIN).isAfter(now);
    }

    void clear() {
        missed.clear();
    }

    int size() {
        return missed.size();
    }
}
