package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ranges of signature values, worked out for keys made on the spot, on every curve. */
class SignatureEdgeTest {
    private static final byte[] MESSAGE = "header.payload".getBytes(StandardCharsets.US_ASCII);
    private static final BigInteger ED25519_PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final Map<EcCurve, String> CURVES = Map.of(EcCurve.P256, "secp256r1", EcCurve.P384, "secp384r1", EcCurve.P521, "secp521r1");
    private static final Map<EcCurve, String> ORDERS = Map.of(
            EcCurve.P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            EcCurve.P384, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            EcCurve.P521, "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");

    @ParameterizedTest
    @EnumSource(EcCurve.class)
    void ecdsaOutsideItsRangesIsRefusedOnEveryCurve(EcCurve curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVES.get(curve)));
        KeyPair pair = generator.generateKeyPair();
        byte[] good = sign(curve.algorithm().standardName(), pair);
        int width = good.length / 2;
        BigInteger n = new BigInteger(ORDERS.get(curve), 16);
        BigInteger r = new BigInteger(1, good, 0, width);
        BigInteger s = new BigInteger(1, good, width, width);
        KeyMaterial key = new KeyMaterial.Verification(Optional.empty(), curve.algorithm(), pair.getPublic());
        assertThat(JwsVerifier.verifies(key, MESSAGE, good)).isTrue();
        assertThat(JwsVerifier.verifies(key, MESSAGE, joined(width, r, n.subtract(s)))).as("the mirrored s holds: RFC 7518 asks for no low one").isTrue();
        BigInteger one = BigInteger.ONE;
        BigInteger zero = BigInteger.ZERO;
        BigInteger widest = one.shiftLeft(8 * width).subtract(one);
        BigInteger[][] bad = {
            {zero, zero}, {zero, s}, {r, zero}, {n, s}, {r, n}, {n, n}, {n.add(one), s}, {r, n.add(one)}, {one, one}, {n.subtract(one), one}, {one, n.subtract(one)},
            {widest, s}, {r, widest}, {s, r}, {n.subtract(r), s}, {r.add(one), s}, {r, s.add(one)}, {r, r}, {zero, n}, {n, zero},
        };
        for (BigInteger[] values : bad) {
            assertThat(JwsVerifier.verifies(key, MESSAGE, joined(width, values[0], values[1]))).as("r=%x s=%x", values[0], values[1]).isFalse();
        }
        if (s.add(n).bitLength() <= 8 * width) {
            assertThat(JwsVerifier.verifies(key, MESSAGE, joined(width, r, s.add(n)))).as("s + n").isFalse();
        }
        for (int length : new int[] {0, 1, width, 2 * width - 1, 2 * width + 1, 2 * width + 2, 4 * width}) {
            assertThat(JwsVerifier.verifies(key, MESSAGE, Arrays.copyOf(good, length))).as("of %d bytes", length).isFalse();
        }
    }

    private static byte[] sign(String algorithm, KeyPair pair) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(MESSAGE);
        return signature.sign();
    }

    private static byte[] joined(int width, BigInteger r, BigInteger s) {
        byte[] both = Arrays.copyOf(fixed(r, width), 2 * width);
        System.arraycopy(fixed(s, width), 0, both, width, width);
        return both;
    }

    private static byte[] fixed(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int taken = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - taken, fixed, length - taken, taken);
        return fixed;
    }

    @Test
    void rsaOutsideItsRangesIsRefused() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        BigInteger n = ((java.security.interfaces.RSAPublicKey) pair.getPublic()).getModulus();
        byte[] good = sign("SHA256withRSA", pair);
        KeyMaterial key = new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.RS256, pair.getPublic());
        assertThat(JwsVerifier.verifies(key, MESSAGE, good)).isTrue();
        BigInteger value = new BigInteger(1, good);
        Stream.of(BigInteger.ZERO, BigInteger.ONE, n, n.subtract(BigInteger.ONE), n.subtract(value), value.add(BigInteger.ONE))
                .forEach(other -> assertThat(JwsVerifier.verifies(key, MESSAGE, fixed(other, 256))).isFalse());
        for (byte[] other : new byte[][] {fixed(value, 257), fixed(value.add(n), 257), fixed(value, 512), Arrays.copyOf(good, 255), Arrays.copyOf(good, 257), {}}) {
            assertThat(JwsVerifier.verifies(key, MESSAGE, other)).as("of %d bytes", other.length).isFalse();
        }
    }

    @Test
    void ed25519OutsideItsRangesIsRefused() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] good = sign("Ed25519", pair);
        KeyMaterial key = new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.EDDSA, pair.getPublic());
        assertThat(JwsVerifier.verifies(key, MESSAGE, good)).isTrue();
        BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(good, 32, 64)));
        BigInteger eight = BigInteger.valueOf(8);
        for (BigInteger other : new BigInteger[] {
            BigInteger.ZERO, BigInteger.ONE, order, order.subtract(BigInteger.ONE), s.add(order), s.add(order.multiply(eight.subtract(BigInteger.ONE))), order.multiply(eight),
            BigInteger.TWO.pow(256).subtract(BigInteger.ONE), s.setBit(255), order.subtract(s),
        }) {
            byte[] forged = Arrays.copyOf(good, 64);
            System.arraycopy(reversed(fixed(other, 32)), 0, forged, 32, 32);
            assertThat(JwsVerifier.verifies(key, MESSAGE, forged)).as("S = %x", other).isFalse();
        }
        for (int length : new int[] {0, 1, 32, 63, 65, 96, 114}) {
            assertThat(JwsVerifier.verifies(key, MESSAGE, Arrays.copyOf(good, length))).isFalse();
        }
        byte[] otherSign = good.clone();
        otherSign[31] ^= (byte) 0x80;
        assertThat(JwsVerifier.verifies(key, MESSAGE, otherSign)).as("R with its other x").isFalse();
    }

    /** The eight points whose order divides 8, by y and the sign of x: 1, -1, 0 twice, and four of order 8. */
    @ParameterizedTest
    @CsvSource({
        "1, 0", "-1, 0", "0, 0", "0, 1",
        "2707385501144840649318225287225658788936804267575313519463743609750303402022, 0",
        "2707385501144840649318225287225658788936804267575313519463743609750303402022, 1",
        "-2707385501144840649318225287225658788936804267575313519463743609750303402022, 0",
        "-2707385501144840649318225287225658788936804267575313519463743609750303402022, 1",
    })
    void ed25519KeyOfSmallOrderIsLeftOut(BigInteger y, int xSign) {
        assertThat(isOfOrderEight(y.mod(ED25519_PRIME))).as("the point of this test").isTrue();
        byte[] encoded = reversed(fixed(y.mod(ED25519_PRIME), 32));
        encoded[31] |= (byte) (xSign << 7);
        assertThat(keys(encoded)).isEmpty();
    }

    /** Doubling thrice by y alone, on -x² + y² = 1 + d·x²·y²: whether it ends in the identity. */
    private static boolean isOfOrderEight(BigInteger y) {
        BigInteger p = ED25519_PRIME;
        BigInteger d = BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(p)).mod(p);
        BigInteger current = y;
        for (int doubling = 0; doubling < 3; doubling++) {
            BigInteger square = current.multiply(current).mod(p);
            BigInteger xSquare = square.subtract(BigInteger.ONE).multiply(square.multiply(d).add(BigInteger.ONE).modInverse(p)).mod(p);
            BigInteger dxy = d.multiply(xSquare).multiply(square).mod(p);
            current = square.add(xSquare).multiply(BigInteger.ONE.subtract(dxy).modInverse(p)).mod(p);
        }
        return current.equals(BigInteger.ONE);
    }

    /** A y that is p or more spells a point a second time (RFC 8032 §5.1.3). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1})
    void ed25519KeySpeltBeyondThePrimeIsLeftOut(int beyond) {
        assertThat(keys(reversed(fixed(ED25519_PRIME.add(BigInteger.valueOf(beyond)), 32)))).isEmpty();
    }

    @Test
    void ordinaryEd25519KeyIsTaken() throws GeneralSecurityException {
        PublicKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        assertThat(keys(Arrays.copyOfRange(key.getEncoded(), 12, 44))).hasSize(1);
    }

    private static java.util.List<KeyMaterial> keys(byte[] point) {
        String jwk = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(point) + "\"}]}";
        KeyList.Parsed parsed = JwkSetReader.read(jwk.getBytes(StandardCharsets.UTF_8), EnumSet.of(JwsAlgorithm.EDDSA));
        return ((KeyList.Parsed.Keys) parsed).list().keys();
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            reversed[index] = bytes[bytes.length - 1 - index];
        }
        return reversed;
    }
}
