package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an ID token says, once its signature and issuer hold (OpenID Connect Core §3.1.3.7). */
final class IdTokenCheck {
    private final OidcRules rules;

    /** What checking gave. */
    sealed interface Checked {
        /** @param providerSession {@code sid}, where the provider names its session */
        record Valid(String subject, Optional<String> providerSession, Instant issuedAt, TokenClaims claims) implements Checked {}

        record Invalid(String why) implements Checked {}
    }

    IdTokenCheck(OidcRules rules) {
        this.rules = rules;
    }

    /**
     * @param nonce of the attempt; absent for a token that came with a renewal, which need not repeat it (§12.2)
     * @param accessToken that came with it
     */
    Checked check(CompactJws jws, Optional<String> nonce, String accessToken, Instant now) {
        TokenClaims claims = new TokenClaims(jws.claims());
        try {
            Optional<String> why = refuse(jws, claims, nonce, accessToken, now);
            Optional<String> subject = claims.text("sub");
            if (why.isEmpty() && subject.isEmpty()) {
                why = Optional.of("it has no `sub`");
            }
            return why.isPresent()
                    ? new Checked.Invalid(why.get())
                    : new Checked.Valid(subject.orElseThrow(), claims.text("sid"), claims.time("iat").orElseThrow(), claims);
        } catch (TokenClaims.Mistyped mistyped) {
            return new Checked.Invalid(mistyped.why());
        }
    }

    private Optional<String> refuse(CompactJws jws, TokenClaims claims, Optional<String> nonce, String accessToken, Instant now)
            throws TokenClaims.Mistyped {
        if (!isIdTokenType(jws) || claims.has("events")) {
            return Optional.of("it is another kind of token");
        }
        Optional<String> party = refuseParty(claims);
        if (party.isPresent()) {
            return party;
        }
        TokenTimes times = TokenTimes.of(claims);
        if (times.expiry().isEmpty() || times.issuedAt().isEmpty()) {
            return Optional.of("it has no `exp` or no `iat`");
        }
        Optional<String> untimely = times.refuse(now, rules.clockSkew()).map(refused -> refused.detail());
        if (untimely.isPresent()) {
            return untimely;
        }
        if (nonce.isPresent() && !isSame(nonce.get(), claims.text("nonce"))) {
            return Optional.of("its `nonce` is not the attempt's");
        }
        Optional<String> hash = claims.text("at_hash");
        return hash.isPresent() && !isSame(hash(jws, accessToken), hash)
                ? Optional.of("its `at_hash` is not the access token's")
                : Optional.empty();
    }

    /** Steps 3 to 5: a token for others, or for us and others without saying that it is ours, is not ours. */
    private Optional<String> refuseParty(TokenClaims claims) throws TokenClaims.Mistyped {
        List<String> audience = claims.texts("aud").orElse(List.of());
        if (!audience.contains(rules.clientId())) {
            return Optional.of("`aud` is not the gateway's `client.id`");
        }
        Optional<String> authorized = claims.text("azp");
        boolean isOurs = authorized.isEmpty() ? audience.size() == 1 : authorized.get().equals(rules.clientId());
        return isOurs ? Optional.empty() : Optional.of("`azp` is missing or not the gateway's `client.id`");
    }

    private static boolean isIdTokenType(CompactJws jws) {
        return jws.type().map(type -> type.toLowerCase(Locale.ROOT)).filter(type -> !type.equals("jwt")).isEmpty();
    }

    /** Step 11, and §3.1.3.6: the left half of the hash that the token's own algorithm uses. */
    private static String hash(CompactJws jws, String accessToken) {
        int bits = JwsAlgorithm.find(jws.algorithm()).map(JwsAlgorithm::hashBits).orElseThrow();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-" + bits).digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-2", impossible);
        }
    }

    private static boolean isSame(String expected, Optional<String> found) {
        return found.isPresent()
                && MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), found.get().getBytes(StandardCharsets.UTF_8));
    }
}
