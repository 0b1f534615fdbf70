package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates that no sane authority issues, and good ones that end while their connection or session lives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateSuite {
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem, crl: tls/clients.crl }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              mesh:
                mtls: { allow: [ { spiffe: "spiffe://prod/ns/*/sa/orders" }, { dns: "*.partner.example" }, { subject: "CN=partner-*" } ] }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();
    private final TestPki root = fixture.pki();

    CertificateSuite() {
        fixture.write("tls/clients.crl", root.crlPem(Duration.ofDays(1)));
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    Stream<CertificateCases.Case> unproven() {
        return new CertificateCases(root).unproven().stream();
    }

    Stream<CertificateCases.Case> strangers() {
        return new CertificateCases(root).strangers().stream();
    }

    Stream<CertificateCases.Case> accepted() {
        return new CertificateCases(root).accepted().stream();
    }

    private RawClient connect(TestPki.Leaf leaf, String... protocols) {
        return connect(OddCertificate.presenting(root, leaf), protocols);
    }

    private RawClient connect(SSLContext context, String... protocols) {
        return RawClient.tls(fixture.gateway().port("https"), context, Requests.HOST, protocols);
    }

    private Reply send(TestPki.Leaf leaf) {
        try (RawClient client = connect(leaf)) {
            return client.exchange(get("/mesh/a"));
        }
    }

    private void assertRefused(Reply reply, String reason) {
        assertThat(fixture.gateway().reasonOf(reply)).describedAs(reply.toString()).isEqualTo(reason);
        assertThat(reply.status()).isEqualTo(reason.equals("keys_unavailable") ? 503 : 403);
        assertThat(fixture.gateway().auditLine(reply.requestId()).path("reason").asText()).isEqualTo(reason);
    }

    private double failures() {
        return fixture.gateway().metrics().sum("sallyport_tls_handshakes_total", "listener=https", "outcome=failed");
    }

    @ParameterizedTest
    @MethodSource("unproven")
    void aCertificateThatIsNotProvenFailsTheHandshakeAndIsCounted(CertificateCases.Case odd) {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            double before = failures();
            assertThat(isAnswered(odd.leaf(), protocol)).describedAs(protocol).isFalse();
            await().pollInterval(Duration.ofMillis(10)).until(() -> failures() > before);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    private boolean isAnswered(TestPki.Leaf leaf, String protocol) {
        // In TLS 1.3 the client learns of it with its first read.
        try (RawClient client = connect(leaf, protocol)) {
            client.exchange(get("/mesh/a"));
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The JDK refuses some while it parses them, which is as good: then the handshake fails. */
    @ParameterizedTest
    @MethodSource("strangers")
    void aCertificateWithoutAnAllowedNameOpensNothing(CertificateCases.Case odd) {
        double before = failures();
        try {
            assertRefused(send(odd.leaf()), "certificate_not_allowed");
        } catch (UncheckedIOException e) {
            await().pollInterval(Duration.ofMillis(10)).until(() -> failures() > before);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void anOddCertificateThatBreaksNoRulePasses(CertificateCases.Case odd) {
        assertThat(send(odd.leaf()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateThatEndsIsRefusedOnItsLiveConnectionAndOnAResumedSession(String protocol) {
        SSLContext context = OddCertificate.presenting(root, OddCertificate.by(root).valid(Duration.ofDays(-1), Duration.ofSeconds(3)).issue());
        try (RawClient live = connect(context, protocol)) {
            assertThat(live.exchange(get("/mesh/a")).status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(8)).pollInterval(Duration.ofMillis(100)).until(() -> live.exchange(get("/mesh/a")).status() == 403);
            fixture.upstream().forget();
            assertRefused(live.exchange(get("/mesh/b")), "certificate_expired");
            assertNotServed(context, protocol, live.tlsSocket().getSession().getCreationTime(), "certificate_expired");
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateThatIsRevokedIsRefusedOnItsLiveConnectionAndOnAResumedSession(String protocol) {
        TestPki.Leaf leaf = OddCertificate.by(root).issue();
        SSLContext context = OddCertificate.presenting(root, leaf);
        try (RawClient live = connect(context, protocol)) {
            assertThat(live.exchange(get("/mesh/a")).status()).isEqualTo(200);
            fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1), leaf));
            fixture.upstream().forget();
            assertRefused(live.exchange(get("/mesh/b")), "certificate_revoked");
            assertNotServed(context, protocol, live.tlsSocket().getSession().getCreationTime(), "certificate_revoked");
        }
        assertThat(fixture.upstream().received()).isEmpty();
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)));
    }

    /** Resumed or begun anew, which is the gateway's choice: an ended certificate is no way in. */
    private void assertNotServed(SSLContext context, String protocol, long created, String reason) {
        try (RawClient again = connect(context, protocol)) {
            boolean isResumed = again.tlsSocket().getSession().getCreationTime() == created;
            Reply reply = again.exchange(get("/mesh/c"));
            assertThat(isResumed || reason.equals("certificate_revoked")).describedAs("a full handshake would have failed").isTrue();
            assertRefused(reply, reason);
        } catch (UncheckedIOException e) {
            assertThat(reason).describedAs("a full handshake proves dates, not revocation").isEqualTo("certificate_expired");
        }
    }

    @Test
    void aRevokedAuthorityEndsWhatItIssued() {
        TestPki.Leaf between = OddCertificate.by(root).subject("CN=Between").authority(0).issue();
        TestPki.Leaf leaf = OddCertificate.by(between).issue();
        assertRefused(send(leaf), "keys_unavailable");
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1), between));
        assertRefused(send(leaf), "certificate_revoked");
        fixture.changeFile("tls/clients-ca.pem", root.pem() + between.certificatePem());
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)) + OddCertificate.pem(OddCertificate.listOf(between, Duration.ofDays(1))));
        assertThat(send(leaf).status()).describedAs("both lists are there").isEqualTo(200);
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)) + OddCertificate.pem(OddCertificate.listOf(between, Duration.ofHours(-1))));
        assertRefused(send(leaf), "keys_unavailable");
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)));
        fixture.changeFile("tls/clients-ca.pem", root.pem());
    }

    @Test
    void aStaleListClosesTheDoorForAll() {
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofSeconds(-1)));
        assertRefused(send(OddCertificate.by(root).issue()), "keys_unavailable");
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)));
    }

    /** RFC 5280 §5.2, §6.3: what is no whole list, or nobody's we know, replaces none. */
    @Test
    void aListThatIsPartialOrForeignIsNotTakenUp() {
        TestPki.Leaf revoked = OddCertificate.by(root).issue();
        String serving = root.crlPem(Duration.ofDays(1), revoked);
        fixture.changeFile("tls/clients.crl", serving);
        String delta = OddCertificate.pem(OddCertificate.partialListOf(root, Extension.deltaCRLIndicator, new ASN1Integer(BigInteger.ONE)));
        String authorities = OddCertificate.pem(OddCertificate.partialListOf(
                root, Extension.issuingDistributionPoint, new IssuingDistributionPoint(null, false, true, null, false, false)));
        String namesake = new TestPki("Sallyport test authority").crlPem(Duration.ofDays(1));
        for (String list : new String[] {delta, authorities, namesake, "", serving.substring(0, serving.length() / 2)}) {
            fixture.change(() -> fixture.write("tls/clients.crl", list), "refused");
            assertRefused(send(revoked), "certificate_revoked");
        }
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofDays(1)));
    }
}
