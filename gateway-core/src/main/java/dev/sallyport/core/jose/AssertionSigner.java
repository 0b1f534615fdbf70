package dev.sallyport.core.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Map;
import java.util.Optional;

/** Signs with a private key of the operator's: RS256 with RSA, ES256, ES384 or ES512 by the curve. */
public final class AssertionSigner {
    private final JWSHeader header;
    private final JWSSigner signer;

    private AssertionSigner(JWSHeader header, JWSSigner signer) {
        this.header = header;
        this.signer = signer;
    }

    /** @throws IllegalArgumentException for a key that signs with none of these, RSA under 2048 bits among them */
    public static AssertionSigner of(PrivateKey key, Optional<String> keyId) {
        try {
            return switch (key) {
                case ECPrivateKey ec -> {
                    ECDSASigner signer = new ECDSASigner(ec);
                    yield new AssertionSigner(header(signer.supportedECDSAAlgorithm(), keyId), signer);
                }
                case PrivateKey rsa when rsa.getAlgorithm().equals("RSA") -> new AssertionSigner(header(JWSAlgorithm.RS256, keyId), new RSASSASigner(rsa));
                default -> throw new IllegalArgumentException("holds a key of " + key.getAlgorithm() + "; RSA or P-256, P-384, P-521 is expected");
            };
        } catch (JOSEException | IllegalArgumentException problem) {
            throw new IllegalArgumentException("cannot sign: " + problem.getMessage(), problem);
        }
    }

    private static JWSHeader header(JWSAlgorithm algorithm, Optional<String> keyId) {
        JWSHeader.Builder builder = new JWSHeader.Builder(algorithm);
        keyId.ifPresent(builder::keyID);
        return builder.build();
    }

    /** A compact JWS (RFC 7515 §3.1). */
    public String sign(Map<String, Object> claims) {
        try {
            JWSObject token = new JWSObject(header, new Payload(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException problem) {
            throw new IllegalStateException("a key that was tried signs", problem);
        }
    }
}
