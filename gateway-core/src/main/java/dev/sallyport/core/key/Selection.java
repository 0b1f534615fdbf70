package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyMaterial;
import java.util.List;
import java.util.Optional;

/** Picks a set's keys for a token. */
final class Selection {
    private Selection() {}

    /** Empty when no key fits, which a refresh may mend. */
    static Optional<Lookup.Answer> of(KeySet set, Optional<String> keyId, JwsAlgorithm algorithm) {
        List<KeyMaterial> candidates = set.candidates(keyId, algorithm);
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(candidates.size() > KeySet.MAX_CANDIDATES
                ? new Lookup.Unknown(candidates.size() + " keys fit; without a `kid` at most " + KeySet.MAX_CANDIDATES + " are tried")
                : new Lookup.Found(candidates, set.generation()));
    }
}
