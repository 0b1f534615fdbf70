package dev.sallyport.core.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.port.GatewayEvents;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Credentials that were verified. It belongs to one authenticator under one configuration, so that nothing verified by
 * another can ever be found in it. Only what verified gets in, so a stranger can neither fill nor flush it.
 */
public final class CredentialCache {
    /** Bytes of credentials that the entries were made from; an entry weighs a few times as much. */
    private static final long MAX_WEIGHT = 16L * 1024 * 1024;

    /** What an entry costs beside its credential. */
    private static final int ENTRY_WEIGHT = 512;

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(CredentialCache::sha256);

    private final String name;
    private final GatewayEvents events;
    private final Cache<Key, Entry> entries = Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .weigher((Key _, Entry entry) -> ENTRY_WEIGHT + entry.credentialBytes)
            .executor(Runnable::run)
            .build();

    public CredentialCache(String name, GatewayEvents events) {
        this.name = name;
        this.events = events;
    }

    /**
     * @param verdict made once, handed out on every hit
     * @param generation of the key set that verified it
     * @param from and {@code until} bound the time in which it holds, skew included; {@code until} is no part of it
     */
    public record Entry(Verdict.Authenticated verdict, long generation, Instant from, Instant until, int credentialBytes) {}

    /** SHA-256 of a credential: its text is not kept, and equal beginnings cannot be timed. */
    public static final class Key {
        private final byte[] digest;

        private Key(byte[] digest) {
            this.digest = digest;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(digest, key.digest);
        }

        @Override
        public int hashCode() {
            return (digest[0] & 0xff) << 24 | (digest[1] & 0xff) << 16 | (digest[2] & 0xff) << 8 | (digest[3] & 0xff);
        }
    }

    public static Key key(byte[] bytes, int start, int end) {
        MessageDigest digest = SHA_256.get();
        digest.update(bytes, start, end - start);
        return new Key(digest.digest());
    }

    /** Empty unless it was verified under these very keys and is in date. */
    public Optional<Entry> find(Key key, long generation, Instant now) {
        Entry entry = entries.getIfPresent(key);
        if (entry == null) {
            events.credentialCache(name, GatewayEvents.CacheResult.MISS);
            return Optional.empty();
        }
        if (entry.generation != generation || now.isBefore(entry.from) || !now.isBefore(entry.until)) {
            entries.invalidate(key);
            events.credentialCache(name, GatewayEvents.CacheResult.STALE);
            return Optional.empty();
        }
        events.credentialCache(name, GatewayEvents.CacheResult.HIT);
        return Optional.of(entry);
    }

    public void put(Key key, Entry entry) {
        entries.put(key, entry);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException problem) {
            throw new IllegalStateException("every JDK has SHA-256", problem);
        }
    }
}
