package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Instant;
import java.util.Optional;

/** Where an issuer's keys come from. Nothing here blocks; a stale set serves while one refresh is in flight. */
public interface KeySource {

    /** What may be used now, {@link KeySet#NONE} if nothing may. Costs one volatile read. */
    KeySet current(Instant now);

    /** Only for a token with an allowed algorithm and a matching issuer: it may cause a refresh. */
    Lookup find(Optional<String> keyId, JwsAlgorithm algorithm, Instant now);

    KeyHealth health(Instant now);

    /** Begins to refresh by itself; once. */
    void start();

    /** Stops for good; what it holds still serves the requests that began with it. */
    void retire();
}
