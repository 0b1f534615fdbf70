package dev.sallyport.tests.credential;

import dev.sallyport.tests.credential.CertificateCase.Outcome;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Client certificates whose chain the handshake proves or not. All have an allowed name, so that only the chain decides. */
final class CertificateCases {
    private static final String PURPOSE = "RFC 5280 §4.2.1.12";
    private static final String USAGE = "RFC 5280 §4.2.1.3";
    private static final String BASIC = "RFC 5280 §4.2.1.9";
    private static final String NAMES = "RFC 5280 §4.2.1.10";
    private static final String PATH = "RFC 5280 §6.1.3";
    private static final int SIGNING = KeyUsage.digitalSignature;
    private final TestPki root;
    private final List<CertificateCase> cases = new ArrayList<>();

    CertificateCases(TestPki root) {
        this.root = root;
    }

    List<CertificateCase> all() {
        cases.clear();
        dates();
        purposes();
        authorities();
        depth();
        constraints();
        signatures();
        accepted("without a purpose", PURPOSE, client().purposes());
        accepted("for any purpose", PURPOSE, client().purposes(KeyPurposeId.anyExtendedKeyUsage));
        accepted("without a usage", USAGE, client().usage(0));
        return cases;
    }

    private OddCertificate client() {
        return OddCertificate.by(root);
    }

    private void refused(String name, String rule, String alert, OddCertificate wrong, OddCertificate right) {
        refused(name, rule, alert, wrong.issue(), right.issue());
    }

    private void refused(String name, String rule, String alert, TestPki.Leaf wrong, TestPki.Leaf right) {
        cases.add(new CertificateCase(name, rule, new Outcome.Alert(alert), wrong, List.of(right)));
    }

    private void accepted(String name, String rule, OddCertificate odd) {
        cases.add(new CertificateCase(name, rule, new Outcome.Accepted(), odd.issue(), List.of()));
    }

    private void dates() {
        String rule = "RFC 5280 §4.1.2.5";
        Duration days = Duration.ofDays(9);
        refused("expired", rule, "certificate_expired", client().valid(days.negated(), Duration.ofMinutes(-1)), client().valid(days.negated(), Duration.ofMinutes(10)));
        refused("not yet valid", rule, "certificate_expired", client().valid(Duration.ofMinutes(10), days), client().valid(Duration.ofMinutes(-10), days));
        refused("below an expired authority", PATH, "certificate_expired",
                below(authority().valid(days.negated(), Duration.ofMinutes(-1))), below(authority().valid(days.negated(), Duration.ofMinutes(10))));
        refused("below an authority of the future", PATH, "certificate_expired",
                below(authority().valid(Duration.ofMinutes(10), days)), below(authority().valid(Duration.ofMinutes(-10), days)));
    }

    private void purposes() {
        KeyPurposeId clients = KeyPurposeId.id_kp_clientAuth;
        refused("for servers", PURPOSE, "internal_error", client().purposes(KeyPurposeId.id_kp_serverAuth), client().purposes(KeyPurposeId.id_kp_serverAuth, clients));
        refused("for code", PURPOSE, "internal_error", client().purposes(KeyPurposeId.id_kp_codeSigning), client().purposes(KeyPurposeId.id_kp_codeSigning, clients));
        refused("for agreeing on keys", USAGE, "illegal_parameter", client().usage(KeyUsage.keyAgreement), client().usage(KeyUsage.keyAgreement | SIGNING));
        refused("for enciphering keys", USAGE, "illegal_parameter", client().usage(KeyUsage.keyEncipherment), client().usage(KeyUsage.keyEncipherment | SIGNING));
        ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
        refused("an unknown critical extension", "RFC 5280 §4.2", "internal_error", client().with(unknown, true, DERNull.INSTANCE), client().with(unknown, false, DERNull.INSTANCE));
    }

    private void authorities() {
        refused("signed by itself", "RFC 5280 §6.1", "internal_error", client().selfSigned(), client());
        refused("of an authority with our authority's name", PATH, "internal_error", OddCertificate.by(new TestPki("Sallyport test authority")), client());
        refused("of a stranger's authority", PATH, "internal_error", OddCertificate.by(new TestPki("Stranger")), client());
        refused("below an authority that is left out", "RFC 5280 §6.1", "internal_error", below(authority()).withoutThoseAbove(), below(authority()));
        refused("below a client's certificate", BASIC, "internal_error", below(client().subject("CN=Between")), below(authority()));
        refused("below one that says it is no authority", BASIC, "internal_error", below(saying(new BasicConstraints(false))), below(saying(new BasicConstraints(true))));
        refused("below an authority for lists alone", USAGE, "internal_error", below(authority().usage(KeyUsage.cRLSign)), below(authority()));
    }

    private OddCertificate saying(BasicConstraints constraints) {
        return client().subject("CN=Between").usage(KeyUsage.keyCertSign).with(Extension.basicConstraints, true, constraints);
    }

    private OddCertificate authority() {
        return client().subject("CN=Between").authority(0);
    }

    private static OddCertificate below(OddCertificate authority) {
        return OddCertificate.by(authority.issue());
    }

    private void depth() {
        refused("below an authority too many", BASIC, "internal_error", below(below(authority()).subject("CN=Second").authority(0)),
                below(below(client().subject("CN=Between").authority(1)).subject("CN=Second").authority(0)));
        refused("two below the last that may have one below it", BASIC, "internal_error",
                below(below(below(client().subject("CN=First").authority(1)).subject("CN=Second").authority(1)).subject("CN=Third").authority(0)),
                below(below(below(client().subject("CN=First").authority(2)).subject("CN=Second").authority(1)).subject("CN=Third").authority(0)));
    }

    /** Right and wrong stand below the same authority, whose constraints let one of them pass. */
    private void constraints() {
        TestPki.Leaf permittingDns = constrained(permitting(GeneralName.dNSName, "partner.example"));
        TestPki.Leaf excludingDns = constrained(excluding(GeneralName.dNSName, "closed.partner.example"));
        TestPki.Leaf permittingUri = constrained(permitting(GeneralName.uniformResourceIdentifier, "prod"));
        TestPki.Leaf excludingName = constrained(excluding(new GeneralName(new X500Name("CN=partner-13"))));
        refused("a DNS name outside what its authority may give", NAMES, "internal_error",
                named(permittingDns, GeneralName.dNSName, "api.other.example"), named(permittingDns, GeneralName.dNSName, "api.partner.example"));
        refused("a DNS name outside beside one inside", NAMES, "internal_error",
                named(permittingDns, GeneralName.dNSName, "api.partner.example").name(GeneralName.dNSName, "api.other.example"),
                named(permittingDns, GeneralName.dNSName, "api.partner.example").name(GeneralName.dNSName, "more.partner.example"));
        refused("a DNS name that its authority may not give", NAMES, "internal_error",
                named(excludingDns, GeneralName.dNSName, "closed.partner.example"), named(excludingDns, GeneralName.dNSName, "api.partner.example"));
        refused("a SPIFFE name of a trust domain that its authority may not give", NAMES, "internal_error",
                named(permittingUri, GeneralName.uniformResourceIdentifier, "spiffe://staging/ns/shop/sa/orders"),
                named(permittingUri, GeneralName.uniformResourceIdentifier, "spiffe://prod/ns/shop/sa/orders"));
        refused("a subject that its authority may not give", NAMES, "internal_error",
                OddCertificate.by(excludingName).subject("CN=partner-13"), OddCertificate.by(excludingName).subject("CN=partner-14"));
        accepted("below an authority that is held to names", NAMES, OddCertificate.by(permittingDns).subject("CN=somebody").name(GeneralName.dNSName, "api.partner.example"));
        accepted("below an authority that is kept from names", NAMES, OddCertificate.by(excludingDns).subject("CN=somebody").name(GeneralName.dNSName, "api.partner.example"));
        accepted("below an authority that is held to a trust domain", NAMES,
                OddCertificate.by(permittingUri).subject("CN=somebody").name(GeneralName.uniformResourceIdentifier, "spiffe://prod/ns/shop/sa/orders"));
    }

    private TestPki.Leaf constrained(NameConstraints constraints) {
        return authority().with(Extension.nameConstraints, true, constraints).issue();
    }

    private static OddCertificate named(TestPki.Leaf authority, int kind, String name) {
        return OddCertificate.by(authority).name(kind, name);
    }

    private static NameConstraints permitting(int kind, String name) {
        return new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(new GeneralName(kind, name))}, null);
    }

    private static NameConstraints excluding(int kind, String name) {
        return excluding(new GeneralName(kind, name));
    }

    private static NameConstraints excluding(GeneralName name) {
        return new NameConstraints(null, new GeneralSubtree[] {new GeneralSubtree(name)});
    }

    private void signatures() {
        KeyPair rsa = rsa(2048);
        TestPki.Leaf signing = authority().key(rsa).issue();
        refused("signed with MD5", "RFC 9325 §4.1", "internal_error",
                OddCertificate.by(signing).signedBy("MD5withRSA", rsa), OddCertificate.by(signing).signedBy("SHA256withRSA", rsa));
        refused("signed by a key of another kind", PATH, "internal_error", client().signedBy("SHA256withRSA", rsa), client());
        TestPki.Leaf good = client().issue();
        refused("with the last bit of its signature turned", PATH, "internal_error", OddCertificate.tampered(good), good);
        refused("presented with another key", "RFC 8446 §4.4.3", "decrypt_error", client().presenting(good.key()), client());
    }

    private static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
