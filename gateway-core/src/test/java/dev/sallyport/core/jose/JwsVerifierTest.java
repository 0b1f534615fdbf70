package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of RFC 7515 appendix A, RFC 7520 §4, RFC 8037 appendix A, and signatures that must never hold. */
class JwsVerifierTest {
    private static final String JOE =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private static final String FRODO = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";
    private static final String BILBO_RSA = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw\"}";
    private static final String BILBO_EC = "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt\",\"y\":\"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1\"}";
    private static final String JOE_EC = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
    private static final String ED = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    private static final String JOE_ES256 = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    private static final String BILBO_RS256 = "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";
    private static final String BILBO_PS384 = "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";
    private static final String BILBO_ES512 = "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";

    @Test
    void hmacOfRfc7515A1Verifies() {
        Secret secret = Secret.of(Base64.getUrlDecoder().decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
        KeyMaterial key = new KeyMaterial.Shared(Optional.empty(), JwsAlgorithm.HS256, secret);
        String input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + JOE;
        assertThat(verifies(key, input, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).isTrue();
        assertThat(verifies(key, input, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXg")).isFalse();
        assertThat(verifies(key, input, "")).isFalse();
    }

    @Test
    void ecdsaOfRfc7515A3Verifies() {
        assertThat(verifies(key(JOE_EC, JwsAlgorithm.ES256), "eyJhbGciOiJFUzI1NiJ9." + JOE, JOE_ES256)).isTrue();
    }

    @Test
    void rsaOfRfc7520Section41Verifies() {
        assertThat(verifies(key(BILBO_RSA, JwsAlgorithm.RS256), bilbo("RS256"), BILBO_RS256)).isTrue();
    }

    @Test
    void pssOfRfc7520Section42Verifies() {
        assertThat(verifies(key(BILBO_RSA, JwsAlgorithm.PS384), bilbo("PS384"), BILBO_PS384)).isTrue();
    }

    @Test
    void ecdsaOfRfc7520Section43Verifies() {
        assertThat(verifies(key(BILBO_EC, JwsAlgorithm.ES512), bilbo("ES512"), BILBO_ES512)).isTrue();
    }

    @Test
    void ed25519OfRfc8037A4Verifies() {
        String signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        String input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        assertThat(verifies(key(ED, JwsAlgorithm.EDDSA), input, signature)).isTrue();
        assertThat(verifies(key(ED, JwsAlgorithm.EDDSA), input + "x", signature)).isFalse();
    }

    @Test
    void malleableEd25519SignatureIsRefused() {
        // S + L encodes the same scalar (RFC 8032 §5.1.7 wants S < L).
        byte[] signature = Base64.getUrlDecoder().decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
        byte[] order = HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        int carry = 0;
        for (int index = 0; index < 32; index++) {
            int sum = (signature[32 + index] & 0xff) + (order[index] & 0xff) + carry;
            signature[32 + index] = (byte) sum;
            carry = sum >> 8;
        }
        byte[] input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".getBytes(StandardCharsets.US_ASCII);
        assertThat(JwsVerifier.verifies(key(ED, JwsAlgorithm.EDDSA), input, signature)).isFalse();
    }

    @Test
    void ecdsaWithZeroPartsIsRefused() {
        byte[] real = Base64.getUrlDecoder().decode(JOE_ES256);
        byte[] zeroR = real.clone();
        Arrays.fill(zeroR, 0, 32, (byte) 0);
        byte[] zeroS = real.clone();
        Arrays.fill(zeroS, 32, 64, (byte) 0);
        for (byte[] forged : new byte[][] {new byte[64], zeroR, zeroS}) {
            assertThat(JwsVerifier.verifies(key(JOE_EC, JwsAlgorithm.ES256), new byte[] {1}, forged)).isFalse();
        }
    }

    @Test
    void ecdsaWithPartsBeyondTheOrderIsRefused() {
        byte[] order = HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        byte[] forged = Base64.getUrlDecoder().decode(JOE_ES256);
        System.arraycopy(order, 0, forged, 32, 32);
        assertThat(EcCurve.P256.isInRange(forged)).isFalse();
        assertThat(EcCurve.P256.isInRange(Base64.getUrlDecoder().decode(JOE_ES256))).isTrue();
    }

    @Test
    void derSignatureIsRefused() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(new byte[] {1, 2, 3});
        KeyMaterial key = new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.ES256, pair.getPublic());
        assertThat(JwsVerifier.verifies(key, new byte[] {1, 2, 3}, signer.sign())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 63, 65, 128})
    void ecdsaOfAnotherLengthIsRefused(int length) {
        byte[] cut = Arrays.copyOf(Base64.getUrlDecoder().decode(JOE_ES256), length);
        byte[] input = ("eyJhbGciOiJFUzI1NiJ9." + JOE).getBytes(StandardCharsets.US_ASCII);
        assertThat(JwsVerifier.verifies(key(JOE_EC, JwsAlgorithm.ES256), input, cut)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 257})
    void rsaSignatureOfAnotherLengthIsRefused(int length) {
        byte[] cut = Arrays.copyOf(Base64.getUrlDecoder().decode(BILBO_RS256), length);
        assertThat(JwsVerifier.verifies(key(BILBO_RSA, JwsAlgorithm.RS256), bilbo("RS256").getBytes(StandardCharsets.US_ASCII), cut)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = JwsAlgorithm.class, names = {"RS384", "RS512", "PS256", "PS384", "PS512"})
    void signatureOfAnotherRsaAlgorithmIsRefused(JwsAlgorithm other) {
        assertThat(verifies(key(BILBO_RSA, other), bilbo("RS256"), BILBO_RS256)).isFalse();
    }

    @Test
    void tokenWithAnotherAlgorithmThanItsKeyIsRefused() {
        CompactJws jws = new CompactJws("ES384", Optional.empty(), Optional.empty(),
                ("eyJhbGciOiJFUzI1NiJ9." + JOE).getBytes(StandardCharsets.US_ASCII), Map.of(), Base64.getUrlDecoder().decode(JOE_ES256));
        assertThat(JwsVerifier.verifies(key(JOE_EC, JwsAlgorithm.ES256), jws)).isFalse();
    }

    @Test
    void publicKeyForAnHmacCannotBeMade() {
        KeyMaterial.Verification key = (KeyMaterial.Verification) key(BILBO_RSA, JwsAlgorithm.RS256);
        assertThatThrownBy(() -> new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.HS256, key.key()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeyMaterial.Verification(Optional.empty(), JwsAlgorithm.ES256, key.key()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeyMaterial.Shared(Optional.empty(), JwsAlgorithm.RS256, Secret.of(new byte[64])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretShorterThanItsHashIsRefused() {
        assertThatThrownBy(() -> new KeyMaterial.Shared(Optional.empty(), JwsAlgorithm.HS384, Secret.of(new byte[47])))
                .hasMessageContaining("48").hasMessageContaining("47");
    }

    @Test
    void pemKeysAreReadForAllAllowedAlgorithms() {
        KeyMaterial.Verification ec = (KeyMaterial.Verification) key(JOE_EC, JwsAlgorithm.ES256);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(ec.key().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
        assertThat(PemKeys.read(pem.getBytes(StandardCharsets.US_ASCII), EnumSet.allOf(JwsAlgorithm.class)))
                .isInstanceOfSatisfying(KeyList.Parsed.Keys.class, keys -> assertThat(keys.list().keys()).containsExactly(ec));
        assertThat(PemKeys.read(pem.replace("PUBLIC", "PRIVATE").getBytes(StandardCharsets.US_ASCII), EnumSet.allOf(JwsAlgorithm.class)))
                .isInstanceOf(KeyList.Parsed.Malformed.class);
        assertThat(PemKeys.read(new byte[0], EnumSet.allOf(JwsAlgorithm.class))).isInstanceOf(KeyList.Parsed.Malformed.class);
    }

    private static boolean verifies(KeyMaterial key, String input, String signature) {
        return JwsVerifier.verifies(key, input.getBytes(StandardCharsets.US_ASCII), Base64.getUrlDecoder().decode(signature));
    }

    private static String bilbo(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"bilbo.baggins@hobbiton.example\"}";
        return StrictBase64.encode(header.getBytes(StandardCharsets.UTF_8)) + "." + FRODO;
    }

    private static KeyMaterial key(String jwk, JwsAlgorithm algorithm) {
        KeyList.Parsed parsed = JwkSetReader.read(("{\"keys\":[" + jwk + "]}").getBytes(StandardCharsets.UTF_8), EnumSet.of(algorithm));
        return ((KeyList.Parsed.Keys) parsed).list().keys().getFirst();
    }
}
