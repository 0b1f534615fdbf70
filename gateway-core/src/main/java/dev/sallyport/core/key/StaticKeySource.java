package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.jose.KeyMaterial;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys from a file or the configuration. A changed file makes a new source. */
public final class StaticKeySource implements KeySource {
    private final KeySet set;
    private final int leftOut;

    public StaticKeySource(KeyList list) {
        set = new KeySet(1, list.keys());
        leftOut = list.leftOut().size();
    }

    public static StaticKeySource of(KeyMaterial... keys) {
        return new StaticKeySource(new KeyList(List.of(keys), List.of()));
    }

    @Override
    public KeySet current(Instant now) {
        return set;
    }

    @Override
    public Lookup find(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        return Selection.of(set, keyId, algorithm).orElse(new Lookup.Unknown("no configured key fits the token's `kid` and `alg`"));
    }

    @Override
    public KeyHealth health(Instant now) {
        return new KeyHealth(KeyHealth.State.FRESH, Optional.empty(), set.keys().size(), leftOut, Optional.empty());
    }

    @Override
    public void start() {}

    @Override
    public void retire() {}
}
