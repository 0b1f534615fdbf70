package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyMaterial;
import java.util.List;
import java.util.Optional;

/**
 * Keys at one moment.
 *
 * @param generation grows whenever a key came or went; what was verified under another one must be verified again
 */
public record KeySet(long generation, List<KeyMaterial> keys) {
    /** Nothing valid is in hand. No generation of a real set equals its own. */
    public static final KeySet NONE = new KeySet(0, List.of());

    /** Each key that fits costs a verification; a token without a key id must not buy many. */
    public static final int MAX_CANDIDATES = 4;

    public boolean isNone() {
        return generation == NONE.generation;
    }

    /** Keys that may have signed such a token: those with its key id, or without one in the token, all of the algorithm. */
    public List<KeyMaterial> candidates(Optional<String> keyId, JwsAlgorithm algorithm) {
        return keys.stream()
                .filter(key -> key.algorithm() == algorithm)
                // A key without an id (PEM) may be meant by any id.
                .filter(key -> keyId.isEmpty() || key.keyId().isEmpty() || key.keyId().equals(keyId))
                .toList();
    }
}
