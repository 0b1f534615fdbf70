package dev.sallyport.tests.credential;

import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Client certificates that must open nothing. Where no name is told, the subject is an allowed one. */
final class CertificateCases {
    private static final String SPIFFE = "spiffe://prod/ns/shop/sa/orders";
    private static final int URI = GeneralName.uniformResourceIdentifier;
    private static final int DNS = GeneralName.dNSName;
    private final TestPki root;
    private final TestPki.Leaf between;

    /** @param rule the section that asks for it */
    record Case(String name, String rule, TestPki.Leaf leaf) {
        @Override
        public String toString() {
            return name + " [" + rule + "]";
        }
    }

    CertificateCases(TestPki root) {
        this.root = root;
        this.between = OddCertificate.by(root).subject("CN=Between").authority(0).issue();
    }

    private OddCertificate client() {
        return OddCertificate.by(root);
    }

    /** The handshake itself fails. */
    List<Case> unproven() {
        TestPki namesake = new TestPki("Sallyport test authority");
        TestPki.Leaf ordinary = client().issue();
        TestPki.Leaf excluding = constrained(new NameConstraints(null, subtrees("partner.example")));
        TestPki.Leaf permitting = constrained(new NameConstraints(subtrees("other.example"), null));
        return List.of(
                new Case("expired", "RFC 5280 §4.1.2.5", client().valid(Duration.ofDays(-9), Duration.ofMinutes(-1)).issue()),
                new Case("not yet valid", "RFC 5280 §4.1.2.5", client().valid(Duration.ofMinutes(10), Duration.ofDays(9)).issue()),
                new Case("for servers", "RFC 5280 §4.2.1.12", client().purposes(KeyPurposeId.id_kp_serverAuth).issue()),
                new Case("for code", "RFC 5280 §4.2.1.12", client().purposes(KeyPurposeId.id_kp_codeSigning).issue()),
                new Case("for agreeing on keys", "RFC 5280 §4.2.1.3", client().usage(KeyUsage.keyAgreement).issue()),
                new Case("signed by itself", "RFC 5280 §6.1", client().selfSigned().issue()),
                new Case("of an authority with our authority's name", "RFC 5280 §6.1.3", OddCertificate.by(namesake).issue()),
                new Case("of a stranger's authority", "RFC 5280 §6.1.3", OddCertificate.by(new TestPki("Stranger")).issue()),
                new Case("below a client's certificate", "RFC 5280 §4.2.1.9", OddCertificate.by(ordinary).issue()),
                new Case("below one that says it is no authority", "RFC 5280 §4.2.1.9", OddCertificate.by(
                        client().subject("CN=No authority").with(Extension.basicConstraints, true, new BasicConstraints(false)).usage(KeyUsage.keyCertSign).issue()).issue()),
                new Case("below an authority too many", "RFC 5280 §4.2.1.9", OddCertificate.by(
                        OddCertificate.by(between).subject("CN=Too deep").authority(0).issue()).issue()),
                new Case("below an authority that is left out", "RFC 5280 §6.1", OddCertificate.by(between).withoutThoseAbove().issue()),
                new Case("below an expired authority", "RFC 5280 §6.1.3", OddCertificate.by(
                        client().subject("CN=Old").authority(0).valid(Duration.ofDays(-9), Duration.ofDays(-1)).issue()).issue()),
                new Case("a DNS name that its authority may not give", "RFC 5280 §4.2.1.10", OddCertificate.by(excluding).name(DNS, "api.partner.example").issue()),
                new Case("a DNS name outside what its authority may give", "RFC 5280 §4.2.1.10", OddCertificate.by(permitting).name(DNS, "api.partner.example").issue()),
                new Case("an unknown critical extension", "RFC 5280 §4.2", client().with(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE).issue()),
                new Case("signed with MD5", "RFC 9325 §4.1", client().signedBy("MD5withRSA", rsa()).issue()),
                new Case("a signature that is not its authority's", "RFC 5280 §6.1.3", client().signedBy("SHA256withRSA", rsa()).issue()),
                new Case("presented with another key", "RFC 8446 §4.4.3", client().presenting(ordinary.key()).issue()));
    }

    private TestPki.Leaf constrained(NameConstraints constraints) {
        return client().subject("CN=Constrained").authority(0).with(Extension.nameConstraints, true, constraints).issue();
    }

    private static GeneralSubtree[] subtrees(String name) {
        return new GeneralSubtree[] {new GeneralSubtree(new GeneralName(DNS, name))};
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The handshake may prove them, and no name in them is an allowed one. */
    List<Case> strangers() {
        String svid = "SPIFFE X.509-SVID §2";
        String nul = "CVE-2026-47778";
        String subject = "RFC 4514 §2.4";
        return List.of(
                new Case("two SPIFFE names, ours first", svid, stranger().name(URI, SPIFFE).name(URI, "spiffe://prod/ns/shop/sa/admin").issue()),
                new Case("two SPIFFE names, ours last", svid, stranger().name(URI, "spiffe://prod/ns/shop/sa/admin").name(URI, SPIFFE).issue()),
                new Case("our SPIFFE name twice", svid, stranger().name(URI, SPIFFE).name(URI, SPIFFE).issue()),
                new Case("a SPIFFE name and another URI", svid, stranger().name(URI, SPIFFE).name(URI, "https://x.test/").issue()),
                new Case("a SPIFFE name of two segments for one", svid, stranger().name(URI, "spiffe://prod/ns/a/b/sa/orders").issue()),
                new Case("a SPIFFE name with an empty segment", svid, stranger().name(URI, "spiffe://prod/ns//sa/orders").issue()),
                new Case("a SPIFFE name with a slash behind", svid, stranger().name(URI, SPIFFE + "/").issue()),
                new Case("a SPIFFE name with a query", svid, stranger().name(URI, SPIFFE + "?x").issue()),
                new Case("a SPIFFE name with a fragment", svid, stranger().name(URI, "spiffe://prod/ns/shop/sa/admin#/sa/orders").issue()),
                new Case("a SPIFFE name with a user", svid, stranger().name(URI, "spiffe://prod@evil/ns/shop/sa/orders").issue()),
                new Case("a SPIFFE name with a port", svid, stranger().name(URI, "spiffe://prod:1/ns/shop/sa/orders").issue()),
                new Case("a SPIFFE name with an encoded slash", svid, stranger().name(URI, "spiffe://prod/ns/shop%2Fsa/orders").issue()),
                new Case("a SPIFFE name as a DNS name", svid, stranger().name(DNS, "prod").issue()),
                new Case("a DNS name with a NUL", nul, stranger().name(new GeneralName(DNS, new DERIA5String("api.partner.example\0.evil.test"))).issue()),
                new Case("a DNS name that a NUL begins", nul, stranger().name(new GeneralName(DNS, new DERIA5String("\0.partner.example"))).issue()),
                new Case("a URI with a NUL", nul, stranger().name(new GeneralName(URI, new DERIA5String("spiffe://prod/ns/a\0/sa/orders"))).issue()),
                new Case("a DNS name of two labels for one", "RFC 6125 §6.4.3", stranger().name(DNS, "a.b.partner.example").issue()),
                new Case("a DNS name with a dot behind", "RFC 5280 §4.2.1.6", stranger().name(DNS, "api.partner.example.").issue()),
                new Case("the DNS name in the subject alone", "RFC 6125 §6.4.4", client().subject("CN=api.partner.example").issue()),
                new Case("the DNS name as an e-mail address", "RFC 5280 §4.2.1.6", stranger().name(GeneralName.rfc822Name, "x@api.partner.example").issue()),
                new Case("the subject as an alternative name", "RFC 5280 §4.2.1.6", stranger().name(new GeneralName(new X500Name("CN=partner-1"))).issue()),
                new Case("a CN with a NUL", nul, client().subject(cn("partner-1\0evil")).issue()),
                new Case("a CN with a line feed", nul, client().subject(cn("partner-1\n")).issue()),
                new Case("two CNs", subject, client().subject("CN=partner-1,CN=evil").issue()),
                new Case("two CNs, ours last", subject, client().subject("CN=evil,CN=partner-1").issue()),
                new Case("two attributes in one RDN", subject, client().subject("CN=partner-1+OU=x").issue()),
                new Case("an escaped comma before our CN", subject, client().subject("CN=evil\\,CN\\=partner-1").issue()),
                new Case("our CN within an organisation", subject, client().subject("O=CN\\=partner-1").issue()),
                new Case("our CN and a country", subject, client().subject("C=DE,CN=partner-1").issue()),
                new Case("our CN with a dot in what the star stands for", subject, client().subject("CN=partner-1.evil").issue()),
                new Case("a CN in upper case", subject, client().subject("CN=PARTNER-1").issue()),
                new Case("a CN in letters that look alike", subject, client().subject(new X500Name(new RDN[] {new RDN(BCStyle.CN, new DERBMPString("p\u0430rtner-1"))})).issue()),
                new Case("no name at all", "RFC 5280 §4.1.2.6", client().subject(new X500Name(new RDN[0]))
                        .with(Extension.subjectAlternativeName, true, new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"))).issue()));
    }

    private OddCertificate stranger() {
        return client().subject("CN=somebody");
    }

    private static X500Name cn(String text) {
        return new X500Name(new RDN[] {new RDN(new AttributeTypeAndValue(BCStyle.CN, new DERUTF8String(text)))});
    }

    /** Odd, and nothing in them is wrong. */
    List<Case> accepted() {
        return List.of(
                new Case("without a purpose", "RFC 5280 §4.2.1.12", client().purposes().issue()),
                new Case("for any purpose", "RFC 5280 §4.2.1.12", client().purposes(KeyPurposeId.anyExtendedKeyUsage).issue()),
                new Case("without a usage", "RFC 5280 §4.2.1.3", client().usage(0).issue()),
                new Case("a DNS name in upper case", "RFC 4343", stranger().name(DNS, "API.Partner.EXAMPLE").issue()),
                new Case("a SPIFFE name among DNS names", "SPIFFE X.509-SVID §2", stranger().name(URI, SPIFFE).name(DNS, "x.test").issue()));
    }
}
