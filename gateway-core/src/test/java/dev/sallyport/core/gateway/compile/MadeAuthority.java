package dev.sallyport.core.gateway.compile;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.JWKSet;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as the tests. */
final class MadeAuthority {
    private static final AtomicLong SERIALS = new AtomicLong(1);
    private static final KeyPair ISSUER_KEY = newKey("RSA", 2048);

    private final String name;
    private final KeyPair key = newKey("EC", 256);
    private final X509Certificate certificate;

    MadeAuthority(String name) {
        this.name = "CN=" + name;
        this.certificate = certificate(this.name, key, Extension.basicConstraints, new BasicConstraints(0));
    }

    record Leaf(X509Certificate certificate, PrivateKey key) {
        String certificatePem() {
            return MadeAuthority.pem("CERTIFICATE", certificate::getEncoded);
        }

        String keyPem() {
            return MadeAuthority.pem("PRIVATE KEY", key::getEncoded);
        }
    }

    Leaf server(String dnsName) {
        KeyPair leafKey = newKey("EC", 256);
        GeneralNames names = new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName));
        return new Leaf(certificate("CN=" + dnsName, leafKey, Extension.subjectAlternativeName, names), leafKey.getPrivate());
    }

    String pem() {
        return pem("CERTIFICATE", certificate::getEncoded);
    }

    /** It revokes nothing. */
    String revocationListPem() {
        return pem("X509 CRL", () -> {
            JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(Instant.now()));
            builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(2))));
            return new JcaX509CRLConverter().getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))).getEncoded();
        });
    }

    /** Of a token issuer. */
    static String publicKeyPem() {
        return pem("PUBLIC KEY", ISSUER_KEY.getPublic()::getEncoded);
    }

    /** The same key as a JWK Set. */
    static String jwks() {
        return new JWKSet(new RSAKey.Builder((RSAPublicKey) ISSUER_KEY.getPublic()).keyID("k1").build()).toString();
    }

    private X509Certificate certificate(
            String subject, KeyPair subjectKey, org.bouncycastle.asn1.ASN1ObjectIdentifier extension, org.bouncycastle.asn1.ASN1Encodable value) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(name), BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(Instant.now().minus(Duration.ofDays(1))), Date.from(Instant.now().plus(Duration.ofDays(2))),
                    new X500Name(subject), subjectKey.getPublic());
            builder.addExtension(extension, false, value);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Der {
        byte[] bytes() throws Exception;
    }

    private static String pem(String label, Der der) {
        try {
            return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der.bytes())
                    + "\n-----END " + label + "-----\n";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
