package dev.sallyport.core.config.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.core.gateway.compile.MadeAuthority;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
    private static final MadeAuthority AUTHORITY = new MadeAuthority("Authority");
    private static final MadeAuthority.Leaf LEAF = AUTHORITY.client("CN=leaf");
    private static final MadeAuthority.Leaf SECOND = AUTHORITY.client("CN=second");

    @Test
    void certificatesComeInTheOrderOfTheFileWhateverStandsBetween() {
        String file = "Bag Attributes: x\n" + LEAF.certificatePem() + "\n# the second\n" + LEAF.keyPem() + SECOND.certificatePem();
        assertThat(PemFile.certificates(bytes(file))).containsExactly(LEAF.certificate(), SECOND.certificate());
        assertThat(PemFile.certificates(bytes(LEAF.certificatePem().replace("\n", "\r\n")))).containsExactly(LEAF.certificate());
        assertThat(PemFile.privateKey(bytes(file))).isEqualTo(LEAF.key());
    }

    @ParameterizedTest
    @CsvSource({"EC,secp256r1", "EC,secp384r1", "EC,secp521r1"})
    void ellipticKeyIsReadFromPkcs8AndSec1(String algorithm, String curve) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(new ECGenParameterSpec(curve));
        PrivateKey key = generator.generateKeyPair().getPrivate();
        BigInteger secret = ((ECPrivateKey) key).getS();
        assertThat(PemFile.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
        var info = PrivateKeyInfo.getInstance(key.getEncoded());
        var sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(((ECPrivateKey) key).getParams().getOrder().bitLength(), secret, info.getPrivateKeyAlgorithm().getParameters());
        assertThat(((ECPrivateKey) PemFile.privateKey(pem("EC PRIVATE KEY", sec1.getEncoded()))).getS()).isEqualTo(secret);
    }

    @Test
    void rsaKeyIsReadFromPkcs1() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs1 = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();
        assertThat(PemFile.privateKey(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(pair.getPrivate());
    }

    @Test
    void ed25519KeyIsRead() throws GeneralSecurityException, IOException {
        PrivateKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        assertThat(PemFile.privateKey(pem("PRIVATE KEY", key.getEncoded())).getAlgorithm()).isEqualTo("EdDSA");
    }

    @Test
    void encryptedKeyIsToldAsSuch() throws IOException {
        byte[] file = pem("ENCRYPTED PRIVATE KEY", new byte[32]);
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(file)).withMessageContaining("encrypted");
        byte[] old = bytes("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AA\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(old)).withMessageStartingWith("holds ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PEM at all", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\nMIT/////\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"})
    void whatIsNoKeyIsRefusedWithAClause(String file) {
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(bytes(file))).withMessageMatching("(holds|is|has) .*");
    }

    @Test
    void severalKeysAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(bytes(LEAF.keyPem() + SECOND.keyPem()))).withMessageContaining("several");
    }

    @Test
    void fileCutShortAnywhereIsRefusedAndNothingOfItIsQuoted() {
        for (String whole : new String[] {LEAF.keyPem(), LEAF.certificatePem()}) {
            for (int end = 0; end < whole.stripTrailing().length(); end++) {
                String cut = whole.substring(0, end);
                assertThatIllegalArgumentException().isThrownBy(() -> {
                    PemFile.privateKey(bytes(cut));
                    PemFile.certificates(bytes(cut));
                }).withMessageNotContaining("MI");
            }
        }
    }

    @Test
    void keyWhoseBytesAreCutInsideIsRefused() throws IOException {
        byte[] der = LEAF.key().getEncoded();
        for (int end = 0; end < der.length; end += 7) {
            byte[] file = pem("PRIVATE KEY", Arrays.copyOf(der, end));
            assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(file));
            byte[] sec1 = pem("EC PRIVATE KEY", Arrays.copyOf(der, end));
            assertThatIllegalArgumentException().isThrownBy(() -> PemFile.privateKey(sec1));
        }
    }

    @Test
    void revocationListIsReadFromPemAndDer() throws CRLException {
        var list = AUTHORITY.revocationList(LEAF.certificate());
        assertThat(PemFile.revocationLists(list.getEncoded())).containsExactly(list);
        byte[] pem = bytes("-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(list.getEncoded()) + "\n-----END X509 CRL-----\n");
        assertThat(PemFile.revocationLists(pem)).containsExactly(list);
        byte[] cut = Arrays.copyOf(list.getEncoded(), list.getEncoded().length - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.revocationLists(cut)).withMessageContaining("malformed");
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.revocationLists(bytes(LEAF.certificatePem()))).withMessageContaining("no certificate revocation list");
        assertThatIllegalArgumentException().isThrownBy(() -> PemFile.revocationLists(new byte[0]));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pem(String label, byte[] der) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(label, der));
        }
        return bytes(text.toString());
    }
}
