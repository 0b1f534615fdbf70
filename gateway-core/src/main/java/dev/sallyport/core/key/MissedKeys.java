package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Duration;
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

    private final Duration coolDown;
    private final Map<Missed, Instant> missed = new LinkedHashMap<>();

    private record Missed(Optional<String> keyId, JwsAlgorithm algorithm) {}

    /** @param coolDown for that long after a miss the provider is not asked again */
    MissedKeys(Duration coolDown) {
        this.coolDown = coolDown;
    }

    void add(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        if (missed.size() >= MAX_MISSED) {
            missed.remove(missed.keySet().iterator().next());
        }
        missed.put(new Missed(keyId, algorithm), now);
    }

    boolean contains(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        Instant askedAt = missed.get(new Missed(keyId, algorithm));
        return askedAt != null && isWithin(askedAt, now, coolDown);
    }

    /** The clock may have been set back since: what was asked in an hour from now is no reason not to ask for an hour. */
    static boolean isWithin(Instant askedAt, Instant now, Duration coolDown) {
        return Duration.between(askedAt, now).abs().compareTo(coolDown) < 0;
    }

    void clear() {
        missed.clear();
    }

    int size() {
        return missed.size();
    }
}
