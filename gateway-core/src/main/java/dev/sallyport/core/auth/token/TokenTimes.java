package dev.sallyport.core.auth.token;

import dev.sallyport.core.reject.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When a token holds (RFC 7519 §4.1.4 to §4.1.6, RFC 7662 §2.2). */
public record TokenTimes(Optional<Instant> expiry, Optional<Instant> notBefore, Optional<Instant> issuedAt) {

    public static TokenTimes of(TokenClaims claims) throws TokenClaims.Mistyped {
        return new TokenTimes(claims.time("exp"), claims.time("nbf"), claims.time("iat"));
    }

    /** @param skew how far clocks may be apart */
    public Optional<Refused> refuse(Instant now, Duration skew) {
        if (expiry.isPresent() && !now.isBefore(expiry.get().plus(skew))) {
            return refused(RejectReason.TOKEN_EXPIRED, "exp", expiry.get(), now, skew);
        }
        if (notBefore.isPresent() && now.isBefore(notBefore.get().minus(skew))) {
            return refused(RejectReason.TOKEN_NOT_YET_VALID, "nbf", notBefore.get(), now, skew);
        }
        if (issuedAt.isPresent() && now.isBefore(issuedAt.get().minus(skew))) {
            return refused(RejectReason.TOKEN_NOT_YET_VALID, "iat", issuedAt.get(), now, skew);
        }
        return Optional.empty();
    }

    /** The first moment at which it is not refused as coming from the future. */
    public Instant begins(Duration skew) {
        Instant from = notBefore.orElse(Instant.EPOCH);
        Instant issued = issuedAt.orElse(Instant.EPOCH);
        return (from.isAfter(issued) ? from : issued).minus(skew);
    }

    private static Optional<Refused> refused(RejectReason reason, String claim, Instant value, Instant now, Duration skew) {
        return Optional.of(new Refused(reason, "`" + claim + "` is " + value + ", now is " + now + "; `clockSkew` is " + skew));
    }
}
