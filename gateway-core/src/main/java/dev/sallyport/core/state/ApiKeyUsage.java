package dev.sallyport.core.state;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often and when last each API key was accepted. One for the process, so that it survives a reload; bounded by the
 * number of keys, since only known ones are counted.
 */
public final class ApiKeyUsage {
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    private record Counter(LongAdder count, AtomicReference<Instant> lastUsed) {}

    /** A key's use since the process began. */
    public record Use(long count, Instant lastUsed) {}

    public void record(String keyId, Instant at) {
        Counter counter = counters.get(keyId);
        if (counter == null) {
            counter = counters.computeIfAbsent(keyId, _ -> new Counter(new LongAdder(), new AtomicReference<>(at)));
        }
        counter.count.increment();
        counter.lastUsed.set(at);
    }

    /** By key id, in order. */
    public Map<String, Use> uses() {
        Map<String, Use> uses = new TreeMap<>();
        counters.forEach((keyId, counter) -> uses.put(keyId, new Use(counter.count.sum(), counter.lastUsed.get())));
        return uses;
    }
}
