package dev.sallyport.core.jose;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;

/** Which algorithms a public key may serve. */
final class KeyFit {
    /** RFC 7518 §3.3 and §3.5: smaller ones can be factored. */
    static final int MIN_RSA_BITS = 2048;

    /** Verification grows with the square of the size; a hostile set must not burn our processors. */
    static final int MAX_RSA_BITS = 8192;

    /** As above: a huge public exponent makes each verification as slow as a private operation. */
    private static final int MAX_RSA_EXPONENT_BITS = 64;

    private KeyFit() {}

    static boolean fits(JwsAlgorithm algorithm, PublicKey key) {
        return candidates(key).contains(algorithm);
    }

    static List<JwsAlgorithm> candidates(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> isSound(rsa)
                    ? List.of(JwsAlgorithm.RS256, JwsAlgorithm.RS384, JwsAlgorithm.RS512, JwsAlgorithm.PS256, JwsAlgorithm.PS384, JwsAlgorithm.PS512)
                    : List.of();
            case ECPublicKey ec -> EcCurve.of(ec).map(EcCurve::algorithm).stream().toList();
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") -> List.of(JwsAlgorithm.EDDSA);
            default -> List.of();
        };
    }

    /** One clause about what is wrong with a key that fits nothing. */
    static Optional<String> flaw(PublicKey key) {
        if (!candidates(key).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(key instanceof RSAPublicKey rsa
                ? "an RSA key of " + rsa.getModulus().bitLength() + " bits; " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " are taken"
                : "a key or curve of an unknown kind (" + key.getAlgorithm() + ")");
    }

    private static boolean isSound(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
                && exponent.testBit(0) && exponent.bitLength() <= MAX_RSA_EXPONENT_BITS && exponent.compareTo(BigInteger.ONE) > 0;
    }
}
