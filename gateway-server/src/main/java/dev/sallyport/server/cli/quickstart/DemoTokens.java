package dev.sallyport.server.cli.quickstart;

import dev.sallyport.core.jose.TokenSigner;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** An issuer of our own, with tokens that are good and tokens that are not. */
record DemoTokens(String publicKeys, String good, String expired, String otherAudience, String otherIssuer, String withoutScope, String tampered) {
    static final String ISSUER = "https://issuer.quickstart.example";
    static final String AUDIENCE = "quickstart-api";
    static final String SUBJECT = "alice";
    /** Long enough for a day of trying; the configuration allows as much. */
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final String KEY_ID = "quickstart-1";

    /** @param scope what the good token grants */
    static DemoTokens create(Instant now, String scope) {
        TokenSigner signer = TokenSigner.generate(KEY_ID);
        String good = signer.sign(claims(now, ISSUER, AUDIENCE, scope));
        return new DemoTokens(
                signer.publicKeys(),
                good,
                signer.sign(claims(now.minus(LIFETIME).minus(LIFETIME), ISSUER, AUDIENCE, scope)),
                signer.sign(claims(now, ISSUER, "another-api", scope)),
                signer.sign(claims(now, "https://elsewhere.example", AUDIENCE, scope)),
                signer.sign(claims(now, ISSUER, AUDIENCE, "profile")),
                withSubjectOf(good, signer.sign(admin(now, scope))));
    }

    private static Map<String, Object> claims(Instant issuedAt, String issuer, String audience, String scope) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", audience);
        claims.put("sub", SUBJECT);
        claims.put("scope", scope);
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("exp", issuedAt.plus(LIFETIME).getEpochSecond());
        return claims;
    }

    private static Map<String, Object> admin(Instant now, String scope) {
        Map<String, Object> claims = claims(now, ISSUER, AUDIENCE, scope);
        claims.put("sub", "admin");
        return claims;
    }

    /** The claims of one token under the signature of another. */
    private static String withSubjectOf(String signed, String wanted) {
        String signature = signed.substring(signed.lastIndexOf('.'));
        return wanted.substring(0, wanted.lastIndexOf('.')) + signature;
    }
}
