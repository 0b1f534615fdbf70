package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.TestPki;
import java.net.InetAddress;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MtlsSuite {
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
                mtls: { allow: [ { spiffe: "spiffe://prod/ns/*/sa/orders" }, { dns: "*.partner.example" }, { subject: "CN=partner-*" } ], scopes: [mesh] }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: orders }
              passed: { match: { path: /passed/** }, auth: mesh, upstream: orders, forwardClientCertificate: true }
              open: { match: { path: /open/** }, auth: none, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();
    private final TestPki.Leaf orders = fixture.pki().client("CN=orders", "spiffe://prod/ns/shop/sa/orders");
    private final TestPki.Leaf revoked = fixture.pki().client("CN=partner-revoked");

    MtlsSuite() {
        fixture.write("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked));
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

    private Reply send(TestPki.Leaf leaf, String path, String... fields) {
        try (RawClient client = fixture.tls(leaf)) {
            return client.exchange(get(path, fields));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CN=x | spiffe://prod/ns/shop/sa/orders | spiffe://prod/ns/shop/sa/orders",
        "CN=x | api.partner.example | api.partner.example",
        "CN=partner-7 | unrelated.test | CN=partner-7",
    })
    void aNameThatIsAllowedIsTheSubject(String subject, String name, String expected) {
        assertThat(send(fixture.pki().client(subject, name), "/mesh/a").status()).isEqualTo(200);
        Received received = fixture.upstream().only("/mesh/a");
        assertThat(received.field("X-Auth-Subject")).contains(expected);
        assertThat(received.field("X-Auth-Method")).contains("mtls");
        assertThat(received.field("X-Auth-Scopes")).contains("mesh");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "spiffe://prod/ns/a/b/sa/orders", "spiffe://prod/ns/shop/sa/orders2", "spiffe://prod.evil/ns/shop/sa/orders", "https://prod/ns/shop/sa/orders",
        "a.b.partner.example", "partner.example", "partner.example.evil", "xpartner.example", "",
    })
    void anotherNameIsNotAllowed(String name) {
        TestPki.Leaf leaf = name.isEmpty() ? fixture.pki().client("CN=other\\, CN\\=partner-1") : fixture.pki().client("CN=other", name);
        Reply reply = send(leaf, "/mesh/b");
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(403);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("certificate_not_allowed");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void twoUriNamesAreNoSpiffeIdentity() {
        TestPki.Leaf leaf = fixture.pki().client("CN=x", "spiffe://prod/ns/shop/sa/orders", "spiffe://prod/ns/other/sa/admin");
        assertThat(send(leaf, "/mesh/c").status()).isEqualTo(403);
    }

    @Test
    void aPatternDoesNotCrossIntoAnotherRdn() {
        assertThat(send(fixture.pki().client("CN=partner-1,O=Evil"), "/mesh/d").status()).isEqualTo(403);
        assertThat(send(fixture.pki().client("O=CN\\=partner-1"), "/mesh/d").status()).isEqualTo(403);
    }

    @Test
    void withoutACertificateTheRouteRefusesAndOthersServe() {
        try (RawClient client = fixture.tls()) {
            Reply reply = client.exchange(get("/mesh/e", "Client-Cert: :AAAA:"));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("certificate_missing");
            assertThat(client.exchange(get("/open/e")).status()).isEqualTo(200);
        }
    }

    /** In TLS 1.3 a client may send as much as it likes before it learns that its certificate was not taken. */
    @Test
    void clientThatSentAlreadyReadsWhyItsHandshakeFailed() throws Exception {
        TestPki.Leaf expired = fixture.pki().client(Duration.ofDays(-1), "CN=partner-expired");
        for (int attempt = 0; attempt < 20; attempt++) {
            int port = fixture.gateway().port("https");
            try (SSLSocket socket = (SSLSocket) fixture.pki().presenting(expired).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.setEnabledProtocols(new String[] {"TLSv1.3"});
                socket.startHandshake();
                socket.getOutputStream().write(new byte[50_000]);
                Thread.sleep(20);
                assertThatThrownBy(() -> socket.getInputStream().read()).hasMessageContaining("certificate_expired");
            }
        }
    }

    @Test
    void aRevokedCertificateIsRefusedPerRequestAlsoOnALiveConnection() {
        Reply reply = send(revoked, "/mesh/f");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("certificate_revoked");
        TestPki.Leaf later = fixture.pki().client("CN=partner-later");
        try (RawClient client = fixture.tls(later)) {
            assertThat(client.exchange(get("/mesh/g")).status()).isEqualTo(200);
            fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked, later));
            assertThat(client.exchange(get("/mesh/h")).status()).isEqualTo(403);
        }
        fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aResumedSessionIsHeldToTheCertificateThatBeganIt(String protocol) {
        TestPki.Leaf leaf = fixture.pki().client("CN=partner-resuming-" + protocol.replace('.', '-'));
        SSLContext context = fixture.pki().presenting(leaf);
        long began = createdAt(context, protocol, 200);
        assertThat(createdAt(context, protocol, 200)).isEqualTo(began);
        fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked, leaf));
        createdAt(context, protocol, 403);
        fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked));
    }

    /** When the session began that this connection uses: that of another means resumed. */
    private long createdAt(SSLContext context, String protocol, int expected) {
        try (RawClient client = RawClient.tls(fixture.gateway().port("https"), context, Requests.HOST, protocol)) {
            assertThat(client.exchange(get("/mesh/resumed")).status()).isEqualTo(expected);
            return client.tlsSocket().getSession().getCreationTime();
        }
    }

    @Test
    void aStaleCrlMakesTheKeysUnavailable() {
        fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofHours(-1), revoked));
        Reply reply = send(orders, "/mesh/i");
        fixture.changeFile("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("keys_unavailable");
        assertThat(send(orders, "/mesh/j").status()).isEqualTo(200);
    }

    @Test
    void theLeafIsPassedOnAsClientCertOnlyWhereAsked() throws CertificateEncodingException {
        send(orders, "/passed/a", "Client-Cert: :Zm9yZ2Vk:", "client_cert: x", "Client-Cert-Chain: :AA==:");
        Received passed = fixture.upstream().only("/passed/a");
        assertThat(passed.values("Client-Cert")).containsExactly(":" + Base64.getEncoder().encodeToString(orders.certificate().getEncoded()) + ":");
        assertThat(passed.foldedNames()).filteredOn("client-cert"::equals).hasSize(1);
        send(orders, "/mesh/k", "Client-Cert: :Zm9yZ2Vk:");
        assertThat(fixture.upstream().only("/mesh/k").foldedNames()).doesNotContain("client-cert");
        send(orders, "/open/k", "Client-Cert: :Zm9yZ2Vk:");
        assertThat(fixture.upstream().only("/open/k").foldedNames()).doesNotContain("client-cert");
    }

    @Test
    void anExpiredOrForeignCertificateFailsTheHandshakeWithAMetric() {
        double before = fixture.gateway().metrics().sum("sallyport_tls_handshakes_total", "listener=https");
        assertHandshakeFails(fixture.pki().client(Duration.ofDays(-1), "CN=partner-old"));
        assertHandshakeFails(new TestPki("Sallyport test authority").client("CN=partner-1"));
        assertThat(fixture.gateway().metrics().sum("sallyport_tls_handshakes_total", "listener=https")).isGreaterThan(before);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    private void assertHandshakeFails(TestPki.Leaf leaf) {
        boolean answered = true;
        // In TLS 1.3 the client learns of it with its first read.
        try (RawClient client = fixture.tls(leaf)) {
            client.send(get("/open/x")).read();
        } catch (java.io.UncheckedIOException e) {
            answered = false;
        }
        assertThat(answered).isFalse();
    }
}
