package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.oauth.provider.TokenResponse;
import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.time.Instant;

/**
 * A token as it was given out, ready to be sent.
 *
 * @param authorization value of the field of this name
 * @param renewFrom when the next one is fetched, while this one still serves
 * @param until no part of the time in which it serves
 */
record IssuedToken(Secret authorization, Instant issuedAt, Instant renewFrom, Instant until) {
    /** How far the clock may be set back before a token counts as one of the future. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    /** Where the server does not say, a token is not taken for long. */
    private static final Duration UNTOLD = Duration.ofSeconds(60);

    static IssuedToken of(TokenResponse tokens, Instant now) {
        Duration life = tokens.holds().orElse(UNTOLD);
        return new IssuedToken(Secret.ofText("Bearer " + tokens.accessTokenText()), now, now.plus(life.dividedBy(5).multipliedBy(4)), now.plus(life));
    }

    /**
     * No longer than that, but for a {@link TokenCache#PAUSE} at least: a caller's token is accepted a little past its end, and
     * the server is not asked for each of its requests then. When it is renewed is no use any more.
     */
    IssuedToken endingBy(Instant end) {
        Instant pause = issuedAt.plus(TokenCache.PAUSE);
        Instant last = end.isAfter(pause) ? end : pause;
        return last.isAfter(until) ? this : new IssuedToken(authorization, issuedAt, last, last);
    }

    boolean serves(Instant now) {
        return now.isBefore(until) && !now.isBefore(issuedAt.minus(TOLERANCE));
    }

    boolean isFresh(Instant now) {
        return serves(now) && now.isBefore(renewFrom);
    }
}
