package dev.sallyport.server.observe;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.identity.AuthMethod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each API key was accepted, and when last. On the admin port only: as a metric's label the ids would have no
 * bound.
 */
public final class KeyUsage implements ExchangeObserver {
    /** Only keys of a store get here, so this is a second line of defence. */
    private static final int MAX_KEYS = 1_000_000;

    private final ConcurrentHashMap<Key, Counter> counters = new ConcurrentHashMap<>();

    private record Key(String authenticator, String id) {}

    private record Counter(LongAdder count, LongAccumulator lastMillis) {
        static Counter fresh() {
            return new Counter(new LongAdder(), new LongAccumulator(Math::max, 0));
        }
    }

    /** What is known of one key since the process began. */
    public record Use(String authenticator, String id, long count, Instant lastUsedAt) {}

    @Override
    public void ended(Timeline timeline) {
        for (Trail.Step step : timeline.trail().steps()) {
            if (step.outcome() == Trail.Outcome.ALLOWED
                    && step.method().filter(AuthMethod.API_KEY::equals).isPresent()
                    && step.credentialId().isPresent()) {
                count(new Key(step.authenticator(), step.credentialId().get()), timeline.receivedAt());
            }
        }
    }

    public List<Use> uses() {
        return counters.entrySet().stream()
                .map(entry -> new Use(
                        entry.getKey().authenticator(),
                        entry.getKey().id(),
                        entry.getValue().count().sum(),
                        Instant.ofEpochMilli(entry.getValue().lastMillis().get())))
                .sorted(Comparator.comparing(Use::authenticator).thenComparing(Use::id))
                .toList();
    }

    private void count(Key key, Instant at) {
        Counter counter = counters.get(key);
        if (counter == null) {
            if (counters.size() >= MAX_KEYS) {
                return;
            }
            counter = counters.computeIfAbsent(key, _ -> Counter.fresh());
        }
        counter.count().increment();
        counter.lastMillis().accumulate(at.toEpochMilli());
    }
}
