package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.credential.CertificateCase.Outcome;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
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
              unlisted:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
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
    private final CertificateCases chains = new CertificateCases(root);
    private final CertificateNameCases names = new CertificateNameCases(root);

    CertificateSuite() {
        fixture.write("tls/clients.crl", list());
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

    Stream<CertificateCase> chains() {
        return chains.all().stream();
    }

    Stream<CertificateCase> names() {
        return names.all().stream();
    }

    private String list(TestPki.Leaf... revoked) {
        return root.crlPem(Duration.ofDays(1), Stream.concat(Stream.of(names.revoked()), Stream.of(revoked)).toArray(TestPki.Leaf[]::new));
    }

    private RawClient connect(TestPki.Leaf leaf, String... protocols) {
        return connect(OddCertificate.presenting(root, leaf), protocols);
    }

    private RawClient connect(SSLContext context, String... protocols) {
        return connect("https", context, protocols);
    }

    private RawClient connect(String listener, SSLContext context, String... protocols) {
        return RawClient.tls(fixture.gateway().port(listener), context, Requests.HOST, protocols);
    }

    private Reply send(TestPki.Leaf leaf) {
        try (RawClient client = connect(leaf)) {
            return client.exchange(get("/mesh/a"));
        }
    }

    private void assertRefused(Reply reply, String reason) {
        assertRefused(reply, reason.equals("keys_unavailable") ? 503 : 403, reason);
    }

    private void assertRefused(Reply reply, int status, String reason) {
        assertThat(fixture.gateway().reasonOf(reply)).describedAs(reply.toString()).isEqualTo(reason);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(fixture.gateway().auditLine(reply.requestId()).path("reason").asText()).isEqualTo(reason);
    }

    private double failures(String listener) {
        return fixture.gateway().metrics().sum("sallyport_tls_handshakes_total", "listener=" + listener, "outcome=failed");
    }

    @Test
    void noTwoCasesAreTheSame() {
        List<CertificateCase> all = Stream.concat(chains(), names()).toList();
        assertThat(all.stream().map(CertificateCase::name)).doesNotHaveDuplicates();
        assertThat(all.stream().filter(each -> each.outcome() instanceof Outcome.Alert)).hasSizeGreaterThanOrEqualTo(25);
        assertThat(all.stream().filter(each -> each.outcome() instanceof Outcome.Refused)).hasSizeGreaterThanOrEqualTo(25);
        assertThat(all).filteredOn(each -> !(each.outcome() instanceof Outcome.Accepted)).allSatisfy(each -> assertThat(each.twins()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("chains")
    void aChainIsProvenOrTheHandshakeEndsInItsAlert(CertificateCase odd) {
        assertOutcome("unlisted", odd);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anAllowedNameIsServedAndAnotherIsRefused(CertificateCase odd) {
        assertOutcome("https", odd);
    }

    private void assertOutcome(String listener, CertificateCase odd) {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            switch (odd.outcome()) {
                case Outcome.Accepted() -> assertServed(listener, protocol, odd.leaf());
                case Outcome.Alert(var alert) -> assertAlert(listener, protocol, odd.leaf(), alert);
                case Outcome.Refused(var status, var reason) -> {
                    try (RawClient client = connect(listener, OddCertificate.presenting(root, odd.leaf()), protocol)) {
                        assertRefused(client.exchange(get("/mesh/a")), status, reason);
                    }
                }
            }
            if (!(odd.outcome() instanceof Outcome.Accepted)) {
                assertThat(fixture.upstream().received()).isEmpty();
            }
            odd.twins().forEach(twin -> assertServed(listener, protocol, twin));
            fixture.upstream().forget();
        }
    }

    private void assertServed(String listener, String protocol, TestPki.Leaf leaf) {
        try (RawClient client = connect(listener, OddCertificate.presenting(root, leaf), protocol)) {
            assertThat(client.exchange(get("/mesh/a")).status()).describedAs(protocol + ": " + leaf.certificate()).isEqualTo(200);
        }
    }

    private void assertAlert(String listener, String protocol, TestPki.Leaf leaf, String alert) {
        double before = failures(listener);
        var failed = assertThatThrownBy(() -> {
            try (RawClient client = connect(listener, OddCertificate.presenting(root, leaf), protocol)) {
                client.read();
            }
        }).describedAs(protocol).isInstanceOf(UncheckedIOException.class).cause();
        // In TLS 1.2 the client still writes when the gateway has closed, and may find a reset before it reads the alert.
        if (protocol.equals("TLSv1.3")) {
            failed.isInstanceOf(SSLException.class).hasMessageEndingWith("Received fatal alert: " + alert);
        } else {
            failed.isNotInstanceOf(SocketTimeoutException.class);
        }
        await().pollInterval(Duration.ofMillis(10)).until(() -> failures(listener) > before);
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
            fixture.changeFile("tls/clients.crl", list(leaf));
            fixture.upstream().forget();
            assertRefused(live.exchange(get("/mesh/b")), "certificate_revoked");
            assertNotServed(context, protocol, live.tlsSocket().getSession().getCreationTime(), "certificate_revoked");
        }
        assertThat(fixture.upstream().received()).isEmpty();
        fixture.changeFile("tls/clients.crl", list());
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
        fixture.changeFile("tls/clients.crl", list(between));
        assertRefused(send(leaf), "certificate_revoked");
        fixture.changeFile("tls/clients-ca.pem", root.pem() + between.certificatePem());
        fixture.changeFile("tls/clients.crl", list() + OddCertificate.pem(OddCertificate.listOf(between, Duration.ofDays(1))));
        assertThat(send(leaf).status()).describedAs("both lists are there").isEqualTo(200);
        fixture.changeFile("tls/clients.crl", list() + OddCertificate.pem(OddCertificate.listOf(between, Duration.ofHours(-1))));
        assertRefused(send(leaf), "keys_unavailable");
        fixture.changeFile("tls/clients.crl", list());
        fixture.changeFile("tls/clients-ca.pem", root.pem());
    }

    @Test
    void aStaleListClosesTheDoorForAll() {
        fixture.changeFile("tls/clients.crl", root.crlPem(Duration.ofSeconds(-1)));
        assertRefused(send(OddCertificate.by(root).issue()), "keys_unavailable");
        fixture.changeFile("tls/clients.crl", list());
    }

    /** RFC 5280 §5.2, §6.3: what is no whole list, or nobody's we know, replaces none. */
    @Test
    void aListThatIsPartialOrForeignIsNotTakenUp() {
        TestPki.Leaf revoked = OddCertificate.by(root).issue();
        String serving = list(revoked);
        fixture.changeFile("tls/clients.crl", serving);
        String delta = OddCertificate.pem(OddCertificate.partialListOf(root, Extension.deltaCRLIndicator, new ASN1Integer(BigInteger.ONE)));
        String authorities = OddCertificate.pem(OddCertificate.partialListOf(
                root, Extension.issuingDistributionPoint, new IssuingDistributionPoint(null, false, true, null, false, false)));
        String namesake = new TestPki("Sallyport test authority").crlPem(Duration.ofDays(1));
        for (String list : new String[] {delta, authorities, namesake, "", serving.substring(0, serving.length() / 2)}) {
            fixture.change(() -> fixture.write("tls/clients.crl", list), "refused");
            assertRefused(send(revoked), "certificate_revoked");
        }
        fixture.changeFile("tls/clients.crl", list());
    }
}
