package dev.sallyport.core.jose;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which algorithms a public key may serve. */
final class KeyFit {
    /** RFC 7518 §3.3 and §3.5: smaller ones can be factored. */
    static final int MIN_RSA_BITS = 2048;

    /** Verification grows with the square of the size; a hostile set must not burn our processors. */
    static final int MAX_RSA_BITS = 8192;

    /** As above: a huge public exponent makes each verification as slow as a private operation. */
    private static final int MAX_RSA_EXPONENT_BITS = 64;

    /** 2^255 - 19 (RFC 8032 §5.1). */
    private static final BigInteger ED25519_PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The y of two of the four points of order 8; the other two have its negative. */
    private static final BigInteger ED25519_ORDER_8 =
            new BigInteger("2707385501144840649318225287225658788936804267575313519463743609750303402022");

    /** The y of every point whose order divides the cofactor 8. */
    private static final Set<BigInteger> ED25519_SMALL_ORDER = Set.of(
            BigInteger.ZERO, BigInteger.ONE, ED25519_PRIME.subtract(BigInteger.ONE), ED25519_ORDER_8, ED25519_PRIME.subtract(ED25519_ORDER_8));

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
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") && !isOfSmallOrder(ed) -> List.of(JwsAlgorithm.EDDSA);
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
                : "a key or curve of an unknown kind, or a point of small order (" + key.getAlgorithm() + ")");
    }

    /** Under such a key one signature holds for an eighth of all messages, or for all (RFC 8725 §3.4). */
    private static boolean isOfSmallOrder(EdECPublicKey key) {
        return ED25519_SMALL_ORDER.contains(key.getPoint().getY().mod(ED25519_PRIME));
    }

    private static boolean isSound(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
                && exponent.testBit(0) && exponent.bitLength() <= MAX_RSA_EXPONENT_BITS && exponent.compareTo(BigInteger.ONE) > 0;
    }
}
