package dev.sallyport.core.jose;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signatures with whichever provider the process prefers. The algorithm is the key's, never the token's: a token
 * whose {@code alg} differs from its key's does not verify (RFC 8725 §3.1).
 */
public final class JwsVerifier {
    private JwsVerifier() {}

    /** True only if every step succeeded; a provider that throws has not verified. */
    public static boolean verifies(KeyMaterial key, CompactJws jws) {
        return key.algorithm().isNamed(jws.algorithm()) && verifies(key, jws.signingInput(), jws.signature());
    }

    static boolean verifies(KeyMaterial key, byte[] message, byte[] signature) {
        try {
            return switch (key) {
                case KeyMaterial.Verification verification -> verifiesPublic(verification, message, signature);
                case KeyMaterial.Shared shared -> MessageDigest.isEqual(mac(shared, message), signature);
            };
        } catch (GeneralSecurityException | RuntimeException _) {
            // Providers disagree on how they refuse a broken signature: some throw, and not only checked exceptions.
            return false;
        }
    }

    private static boolean verifiesPublic(KeyMaterial.Verification key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        JwsAlgorithm algorithm = key.algorithm();
        if (algorithm.family() == JwsAlgorithm.Family.EC && !EcCurve.of(algorithm).isInRange(signature)) {
            return false;
        }
        Signature verifier = Signature.getInstance(algorithm.standardName());
        verifier.initVerify(key.key());
        if (algorithm.family() == JwsAlgorithm.Family.RSA_PSS) {
            verifier.setParameter(pss(algorithm));
        }
        verifier.update(message);
        return verifier.verify(signature);
    }

    private static byte[] mac(KeyMaterial.Shared key, byte[] message) throws GeneralSecurityException {
        String name = key.algorithm().standardName();
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key.secret().reveal(), name));
        return mac.doFinal(message);
    }

    /** RFC 7518 §3.5: MGF1 with the same hash, salt as long as the hash. */
    private static PSSParameterSpec pss(JwsAlgorithm algorithm) {
        String hash = "SHA-" + algorithm.hashBits();
        return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), algorithm.hashBits() / Byte.SIZE, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
