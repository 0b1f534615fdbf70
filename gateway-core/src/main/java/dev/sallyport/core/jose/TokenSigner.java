package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A private key of our own (ES256 or RS256): signs tokens and publishes its public half. */
public final class TokenSigner {
    /** What tokens of ours say that they are, unless told otherwise (RFC 9068 §2.1). */
    private static final String ACCESS_TOKEN = "at+jwt";

    private final JWK key;
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;
    private final KeyMaterial.Verification verification;

    private TokenSigner(JWK key) throws JOSEException {
        this.key = key;
        this.algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        this.signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
        PublicKey publicHalf = key instanceof RSAKey rsa ? rsa.toPublicKey() : key.toECKey().toPublicKey();
        this.verification = new KeyMaterial.Verification(
                Optional.of(key.getKeyID()), key instanceof RSAKey ? JwsAlgorithm.RS256 : JwsAlgorithm.ES256, publicHalf);
    }

    /** ES256, under a name of the caller's. */
    public static TokenSigner generate(String keyId) {
        try {
            return new TokenSigner(new ECKeyGenerator(Curve.P_256).keyID(keyId).algorithm(JWSAlgorithm.ES256).generate());
        } catch (JOSEException problem) {
            throw new IllegalStateException("every JDK makes P-256 keys", problem);
        }
    }

    /** Named by its thumbprint (RFC 7638). RSA keys cost a fraction of a second. */
    public static TokenSigner generate(JwsAlgorithm algorithm) {
        try {
            return new TokenSigner(switch (algorithm) {
                case ES256 -> new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.ES256).generate();
                case RS256 -> new RSAKeyGenerator(KeyFit.MIN_RSA_BITS).keyIDFromThumbprint(true).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).generate();
                default -> throw new IllegalArgumentException("signs with ES256 and RS256 alone");
            });
        } catch (JOSEException problem) {
            throw new IllegalStateException("every JDK makes such keys", problem);
        }
    }

    /** What {@link #secretText} wrote; empty for what is no such key. */
    public static Optional<TokenSigner> parse(String secretText) {
        try {
            JWK key = JWK.parse(secretText);
            return key.isPrivate() && key.getKeyID() != null && (key instanceof ECKey || key instanceof RSAKey)
                    ? Optional.of(new TokenSigner(key))
                    : Optional.empty();
        } catch (ParseException | JOSEException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** The private key as one line of JSON, for a file that its owner alone can read. */
    public String secretText() {
        return key.toJSONString();
    }

    public String keyId() {
        return key.getKeyID();
    }

    /** The public half, for whoever verifies in this process. */
    public KeyMaterial.Verification verification() {
        return verification;
    }

    /** A compact JWS of type {@code at+jwt} (RFC 9068). */
    public String sign(Map<String, Object> claims) {
        return sign(ACCESS_TOKEN, claims);
    }

    /** @param type what the token is, so that none passes for another (RFC 8725 §3.11) */
    public String sign(String type, Map<String, Object> claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(new JOSEObjectType(type)).build();
            JWSObject token = new JWSObject(header, new Payload(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException problem) {
            throw new IllegalStateException("a key of our own signs", problem);
        }
    }

    /** The JWK Set (RFC 7517 §5) with the public half. */
    public String publicKeys() {
        return publicKeys(List.of(this));
    }

    public static String publicKeys(List<TokenSigner> keys) {
        return new JWKSet(keys.stream().map(each -> each.key).toList()).toString(true);
    }

    /** Its name alone. */
    @Override
    public String toString() {
        return "TokenSigner[" + key.getKeyID() + "]";
    }
}
