package dev.sallyport.server.cli.quickstart;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives for one demonstration; its key never leaves memory. */
final class DemoAuthority {
    private static final Duration LEEWAY = Duration.ofHours(1);
    private static final int SERIAL_BITS = 120;

    private final SecureRandom random = new SecureRandom();
    private final KeyPair key;
    private final X509Certificate certificate;

    private DemoAuthority() throws GeneralSecurityException, IOException, OperatorCreationException {
        key = newKey();
        X500Name name = new X500Name("CN=Sallyport quickstart authority");
        JcaX509v3CertificateBuilder builder = builder(name, name, key, Validity.untilNextMonth());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        certificate = sign(builder);
    }

    static DemoAuthority create() {
        try {
            return new DemoAuthority();
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("every JDK makes P-256 certificates", e);
        }
    }

    /** Between which moments a certificate is good. */
    private record Validity(Instant from, Instant until) {
        static Validity untilNextMonth() {
            Instant now = Instant.now();
            return new Validity(now.minus(LEEWAY), now.plus(Duration.ofDays(30)));
        }

        static Validity untilYesterday() {
            Instant now = Instant.now();
            return new Validity(now.minus(Duration.ofDays(30)), now.minus(Duration.ofDays(1)));
        }
    }

    /** A certificate with its key, both in PEM. */
    record Leaf(String certificatePem, String keyPem) {}

    X509Certificate certificate() {
        return certificate;
    }

    String pem() {
        return pem(certificate);
    }

    /** For localhost, by name and address. */
    Leaf server() {
        return leaf("CN=localhost", KeyPurposeId.id_kp_serverAuth, Validity.untilNextMonth(), new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")
        }));
    }

    /** @param spiffeId its one URI name */
    Leaf client(String subject, String spiffeId) {
        return client(subject, spiffeId, Validity.untilNextMonth());
    }

    /** As {@link #client}, but its time is over. */
    Leaf expiredClient(String subject, String spiffeId) {
        return client(subject, spiffeId, Validity.untilYesterday());
    }

    private Leaf client(String subject, String spiffeId, Validity validity) {
        GeneralName uri = new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId);
        return leaf(subject, KeyPurposeId.id_kp_clientAuth, validity, new GeneralNames(uri));
    }

    private Leaf leaf(String subject, KeyPurposeId purpose, Validity validity, GeneralNames names) {
        try {
            KeyPair pair = newKey();
            X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            JcaX509v3CertificateBuilder builder = builder(issuer, new X500Name(subject), pair, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
            return new Leaf(pem(sign(builder)), pem(pair.getPrivate()));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("every JDK makes P-256 certificates", e);
        }
    }

    private JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair pair, Validity validity)
            throws GeneralSecurityException, IOException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(validity.from()),
                Date.from(validity.until()),
                subject,
                pair.getPublic());
        // Key identifiers: newer TLS clients refuse chains without them (RFC 5280 §4.2.1.1).
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(pair.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(key.getPublic()));
        return builder;
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder) throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(Object thing) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(thing instanceof PrivateKey secret ? new JcaPKCS8Generator(secret, null) : thing);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return text.toString();
    }
}
