package dev.sallyport.core.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.certificate.RevokedCertificates.Staleness;
import dev.sallyport.core.gateway.compile.MadeAuthority;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.reject.RejectReason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;

class CertificateAuthenticatorTest {
    private static final MadeAuthority CLIENTS = new MadeAuthority("Clients");
    private static final MadeAuthority OTHERS = new MadeAuthority("Others");
    private static final X509Certificate PARTNER = CLIENTS.client("CN=partner-1", dns("API.partner.example"), uri("spiffe://prod/ns/a/sa/b")).certificate();
    private static final X509Certificate ANOTHER = CLIENTS.client("CN=another").certificate();
    private static final Instant NOW = PARTNER.getNotBefore().toInstant().plus(Duration.ofDays(1));

    @Test
    void connectionWithoutCertificateIsNotClaimed() {
        assertThat(authenticator(subjects(), RevokedCertificates.NONE).authenticate(Requests.get("/"))).isEqualTo(Verdict.NOT_CLAIMED);
    }

    @Test
    void subjectIsTheMatchedNameOrTheConfiguredOne() {
        assertThat(identity(new AllowedName.Subject("CN=partner-*")).subject()).isEqualTo("CN=partner-1");
        assertThat(identity(new AllowedName.Dns("*.partner.example")).subject()).isEqualTo("api.partner.example");
        assertThat(identity(new AllowedName.Spiffe("spiffe://prod/ns/*/sa/b")).subject()).isEqualTo("spiffe://prod/ns/a/sa/b");
        var named = new CertificateAuthenticator("mesh", subjects(), Optional.of("machines"), Set.of("read"), Map.of());
        Identity identity = ((Verdict.Authenticated) at(NOW, named, PARTNER)).identity();
        assertThat(identity.subject()).isEqualTo("machines");
        assertThat(identity.scopes()).containsExactly("read");
        String serial = PARTNER.getSerialNumber().toString(16);
        assertThat(identity.credentialId()).contains(serial);
        assertThat(identity.revocationHandles()).containsExactly(new RevocationHandle.CertificateSerial(
                serial, PARTNER.getIssuerX500Principal().getName(X500Principal.CANONICAL)));
        assertThat(identity.expiresAt()).contains(PARTNER.getNotAfter().toInstant());
    }

    @Test
    void nameThatIsNotAllowedIsRefused() {
        assertRejected(at(NOW, authenticator(subjects(), RevokedCertificates.NONE), ANOTHER), RejectReason.CERTIFICATE_NOT_ALLOWED);
        X509Certificate evil = CLIENTS.client("CN=partner-1,O=Evil").certificate();
        assertRejected(at(NOW, authenticator(subjects(), RevokedCertificates.NONE), evil), RejectReason.CERTIFICATE_NOT_ALLOWED);
    }

    /** A real certificate with two attributes in one RDN, the first ending in a backslash. */
    @Test
    void secondAttributeOfAnRdnIsSeenInARealCertificate() {
        for (String subject : List.of("CN=partner-1+OU=Evil", "CN=partner-\\\\+OU=Evil")) {
            X509Certificate evil = CLIENTS.client(subject).certificate();
            assertRejected(at(NOW, authenticator(subjects(), RevokedCertificates.NONE), evil), RejectReason.CERTIFICATE_NOT_ALLOWED);
        }
    }

    @Test
    void controlByteInANameIsRefused() {
        X509Certificate cut = CLIENTS.client("CN=partner-1", dns("api.partner.example\0.evil")).certificate();
        assertRejected(at(NOW, authenticator(subjects(), RevokedCertificates.NONE), cut), RejectReason.CERTIFICATE_NOT_ALLOWED);
    }

    @Test
    void datesOfTheWholeChainHoldOnLiveConnections() {
        CertificateAuthenticator partners = authenticator(subjects(), RevokedCertificates.NONE);
        Instant end = PARTNER.getNotAfter().toInstant();
        Instant start = PARTNER.getNotBefore().toInstant();
        assertThat(at(end, partners, PARTNER)).isInstanceOf(Verdict.Authenticated.class);
        assertRejected(at(end.plusSeconds(1), partners, PARTNER), RejectReason.CERTIFICATE_EXPIRED);
        assertThat(at(start, partners, PARTNER)).isInstanceOf(Verdict.Authenticated.class);
        assertRejected(at(start.minusSeconds(1), partners, PARTNER), RejectReason.CERTIFICATE_EXPIRED);
    }

    @Test
    void revokedCertificateIsRefusedOnItsListenerOnly() {
        RevokedCertificates revoked = new RevokedCertificates(List.of(CLIENTS.revocationList(PARTNER)), Staleness.REFUSED);
        assertRejected(at(NOW, authenticator(subjects(), revoked), PARTNER), RejectReason.CERTIFICATE_REVOKED);
        var elsewhere = new CertificateAuthenticator("mesh", subjects(), Optional.empty(), Set.of(), Map.of("another", revoked));
        assertThat(at(NOW, elsewhere, PARTNER)).isInstanceOf(Verdict.Authenticated.class);
        RevokedCertificates others = new RevokedCertificates(List.of(CLIENTS.revocationList(ANOTHER)), Staleness.REFUSED);
        assertThat(at(NOW, authenticator(subjects(), others), PARTNER)).isInstanceOf(Verdict.Authenticated.class);
    }

    @Test
    void listThatIsStaleOrOfAnotherIssuerIsNoAnswer() {
        RevokedCertificates foreign = new RevokedCertificates(List.of(OTHERS.revocationList()), Staleness.REFUSED);
        Verdict verdict = at(NOW, authenticator(subjects(), foreign), PARTNER);
        assertRejected(verdict, RejectReason.KEYS_UNAVAILABLE);
        assertThat(((Verdict.Rejected) verdict).rejection().fields()).containsExactly(new ResponseField("Retry-After", "30"));
        var list = CLIENTS.revocationList();
        Instant late = list.getNextUpdate().toInstant();
        assertThat(new RevokedCertificates(List.of(list), Staleness.REFUSED).standing(List.of(PARTNER), late.minusSeconds(1))).isEqualTo(RevokedCertificates.Standing.GOOD);
        assertThat(new RevokedCertificates(List.of(list), Staleness.REFUSED).standing(List.of(PARTNER), late)).isEqualTo(RevokedCertificates.Standing.UNKNOWN);
        assertThat(new RevokedCertificates(List.of(list), Staleness.INSECURELY_ALLOWED).standing(List.of(PARTNER), late.plus(Duration.ofDays(9))))
                .isEqualTo(RevokedCertificates.Standing.GOOD);
    }

    /** The authority between root and leaf can be called back too. */
    @Test
    void everyCertificateOfTheChainIsLookedUp() {
        RevokedCertificates revoked = new RevokedCertificates(List.of(CLIENTS.revocationList(ANOTHER)), Staleness.REFUSED);
        assertThat(revoked.standing(List.of(PARTNER), NOW)).isEqualTo(RevokedCertificates.Standing.GOOD);
        assertThat(revoked.standing(List.of(PARTNER, ANOTHER), NOW)).isEqualTo(RevokedCertificates.Standing.REVOKED);
    }

    @Test
    void revocationCountsEvenInAStaleList() {
        RevokedCertificates stale = new RevokedCertificates(List.of(CLIENTS.revocationList(PARTNER)), Staleness.REFUSED);
        assertThat(stale.standing(List.of(PARTNER), NOW.plus(Duration.ofDays(9)))).isEqualTo(RevokedCertificates.Standing.REVOKED);
    }

    private static Identity identity(AllowedName allowed) {
        return ((Verdict.Authenticated) at(NOW, authenticator(List.of(new AllowedName.Subject("CN=nobody"), allowed), RevokedCertificates.NONE), PARTNER)).identity();
    }

    private static List<AllowedName> subjects() {
        return List.of(new AllowedName.Subject("CN=partner-*"));
    }

    private static CertificateAuthenticator authenticator(List<AllowedName> allow, RevokedCertificates revoked) {
        return new CertificateAuthenticator("mesh", allow, Optional.empty(), Set.of(), Map.of("https", revoked));
    }

    private static Verdict at(Instant now, CertificateAuthenticator authenticator, X509Certificate certificate) {
        return authenticator.authenticate(Requests.at(now, Requests.with(List.of(certificate), "/")));
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static GeneralName uri(String name) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }

    private static void assertRejected(Verdict verdict, RejectReason reason) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.rejection().reason()).isEqualTo(reason));
    }
}
