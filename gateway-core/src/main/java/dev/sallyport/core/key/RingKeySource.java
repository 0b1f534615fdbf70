package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Instant;
import java.util.Optional;

/** Keys of the gateway's own, for tokens that it signed itself. The ring begins and ends elsewhere. */
public record RingKeySource(SigningRing ring) implements KeySource {
    @Override
    public KeySet current(Instant now) {
        return ring.verification();
    }

    @Override
    public Lookup find(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        return Selection.of(ring.verification(), keyId, algorithm).orElse(new Lookup.Unknown("no key of the gateway's own fits the token's `kid` and `alg`"));
    }

    @Override
    public KeyHealth health(Instant now) {
        return new KeyHealth(KeyHealth.State.FRESH, Optional.empty(), ring.verification().keys().size(), 0, Optional.empty());
    }

    @Override
    public void start() {}

    @Override
    public void retire() {}
}
