package dev.sallyport.tests.harness.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** Proofs of possession (RFC 9449 §4.2) as a client makes them. */
public final class DpopProofs {
    private DpopProofs() {}

    /** A fresh one that holds. */
    public static JWTClaimsSet.Builder claims(String method, String url, String token) {
        return claims(method, url).claim("ath", sha256(token));
    }

    /** A fresh one for the token endpoint: there is no token yet. */
    public static JWTClaimsSet.Builder claims(String method, String url) {
        return new JWTClaimsSet.Builder().claim("htm", method).claim("htu", url).issueTime(Tokens.inSeconds(0)).jwtID(UUID.randomUUID().toString());
    }

    public static String sign(ECKey key, JWTClaimsSet claims) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt")).jwk(key.toPublicJWK()).build();
        return Tokens.sign(key, header, claims);
    }

    /** What a token bound to this key has in {@code cnf}. */
    public static Map<String, Object> confirmation(ECKey key) {
        try {
            return Map.of("jkt", key.computeThumbprint().toString());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** base64url of SHA-256. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static String sha256(byte[] bytes) {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
