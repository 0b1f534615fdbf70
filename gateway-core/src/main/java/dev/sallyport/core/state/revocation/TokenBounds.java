package dev.sallyport.core.state.revocation;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a token can be good, and how its issuer's clock may be off: so long does what calls it back have to hold.
 *
 * @param longestLifetime of any token that is taken; absent where one may live for ever
 * @param longestTrust from a provider's word on a token to the moment at which it is asked again, or the token has ended;
 *     absent where that may be never
 * @param largestSkew of the clocks of all issuers, at most {@link Revocations#GRACE}
 */
public record TokenBounds(Optional<Duration> longestLifetime, Optional<Duration> longestTrust, Duration largestSkew) {
    static final TokenBounds NONE = new TokenBounds(Optional.empty(), Optional.empty(), Duration.ZERO);
}
