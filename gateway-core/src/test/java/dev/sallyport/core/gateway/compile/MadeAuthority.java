package dev.sallyport.core.gateway.compile;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
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
public final class MadeAuthority {
    private static final AtomicLong SERIALS = new AtomicLong(1);
    private static final KeyPair ISSUER_KEY = newKey("RSA", 2048);

    private final String name;
    private final KeyPair key = newKey("EC", 256);
    private final X509Certificate certificate;

    public MadeAuthority(String name) {
        this.name = "CN=" + name;
        this.certificate = certificate(this.name, key, Extension.basicConstraints, new BasicConstraints(0));
    }

    public record Leaf(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() {
            return MadeAuthority.pem("CERTIFICATE", certificate::getEncoded);
        }

        public String keyPem() {
            return MadeAuthority.pem("PRIVATE KEY", key::getEncoded);
        }
    }

    Leaf server(String dnsName) {
        KeyPair leafKey = newKey("EC", 256);
        GeneralNames names = new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName));
        return new Leaf(certificate("CN=" + dnsName, leafKey, Extension.subjectAlternativeName, names), leafKey.getPrivate());
    }

    /** Of a client, in date for the two days around now. */
    public Leaf client(String subject, GeneralName... names) {
        KeyPair leafKey = newKey("EC", 256);
        ASN1Encodable value = names.length == 0 ? new BasicConstraints(false) : new GeneralNames(names);
        ASN1ObjectIdentifier extension = names.length == 0 ? Extension.basicConstraints : Extension.subjectAlternativeName;
        return new Leaf(certificate(subject, leafKey, extension, value), leafKey.getPrivate());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    String pem() {
        return pem("CERTIFICATE", certificate::getEncoded);
    }

    /** It revokes nothing. */
    String revocationListPem() {
        return pem("X509 CRL", () -> revocationList().getEncoded());
    }

    /** In date for two days. */
    public X509CRL revocationList(X509Certificate... revoked) {
        try {
            JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(Instant.now()));
            builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(2))));
            for (X509Certificate each : revoked) {
                builder.addCRLEntry(each.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
            }
            return new JcaX509CRLConverter().getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of a token issuer. */
    static String publicKeyPem() {
        return pem("PUBLIC KEY", ISSUER_KEY.getPublic()::getEncoded);
    }

    /** A token of that issuer. */
    public static String token(String claims) {
        try {
            JWSObject token = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(), new Payload(claims));
            token.sign(new RSASSASigner(ISSUER_KEY.getPrivate()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same key as a JWK Set. */
    static String jwks() {
        return new JWKSet(new RSAKey.Builder((RSAPublicKey) ISSUER_KEY.getPublic()).keyID("k1").build()).toString();
    }

    private X509Certificate certificate(
            String subject, KeyPair subjectKey, ASN1ObjectIdentifier extension, ASN1Encodable value) {
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
