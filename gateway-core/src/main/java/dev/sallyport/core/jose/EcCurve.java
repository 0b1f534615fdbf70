package dev.sallyport.core.jose;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.Optional;

/** The curves of RFC 7518 §3.4, and the range checks that a raw ECDSA signature must pass before any provider sees it. */
enum EcCurve {
    P256(JwsAlgorithm.ES256, 32,
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    P384(JwsAlgorithm.ES384, 48,
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    P521(JwsAlgorithm.ES512, 66,
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");

    private final JwsAlgorithm algorithm;
    private final int coordinateBytes;
    private final BigInteger prime;
    private final BigInteger b;
    private final BigInteger order;

    EcCurve(JwsAlgorithm algorithm, int coordinateBytes, String prime, String b, String order) {
        this.algorithm = algorithm;
        this.coordinateBytes = coordinateBytes;
        this.prime = new BigInteger(prime, 16);
        this.b = new BigInteger(b, 16);
        this.order = new BigInteger(order, 16);
    }

    JwsAlgorithm algorithm() {
        return algorithm;
    }

    /** Empty for another curve, and for a point that is not on the curve (RFC 8725 §3.4: invalid-curve attacks). */
    static Optional<EcCurve> of(ECPublicKey key) {
        return Arrays.stream(values()).filter(curve -> curve.carries(key)).findFirst();
    }

    static EcCurve of(JwsAlgorithm algorithm) {
        return Arrays.stream(values()).filter(curve -> curve.algorithm == algorithm).findFirst().orElseThrow();
    }

    /**
     * Whether it is R || S of exactly this width with both in [1, n-1]. Java 15 to 18 took R = S = 0 for every message
     * (CVE-2022-21449); a DER signature is refused by its length.
     */
    boolean isInRange(byte[] signature) {
        return signature.length == 2 * coordinateBytes
                && isInRange(new BigInteger(1, signature, 0, coordinateBytes))
                && isInRange(new BigInteger(1, signature, coordinateBytes, coordinateBytes));
    }

    private boolean isInRange(BigInteger part) {
        return part.signum() > 0 && part.compareTo(order) < 0;
    }

    private boolean carries(ECPublicKey key) {
        return key.getParams().getOrder().equals(order)
                && key.getParams().getCofactor() == 1
                && key.getParams().getCurve().getField() instanceof ECFieldFp field
                && field.getP().equals(prime)
                && key.getParams().getCurve().getB().equals(b)
                && key.getParams().getCurve().getA().equals(prime.subtract(BigInteger.valueOf(3)))
                && isOnCurve(key.getW());
    }

    private boolean isOnCurve(ECPoint point) {
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        return isCoordinate(x) && isCoordinate(y)
                && y.multiply(y).mod(prime).equals(x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(prime));
    }

    private boolean isCoordinate(BigInteger coordinate) {
        return coordinate.signum() >= 0 && coordinate.compareTo(prime) < 0;
    }
}
