package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that no generator makes, as a set may publish them. */
class KeyFitTest {
    @ParameterizedTest
    @CsvSource({"2047,65537,false", "2048,65537,true", "8192,65537,true", "8193,65537,false", "2048,3,true", "2048,1,false", "2048,0,false", "2048,2,false",
        "2048,65538,false", "2048,18446744073709551615,true", "2048,18446744073709551617,false"})
    void rsaKeyFitsWithinItsBounds(int bits, BigInteger exponent, boolean isTaken) {
        assertThat(KeyFit.candidates(new Rsa(BigInteger.ONE.shiftLeft(bits - 1).setBit(0), exponent)).isEmpty()).isNotEqualTo(isTaken);
    }

    /** Such a point lives on a weaker curve of the attacker's choice: the invalid curve attack. */
    @Test
    void pointOffItsCurveFitsNothing() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        ECPublicKey good = (ECPublicKey) generator.generateKeyPair().getPublic();
        ECPoint point = good.getW();
        assertThat(KeyFit.candidates(good)).containsExactly(JwsAlgorithm.ES256);
        assertThat(KeyFit.candidates(new Ec(new ECPoint(point.getAffineX(), point.getAffineY().add(BigInteger.ONE)), good.getParams()))).isEmpty();
    }

    private record Rsa(BigInteger modulus, BigInteger exponent) implements RSAPublicKey {
        @Override
        public BigInteger getModulus() {
            return modulus;
        }

        @Override
        public BigInteger getPublicExponent() {
            return exponent;
        }

        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }

    private record Ec(ECPoint point, ECParameterSpec curve) implements ECPublicKey {
        @Override
        public ECPoint getW() {
            return point;
        }

        @Override
        public ECParameterSpec getParams() {
            return curve;
        }

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }
}
