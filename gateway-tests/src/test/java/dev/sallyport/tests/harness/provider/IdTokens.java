package dev.sallyport.tests.harness.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.TokenForge;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * ID tokens of one provider for one client, as they should be or wrong in one way.
 *
 * @param tenant to which the user belongs now
 * @param skewSeconds how far the provider's clock is ahead
 */
record IdTokens(String issuer, String clientId, String clientSecret, ProviderKeys keys, String tenant, long skewSeconds) {
    private static final long LIFETIME_SECONDS = 300;
    private static final String OTHER = "https://evil.example.com";

    /** Good ones. */
    JWTClaimsSet.Builder claims(Grant grant, String accessToken) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer).audience(clientId).subject(grant.subject()).claim("sid", grant.subject().equals(OpenIdProvider.UNNAMED) ? null : grant.sid()).claim("tenant", tenant).claim("at_hash", hash(accessToken))
                .issueTime(Tokens.inSeconds(skewSeconds)).expirationTime(Tokens.inSeconds(skewSeconds + LIFETIME_SECONDS));
        return grant.nonce().isEmpty() ? claims : claims.claim("nonce", grant.nonce());
    }

    String signed(JWTClaimsSet.Builder claims) {
        return keys.signed(claims);
    }

    String signedByAnother(JWTClaimsSet.Builder claims) {
        return Tokens.sign(keys.impostor, "ES256", claims.build());
    }

    /** The left half of the hash (OpenID Connect Core §3.1.3.6). */
    private static String hash(String accessToken) {
        byte[] whole = Base64.getUrlDecoder().decode(DpopProofs.sha256(accessToken));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, whole.length / 2));
    }

    String wrong(Misbehaviour.IdToken how, Grant grant, String accessToken) {
        JWTClaimsSet.Builder claims = claims(grant, accessToken);
        return switch (how) {
            case ISSUER_OF_ANOTHER -> signed(claims.issuer(OTHER));
            case ISSUER_MISSING -> signed(claims.issuer(null));
            case AUDIENCE_OF_ANOTHER -> signed(claims.audience("another-client"));
            case AUDIENCE_MISSING -> signed(claims.audience(List.of()));
            case SEVERAL_AUDIENCES_WITHOUT_PARTY -> signed(claims.audience(List.of(clientId, "another-client")));
            case SEVERAL_AUDIENCES_FOR_ANOTHER_PARTY -> signed(claims.audience(List.of(clientId, "another-client")).claim("azp", "another-client"));
            case PARTY_OF_ANOTHER -> signed(claims.claim("azp", "another-client"));
            case NONCE_OF_ANOTHER -> signed(claims.claim("nonce", "bm9uY2Ugb2YgYW5vdGhlciBhdHRlbXB0"));
            case NONCE_MISSING -> signed(claims.claim("nonce", null));
            case EXPIRED -> signed(claims.issueTime(Tokens.inSeconds(-900)).expirationTime(Tokens.inSeconds(-600)));
            case EXPIRY_MISSING -> signed(claims.expirationTime(null));
            case FROM_THE_FUTURE -> signed(claims.issueTime(Tokens.inSeconds(3600)).expirationTime(Tokens.inSeconds(3900)));
            case ISSUED_AT_MISSING -> signed(claims.issueTime(null));
            case SUBJECT_MISSING -> signed(claims.subject(null));
            case SUBJECT_EMPTY -> signed(claims.subject(""));
            case HASH_OF_ANOTHER_ACCESS_TOKEN -> signed(claims.claim("at_hash", hash("another token")));
            case UNSIGNED -> Tokens.compact("{\"alg\":\"none\"}", payload(claims), Optional.empty());
            case SIGNATURE_STRIPPED -> TokenForge.input(signed(claims)) + ".";
            case SIGNED_WITH_THE_CLIENT_SECRET -> Tokens.signHmac(clientSecret.getBytes(StandardCharsets.UTF_8), "{\"alg\":\"HS256\"}", payload(claims));
            case SIGNED_WITH_THE_PUBLIC_KEY -> Tokens.signHmac(publicKey(), "{\"alg\":\"HS256\",\"kid\":\"r1\"}", payload(claims));
            case SIGNED_BY_ANOTHER -> signedByAnother(claims);
            case SIGNED_BY_ITS_OWN_HEADER -> Tokens.sign(
                    keys.unpublished, new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(keys.unpublished.toPublicJWK()).build(), claims.build());
            case ALGORITHM_NOT_ALLOWED -> Tokens.sign(keys.ec384, "ES384", claims.build());
            case KEY_UNKNOWN -> Tokens.sign(keys.unpublished, "ES256", claims.build());
            case TYPE_OF_A_LOGOUT_TOKEN -> Tokens.sign(
                    keys.ec(), new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1").type(new JOSEObjectType("logout+jwt")).build(), claims.build());
            case NO_TOKEN -> "no token";
            case OVERSIZE -> signed(claims.claim("padding", "x".repeat(60_000)));
        };
    }

    private byte[] publicKey() {
        try {
            return keys.rsa.toRSAPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String payload(JWTClaimsSet.Builder claims) {
        return claims.build().toPayload().toString();
    }
}
