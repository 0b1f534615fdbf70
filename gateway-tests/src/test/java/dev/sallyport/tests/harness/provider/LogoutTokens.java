package dev.sallyport.tests.harness.provider;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Log-out tokens of one provider for one client (OpenID Connect Back-Channel Logout 1.0 §2.4). */
public record LogoutTokens(String issuer, String clientId, String clientSecret, ProviderKeys keys) {
    public static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    /** Good ones but for {@code sub} or {@code sid}, which are to be added. */
    public JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(issuer).audience(clientId).issueTime(Tokens.inSeconds(0)).expirationTime(Tokens.inSeconds(120))
                .jwtID(UUID.randomUUID().toString()).claim("events", Map.of(EVENT, Map.of()));
    }

    public JWTClaimsSet.Builder ofSession(String sid) {
        return claims().claim("sid", sid);
    }

    public JWTClaimsSet.Builder ofSubject(String subject) {
        return claims().subject(subject);
    }

    public String signed(JWTClaimsSet.Builder claims) {
        return signed(keys.ec(), "logout+jwt", claims);
    }

    /** With a key of that id and a type that may be empty. */
    public static String signed(JWK key, String type, JWTClaimsSet.Builder claims) {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID());
        return Tokens.sign(key, (type.isEmpty() ? header : header.type(new JOSEObjectType(type))).build(), claims.build());
    }

    public static String unsigned(JWTClaimsSet.Builder claims) {
        return Tokens.compact("{\"alg\":\"none\",\"typ\":\"logout+jwt\"}", payload(claims), Optional.empty());
    }

    public String signedWithTheClientSecret(JWTClaimsSet.Builder claims) {
        return Tokens.signHmac(clientSecret.getBytes(StandardCharsets.UTF_8), "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", payload(claims));
    }

    private static String payload(JWTClaimsSet.Builder claims) {
        return claims.build().toPayload().toString();
    }
}
