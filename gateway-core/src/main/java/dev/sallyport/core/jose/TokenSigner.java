package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.util.Map;

/** An ES256 key of our own, for demonstrations: signs access tokens and publishes its public half. */
public final class TokenSigner {
    private final ECKey key;

    private TokenSigner(ECKey key) {
        this.key = key;
    }

    public static TokenSigner generate(String keyId) {
        try {
            return new TokenSigner(new ECKeyGenerator(Curve.P_256).keyID(keyId).algorithm(JWSAlgorithm.ES256).generate());
        } catch (JOSEException problem) {
            throw new IllegalStateException("every JDK makes P-256 keys", problem);
        }
    }

    /** A compact JWS of type {@code at+jwt} (RFC 9068). */
    public String sign(Map<String, Object> claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(key.getKeyID())
                    .type(new JOSEObjectType("at+jwt"))
                    .build();
            JWSObject token = new JWSObject(header, new Payload(claims));
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException problem) {
            throw new IllegalStateException("a key of our own signs", problem);
        }
    }

    /** The JWK Set (RFC 7517 §5) with the public half. */
    public String publicKeys() {
        return new JWKSet(key).toString(true);
    }
}
