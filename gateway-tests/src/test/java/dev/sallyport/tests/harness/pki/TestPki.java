package dev.sallyport.tests.harness.pki;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority made on the spot; every chain of the tests lives as long as the run. */
public final class TestPki {
    private static final AtomicLong SERIALS = new AtomicLong(1000);
    private final KeyPair key;
    private final X509Certificate certificate;

    /** A leaf certificate with its key, and the certificates to present above it. */
    public record Leaf(X509Certificate certificate, PrivateKey key, List<X509Certificate> above) {
        public Leaf(X509Certificate certificate, PrivateKey key) {
            this(certificate, key, List.of());
        }

        X509Certificate[] chain() {
            List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
            chain.addAll(above);
            return chain.toArray(X509Certificate[]::new);
        }

        public String certificatePem() {
            return pem(certificate);
        }

        public String keyPem() {
            return pem(key);
        }
    }

    public TestPki(String name) {
        this.key = newKey();
        X500Name subject = new X500Name("CN=" + name);
        X509v3CertificateBuilder builder = builder(subject, subject, key, Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(30)));
        add(builder, Extension.basicConstraints, new BasicConstraints(3));
        add(builder, Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        this.certificate = sign(builder);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    PrivateKey privateKey() {
        return key.getPrivate();
    }

    public String pem() {
        return pem(certificate);
    }

    /** For these DNS names and the loopback address. */
    public Leaf server(String... names) {
        return server(Duration.ofDays(10), names);
    }

    /** Valid for this long from now; a negative one is past. */
    public Leaf server(Duration validity, String... names) {
        List<GeneralName> alternatives = new ArrayList<>();
        for (String name : names) {
            alternatives.add(new GeneralName(GeneralName.dNSName, name));
        }
        alternatives.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        return leaf("CN=" + names[0], KeyPurposeId.id_kp_serverAuth, validity, alternatives);
    }

    /** A client with this subject and these names, each written {@code spiffe://…} (a URI) or as a DNS name. */
    public Leaf client(String subject, String... names) {
        return client(Duration.ofDays(10), subject, names);
    }

    /** Valid for this long from now; a negative one is past. */
    public Leaf client(Duration validity, String subject, String... names) {
        List<GeneralName> alternatives = new ArrayList<>();
        for (String name : names) {
            int kind = name.contains("://") ? GeneralName.uniformResourceIdentifier : GeneralName.dNSName;
            alternatives.add(new GeneralName(kind, name));
        }
        return leaf(subject, KeyPurposeId.id_kp_clientAuth, validity, alternatives);
    }

    private Leaf leaf(String subject, KeyPurposeId purpose, Duration validity, List<GeneralName> alternatives) {
        KeyPair leafKey = newKey();
        X500Name issuer = new X500Name(certificate.getSubjectX500Principal().getName());
        X509v3CertificateBuilder builder =
                builder(issuer, new X500Name(subject), leafKey, Instant.now().minus(Duration.ofDays(20)), Instant.now().plus(validity));
        add(builder, Extension.extendedKeyUsage, new ExtendedKeyUsage(purpose));
        add(builder, Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature));
        if (!alternatives.isEmpty()) {
            add(builder, Extension.subjectAlternativeName, new GeneralNames(alternatives.toArray(GeneralName[]::new)));
        }
        return new Leaf(sign(builder), leafKey.getPrivate());
    }

    /** A CRL that lists these leaves and must be renewed after this time; a negative one is stale at once. */
    public String crlPem(Duration nextUpdate, Leaf... revoked) {
        try {
            JcaX509v2CRLBuilder builder =
                    new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(Instant.now().minus(Duration.ofDays(2))));
            builder.setNextUpdate(Date.from(Instant.now().plus(nextUpdate)));
            for (Leaf leaf : revoked) {
                builder.addCRLEntry(leaf.certificate.getSerialNumber(), Date.from(Instant.now().minus(Duration.ofHours(1))), CRLReason.keyCompromise);
            }
            X509CRL crl = new JcaX509CRLConverter().getCRL(builder.build(signer()));
            return pem(crl);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client that trusts this authority alone. */
    public SSLContext trusting() {
        return context(Optional.empty());
    }

    /** A client that trusts this authority alone and presents this certificate. */
    public SSLContext presenting(Leaf leaf) {
        return context(Optional.of(leaf));
    }

    /** A server with this certificate. */
    public SSLContext serving(Leaf leaf) {
        return context(Optional.of(leaf));
    }

    /** A server or client context with this identity, trusting this authority. */
    private SSLContext context(Optional<Leaf> identity) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("ca", certificate);
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(trust);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (identity.isPresent()) {
                Leaf leaf = identity.orElseThrow();
                own.setKeyEntry("own", leaf.key, new char[0], leaf.chain());
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair key, Instant from, Instant until) {
        return new JcaX509v3CertificateBuilder(
                issuer, BigInteger.valueOf(SERIALS.incrementAndGet()), Date.from(from), Date.from(until), subject, key.getPublic());
    }

    private static void add(X509v3CertificateBuilder builder, org.bouncycastle.asn1.ASN1ObjectIdentifier id, org.bouncycastle.asn1.ASN1Encodable value) {
        try {
            builder.addExtension(id, id.equals(Extension.basicConstraints), value);
        } catch (CertIOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) {
        try {
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
    }

    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String publicKeyPem(PublicKey key) {
        return pem(key);
    }

    static String pem(Object thing) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(thing instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : thing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
