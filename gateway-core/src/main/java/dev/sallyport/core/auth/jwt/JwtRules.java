package dev.sallyport.core.auth.jwt;

import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens of one issuer are taken.
 *
 * @param audiences at least one; any match passes
 * @param algorithms at least one
 * @param maxLifetime absent only where {@code unlimited} is written out
 * @param clockSkew bears on {@code exp}, {@code nbf} and {@code iat}, not on the lifetime
 * @param type what {@code typ} must be; absent means any that an access token may have
 * @param scopeClaims the first that is there counts
 * @param location where the token stands
 */
public record JwtRules(
        String issuer,
        Set<String> audiences,
        Set<JwsAlgorithm> algorithms,
        Optional<Duration> maxLifetime,
        Duration clockSkew,
        TokenId tokenId,
        Optional<String> type,
        String subjectClaim,
        List<String> scopeClaims,
        CredentialLocation location) {

    /** Whether a token must have {@code jti}. */
    public enum TokenId { OPTIONAL, REQUIRED }

    /** Where RFC 6750 §2.1 puts it. */
    public static final CredentialLocation BEARER = new CredentialLocation.Scheme("Authorization", "Bearer");

    public JwtRules {
        // A verifier without these takes every issuer's and everybody's tokens (RFC 8725 §3.8, §3.9).
        if (issuer.isEmpty() || audiences.isEmpty() || algorithms.isEmpty()) {
            throw new IllegalArgumentException("issuer, audiences and algorithms must be given");
        }
    }
}
