package dev.sallyport.core.token.client;

import dev.sallyport.core.auth.binding.Thumbprint;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.key.KeySet;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.OneTimeUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Holds an assertion to the client that it is for (RFC 7523 §3, OpenID Connect Core §9).
 *
 * @param audiences of which one must be the only audience: made for two servers, it could be used by one at the other
 */
record AssertionCheck(Set<String> audiences) {
    /** What the assertion may still have to live. */
    static final Duration MAX_LIFETIME = Duration.ofMinutes(5);

    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /** Longest {@code jti}; it is remembered by its hash. */
    private static final int MAX_TOKEN_ID = 256;

    /** Tokens that were signed for other ends say so. */
    private static final Set<String> TYPES = Set.of("jwt", "client-authentication+jwt");

    /** Verifies a signature, so it is no work for an event loop. */
    OneTimeUse check(PresentedClient.Assertion presented, List<KeyMaterial> keys, Instant now) throws OAuthRefusal {
        CompactJws jws = presented.jws();
        if (!verifies(jws, keys)) {
            throw invalid("the signature does not verify under a key of the client that fits `kid` and `alg`");
        }
        if (jws.type().filter(type -> !TYPES.contains(type.toLowerCase(Locale.ROOT))).isPresent()) {
            throw invalid("`typ` is that of another kind of token");
        }
        TokenClaims claims = new TokenClaims(jws.claims());
        try {
            if (!claims.text("iss").equals(Optional.of(presented.clientId()))) {
                throw invalid("`iss` is not the client, or not as `sub`");
            }
            List<String> audience = claims.texts("aud").orElse(List.of());
            if (audience.size() != 1 || !audiences.contains(audience.getFirst())) {
                throw invalid("`aud` is " + audience.size() + " audiences, or none of " + audiences);
            }
            return spend(presented.clientId(), claims, end(claims, now));
        } catch (TokenClaims.Mistyped mistyped) {
            throw invalid(mistyped.why());
        }
    }

    private static boolean verifies(CompactJws jws, List<KeyMaterial> keys) {
        List<KeyMaterial> fitting = keys.stream()
                .filter(key -> key.algorithm().isNamed(jws.algorithm()))
                .filter(key -> jws.keyId().isEmpty() || key.keyId().isEmpty() || key.keyId().equals(jws.keyId()))
                .limit(KeySet.MAX_CANDIDATES)
                .toList();
        return fitting.stream().anyMatch(key -> JwsVerifier.verifies(key, jws));
    }

    private static Instant end(TokenClaims claims, Instant now) throws OAuthRefusal, TokenClaims.Mistyped {
        TokenTimes times = TokenTimes.of(claims);
        Instant expiry = times.expiry().orElseThrow(() -> invalid("it has no `exp`"));
        Optional<Refused> untimely = times.refuse(now, CLOCK_SKEW);
        if (untimely.isPresent()) {
            throw invalid(untimely.get().detail());
        }
        if (expiry.isAfter(now.plus(MAX_LIFETIME).plus(CLOCK_SKEW))) {
            throw invalid("`exp` is more than " + MAX_LIFETIME.toMinutes() + " minutes ahead");
        }
        return expiry.plus(CLOCK_SKEW);
    }

    private static OneTimeUse spend(String client, TokenClaims claims, Instant until) throws OAuthRefusal, TokenClaims.Mistyped {
        String tokenId = claims.text("jti")
                .filter(text -> text.length() <= MAX_TOKEN_ID)
                .orElseThrow(() -> invalid("`jti` is missing or longer than " + MAX_TOKEN_ID + " characters"));
        return new OneTimeUse(client, "assertion:" + client + ":" + Thumbprint.of(tokenId), until, RejectReason.CLIENT_ASSERTION_REPLAYED);
    }

    private static OAuthRefusal invalid(String detail) {
        return OAuthRefusal.invalidClient(RejectReason.CLIENT_PROOF_INVALID, "the assertion: " + detail);
    }
}
