package dev.sallyport.tests.credential;

import dev.sallyport.tests.credential.CertificateCase.Outcome;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Client certificates whose chain holds; what they are called decides, and whether they are revoked. */
final class CertificateNameCases {
    private static final String SPIFFE = "spiffe://prod/ns/shop/sa/orders";
    private static final int URI = GeneralName.uniformResourceIdentifier;
    private static final int DNS = GeneralName.dNSName;
    private static final String SVID = "SPIFFE X.509-SVID §2";
    private static final String NUL = "CVE-2026-47778";
    private static final String SUBJECT = "RFC 4514 §2.4";
    private final TestPki root;
    private final TestPki.Leaf revoked;
    private final List<CertificateCase> cases = new ArrayList<>();

    CertificateNameCases(TestPki root) {
        this.root = root;
        this.revoked = client().issue();
    }

    /** To be in the list of the listener that the cases are sent to. */
    TestPki.Leaf revoked() {
        return revoked;
    }

    List<CertificateCase> all() {
        cases.clear();
        spiffe();
        dns();
        subjects();
        accepted();
        cases.add(new CertificateCase("revoked", "RFC 5280 §6.3", new Outcome.Refused(403, "certificate_revoked"), revoked, List.of(client().issue())));
        return cases;
    }

    private OddCertificate client() {
        return OddCertificate.by(root);
    }

    private OddCertificate stranger() {
        return client().subject("CN=somebody");
    }

    private void refused(String name, String rule, OddCertificate wrong, OddCertificate right) {
        cases.add(new CertificateCase(name, rule, new Outcome.Refused(403, "certificate_not_allowed"), wrong.issue(), List.of(right.issue())));
    }

    private void spiffe(String name, OddCertificate wrong) {
        refused(name, SVID, wrong, stranger().name(URI, SPIFFE));
    }

    private void dns(String name, String rule, OddCertificate wrong) {
        refused(name, rule, wrong, stranger().name(DNS, "api.partner.example"));
    }

    private void subject(String name, String rule, OddCertificate wrong) {
        refused(name, rule, wrong, client());
    }

    private void accepted(String name, String rule, OddCertificate odd) {
        cases.add(new CertificateCase(name, rule, new Outcome.Accepted(), odd.issue(), List.of()));
    }

    private void spiffe() {
        spiffe("two SPIFFE names, ours first", stranger().name(URI, SPIFFE).name(URI, "spiffe://prod/ns/shop/sa/admin"));
        spiffe("two SPIFFE names, ours last", stranger().name(URI, "spiffe://prod/ns/shop/sa/admin").name(URI, SPIFFE));
        spiffe("our SPIFFE name twice", stranger().name(URI, SPIFFE).name(URI, SPIFFE));
        refused("a SPIFFE name and another URI", SVID, stranger().name(URI, SPIFFE).name(URI, "https://x.test/"), stranger().name(URI, SPIFFE).name(DNS, "x.test"));
        spiffe("a SPIFFE name of two segments for one", stranger().name(URI, "spiffe://prod/ns/a/b/sa/orders"));
        spiffe("a SPIFFE name with an empty segment", stranger().name(URI, "spiffe://prod/ns//sa/orders"));
        spiffe("a SPIFFE name with a slash behind", stranger().name(URI, SPIFFE + "/"));
        spiffe("a SPIFFE name with a query", stranger().name(URI, SPIFFE + "?x"));
        spiffe("a SPIFFE name with a fragment", stranger().name(URI, "spiffe://prod/ns/shop/sa/admin#/sa/orders"));
        spiffe("a SPIFFE name with a user", stranger().name(URI, "spiffe://prod@evil/ns/shop/sa/orders"));
        spiffe("a SPIFFE name with a port", stranger().name(URI, "spiffe://prod:1/ns/shop/sa/orders"));
        spiffe("a SPIFFE name with an encoded slash", stranger().name(URI, "spiffe://prod/ns/shop%2Fsa/orders"));
        spiffe("a SPIFFE name as a DNS name", stranger().name(DNS, "prod"));
        refused("a URI with a NUL", NUL, stranger().name(new GeneralName(URI, new DERIA5String("spiffe://prod/ns/a\0/sa/orders"))), stranger().name(URI, SPIFFE));
    }

    private void dns() {
        dns("a DNS name with a NUL", NUL, stranger().name(new GeneralName(DNS, new DERIA5String("api.partner.example\0.evil.test"))));
        dns("a DNS name that a NUL begins", NUL, stranger().name(new GeneralName(DNS, new DERIA5String("\0.partner.example"))));
        dns("a DNS name of two labels for one", "RFC 6125 §6.4.3", stranger().name(DNS, "a.b.partner.example"));
        dns("a DNS name with a dot behind", "RFC 5280 §4.2.1.6", stranger().name(DNS, "api.partner.example."));
        dns("the DNS name in the subject alone", "RFC 6125 §6.4.4", client().subject("CN=api.partner.example"));
        dns("the DNS name as an e-mail address", "RFC 5280 §4.2.1.6", stranger().name(GeneralName.rfc822Name, "x@api.partner.example"));
        dns("several DNS names, none of them ours", "RFC 6125 §6.4.3", stranger().name(DNS, "x.test").name(DNS, "y.test"));
    }

    private void subjects() {
        subject("the subject as an alternative name", "RFC 5280 §4.2.1.6", stranger().name(new GeneralName(new X500Name("CN=partner-1"))));
        subject("a CN with a NUL", NUL, client().subject(cn("partner-1\0evil")));
        subject("a CN with a line feed", NUL, client().subject(cn("partner-1\n")));
        subject("two CNs", SUBJECT, client().subject("CN=partner-1,CN=evil"));
        subject("two CNs, ours last", SUBJECT, client().subject("CN=evil,CN=partner-1"));
        subject("two attributes in one RDN", SUBJECT, client().subject("CN=partner-1+OU=x"));
        subject("an escaped comma before our CN", SUBJECT, client().subject("CN=evil\\,CN\\=partner-1"));
        subject("our CN within an organisation", SUBJECT, client().subject("O=CN\\=partner-1"));
        subject("our CN and a country", SUBJECT, client().subject("C=DE,CN=partner-1"));
        subject("our CN with a dot in what the star stands for", SUBJECT, client().subject("CN=partner-1.evil"));
        subject("a CN in upper case", SUBJECT, client().subject("CN=PARTNER-1"));
        subject("a CN in letters that look alike", SUBJECT, client().subject(new X500Name(new RDN[] {new RDN(BCStyle.CN, new DERBMPString("p\u0430rtner-1"))})));
        subject("no name at all", "RFC 5280 §4.1.2.6", client().subject(new X500Name(new RDN[0]))
                .with(Extension.subjectAlternativeName, true, new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"))));
    }

    private static X500Name cn(String text) {
        return new X500Name(new RDN[] {new RDN(new AttributeTypeAndValue(BCStyle.CN, new DERUTF8String(text)))});
    }

    private void accepted() {
        accepted("a DNS name in upper case", "RFC 4343", stranger().name(DNS, "API.Partner.EXAMPLE"));
        accepted("several DNS names, ours last", "RFC 6125 §6.4", stranger().name(DNS, "x.test").name(DNS, "y.test").name(DNS, "api.partner.example"));
        accepted("a SPIFFE name among DNS names", SVID, stranger().name(URI, SPIFFE).name(DNS, "x.test"));
    }
}
