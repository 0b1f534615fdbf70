package dev.sallyport.core.state.revocation;

import dev.sallyport.core.identity.RevocationHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * All that is called back for the gateway as a whole.
 *
 * @param written in a file of the configuration
 * @param ledger of what was called for since; absent where no journal is configured
 * @param longestLifetime of any token that is taken; absent where one may live for ever
 */
public record Revocations(RevocationList written, Optional<RevocationLedger> ledger, Optional<Duration> longestLifetime)
        implements RevocationList {
    public static final Revocations NONE = new Revocations(RevocationList.NONE, Optional.empty(), Optional.empty());

    /** A token is taken for a clock's skew after its end, and must not come back for that while; no authenticator has more. */
    public static final Duration GRACE = Duration.ofHours(1);

    /** Of all tokens that are out now; {@link Instant#MAX} where one may live for ever. */
    public Instant lastExpiry(Instant now) {
        return longestLifetime.map(now::plus).orElse(Instant.MAX);
    }

    /** Without a ledger nobody was promised anything, and so it is kept. */
    public CompletionStage<RevocationLedger.Outcome> revoke(Revocation revocation, Instant now) {
        return ledger.map(kept -> kept.revoke(revocation, now, longestLifetime))
                .orElseGet(() -> CompletableFuture.completedStage(RevocationLedger.Outcome.KEPT));
    }

    @Override
    public boolean covers(List<RevocationHandle> handles, Instant now) {
        if (ledger.isEmpty() && written.equals(RevocationList.NONE)) {
            return false;
        }
        Instant before = now.minus(GRACE);
        return written.covers(handles, before) || (ledger.isPresent() && ledger.get().covers(handles, before));
    }
}
