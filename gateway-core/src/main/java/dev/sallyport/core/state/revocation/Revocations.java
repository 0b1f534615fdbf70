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
 * @param bounds of the tokens that are taken
 */
public record Revocations(RevocationList written, Optional<RevocationLedger> ledger, TokenBounds bounds) implements RevocationList {
    public static final Revocations NONE = new Revocations(RevocationList.NONE, Optional.empty(), TokenBounds.NONE);

    /** A token is taken for a clock's skew after its end, and must not come back for that while; no authenticator has more. */
    public static final Duration GRACE = Duration.ofHours(1);

    /**
     * When a log-out that the provider tells of now has nothing left to hit: what it said of its tokens before is no longer
     * believed, and what it says since, it says knowing of the log-out. {@link Instant#MAX} where that may be never.
     */
    public Instant logOutEnds(Instant now) {
        return bounds.longestTrust().map(now::plus).orElse(Instant.MAX);
    }

    /** The end of the last token that is out now; {@link Instant#MAX} where one may live for ever. */
    public Instant lastExpiry(Instant now) {
        return bounds.longestLifetime().map(now::plus).orElse(Instant.MAX);
    }

    /** Whether a token that ended then may be taken still. */
    public boolean isTakenAfter(Instant end, Instant now) {
        return !end.isBefore(now.minus(bounds.largestSkew()));
    }

    /** Without a ledger nobody was promised anything, and so it is kept. */
    public CompletionStage<RevocationLedger.Outcome> revoke(Revocation revocation, Instant now) {
        return ledger.map(kept -> kept.revoke(revocation, now, bounds.longestLifetime()))
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
