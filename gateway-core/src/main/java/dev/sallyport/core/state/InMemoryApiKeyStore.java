package dev.sallyport.core.state;

import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Up to millions of keys in a table of open addressing. A slot is found by the first bytes of the SHA-256, which a caller
 * cannot choose without knowing the key, and confirmed by a comparison in constant time.
 */
public final class InMemoryApiKeyStore implements ApiKeyStore {
    private final @Nullable ApiKeyEntry[] entries;
    private final byte[][] hashes;
    private final int mask;

    private InMemoryApiKeyStore(int slots) {
        this.entries = new ApiKeyEntry[slots];
        this.hashes = new byte[slots][];
        this.mask = slots - 1;
    }

    /** Expects that no two entries share a hash. */
    public static InMemoryApiKeyStore of(Collection<ApiKeyEntry> keys) {
        // At most half full, so that a search for an unknown key ends soon.
        InMemoryApiKeyStore store = new InMemoryApiKeyStore(Integer.highestOneBit(Math.max(4, keys.size())) * 4);
        for (ApiKeyEntry key : keys) {
            store.put(key);
        }
        return store;
    }

    private void put(ApiKeyEntry key) {
        byte[] hash = HexFormat.of().parseHex(key.sha256());
        int slot = slot(hash);
        while (entries[slot] != null) {
            slot = (slot + 1) & mask;
        }
        entries[slot] = key;
        hashes[slot] = hash;
    }

    @Override
    public Optional<ApiKeyEntry> find(byte[] sha256) {
        for (int slot = slot(sha256); ; slot = (slot + 1) & mask) {
            ApiKeyEntry entry = entries[slot];
            if (entry == null) {
                return Optional.empty();
            }
            if (MessageDigest.isEqual(hashes[slot], sha256)) {
                return Optional.of(entry);
            }
        }
    }

    private int slot(byte[] hash) {
        int bits = (hash[0] & 0xFF) << 24 | (hash[1] & 0xFF) << 16 | (hash[2] & 0xFF) << 8 | (hash[3] & 0xFF);
        return bits & mask;
    }
}
