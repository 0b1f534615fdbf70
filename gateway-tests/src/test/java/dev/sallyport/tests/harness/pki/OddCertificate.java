package dev.sallyport.tests.harness.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A client certificate, good but for what is told otherwise; also the authorities between it and a root. */
public final class OddCertificate {
    private X500Name issuer;
    private PrivateKey issuerKey;
    private final List<X509Certificate> above = new ArrayList<>();
    private X500Name subject = new X500Name("CN=partner-1");
    private Instant from = Instant.now().minus(Duration.ofDays(2));
    private Instant until = Instant.now().plus(Duration.ofDays(2));
    private KeyPair key = TestPki.newKey();
    private Optional<PrivateKey> presentedKey = Optional.empty();
    private String algorithm = "SHA256withECDSA";
    private KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth};
    private int usage = KeyUsage.digitalSignature;
    private final List<GeneralName> names = new ArrayList<>();

    private record Added(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {}

    private final List<Added> added = new ArrayList<>();

    private OddCertificate(X500Name issuer, PrivateKey issuerKey) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
    }

    public static OddCertificate by(TestPki authority) {
        return new OddCertificate(X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded()), authority.privateKey());
    }

    /** Below another certificate, whether that is an authority or not. */
    public static OddCertificate by(TestPki.Leaf above) {
        OddCertificate odd = new OddCertificate(X500Name.getInstance(above.certificate().getSubjectX500Principal().getEncoded()), above.key());
        odd.above.add(above.certificate());
        odd.above.addAll(above.above());
        return odd;
    }

    public OddCertificate subject(String name) {
        return subject(new X500Name(name));
    }

    public OddCertificate subject(X500Name name) {
        subject = name;
        return this;
    }

    public OddCertificate key(KeyPair other) {
        key = other;
        return this;
    }

    public OddCertificate valid(Duration after, Duration before) {
        from = Instant.now().plus(after);
        until = Instant.now().plus(before);
        return this;
    }

    /** None leaves the extension out. */
    public OddCertificate purposes(KeyPurposeId... others) {
        purposes = others;
        return this;
    }

    /** Zero leaves the extension out. */
    public OddCertificate usage(int bits) {
        usage = bits;
        return this;
    }

    public OddCertificate name(int kind, String text) {
        names.add(new GeneralName(kind, text));
        return this;
    }

    public OddCertificate name(GeneralName name) {
        names.add(name);
        return this;
    }

    public OddCertificate with(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        added.add(new Added(id, critical, value));
        return this;
    }

    /** An authority that may stand so many below it. */
    public OddCertificate authority(int pathLength) {
        return with(Extension.basicConstraints, true, new BasicConstraints(pathLength)).usage(KeyUsage.keyCertSign | KeyUsage.cRLSign).purposes();
    }

    public OddCertificate signedBy(String otherAlgorithm, KeyPair other) {
        algorithm = otherAlgorithm;
        issuerKey = other.getPrivate();
        return this;
    }

    public OddCertificate selfSigned() {
        issuer = subject;
        issuerKey = key.getPrivate();
        return this;
    }

    /** Presents another key than the certified one. */
    public OddCertificate presenting(PrivateKey other) {
        presentedKey = Optional.of(other);
        return this;
    }

    public OddCertificate withoutThoseAbove() {
        above.clear();
        return this;
    }

    public TestPki.Leaf issue() {
        try {
            BigInteger serial = new BigInteger(63, new SecureRandom()).add(BigInteger.ONE);
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(until), subject, key.getPublic());
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            if (usage != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            }
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            for (Added one : added) {
                builder.addExtension(one.id, one.critical, one.value);
            }
            X509Certificate certificate =
                    new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(issuerKey)));
            return new TestPki.Leaf(certificate, presentedKey.orElse(key.getPrivate()), List.copyOf(above));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same but for the last bit of its signature. */
    public static TestPki.Leaf tampered(TestPki.Leaf leaf) {
        try {
            byte[] der = leaf.certificate().getEncoded();
            der[der.length - 1] ^= 1;
            X509Certificate other = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new TestPki.Leaf(other, leaf.key(), leaf.above());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The list of an authority between root and leaf. */
    public static X509CRL listOf(TestPki.Leaf authority, Duration nextUpdate) {
        return list(authority.certificate(), authority.key(), nextUpdate, Optional.empty());
    }

    /** A list of the root itself, with this critical extension. */
    public static X509CRL partialListOf(TestPki authority, ASN1ObjectIdentifier id, ASN1Encodable value) {
        return list(authority.certificate(), authority.privateKey(), Duration.ofDays(1), Optional.of(new Added(id, true, value)));
    }

    private static X509CRL list(X509Certificate authority, PrivateKey key, Duration nextUpdate, Optional<Added> extension) {
        try {
            JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(authority.getSubjectX500Principal(), Date.from(Instant.now().minus(Duration.ofDays(1))));
            builder.setNextUpdate(Date.from(Instant.now().plus(nextUpdate)));
            if (extension.isPresent()) {
                builder.addExtension(extension.get().id, extension.get().critical, extension.get().value);
            }
            return new JcaX509CRLConverter().getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(X509CRL list) {
        return TestPki.pem(list);
    }

    /** A client that presents this chain come what may: the usual one keeps back what the server would not take. */
    public static SSLContext presenting(TestPki trusted, TestPki.Leaf leaf) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("ca", trusted.certificate());
            TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
            trusting.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Stubborn(leaf)}, trusting.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Stubborn extends X509ExtendedKeyManager {
        private final TestPki.Leaf leaf;

        Stubborn(TestPki.Leaf leaf) {
            this.leaf = leaf;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return leaf.chain();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return leaf.key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("a client alone");
        }
    }
}
