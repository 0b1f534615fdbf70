package dev.sallyport.core.token.client;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyMaterial;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.Optional;

/** A secret and keys that nobody has. */
final class Decoy {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int HASH_BYTES = 32;
    private static final int RSA_BITS = 2048;
    private static final int EC_BITS = 256;

    static final List<byte[]> SHA256 = List.of(randomBytes());
    static final List<KeyMaterial> KEYS = List.of(
            new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.RS256, rsa()),
            new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.ES256, ec()));

    private Decoy() {}

    private static byte[] randomBytes() {
        byte[] bytes = new byte[HASH_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Any number of this size will do for a modulus: nobody knows its factors, and nobody ever needs to. */
    private static PublicKey rsa() {
        BigInteger modulus = new BigInteger(RSA_BITS, RANDOM).setBit(RSA_BITS - 1).setBit(0);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has RSA", impossible);
        }
    }

    private static PublicKey ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(EC_BITS, RANDOM);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }
}
