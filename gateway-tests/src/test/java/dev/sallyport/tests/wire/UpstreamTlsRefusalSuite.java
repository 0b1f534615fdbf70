package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawServer;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLServerSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** An upstream that does not prove itself, or does not take the gateway, gets not one byte of a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpstreamTlsRefusalSuite {
    private static final String SECRET = "key-of-the-backend-0123456789";
    private static final String OWN_AUTHORITY = "ca: tls/clients-ca.pem";
    private static final String NAMED = "127.0.0.1";
    private static final int APPLICATION_DATA = 23;

    /** What stands where an upstream should: what it could read of requests, and whether anybody came. */
    private record Peer(int port, Supplier<String> applicationData, IntSupplier connections, Runnable closing) {}

    /** How a request to it must end. */
    private enum End {
        CERTIFICATE(502, "upstream_certificate_invalid", "tls_certificate_error"),
        ALERT(502, "upstream_tls_alert", "tls_alert_received"),
        PROTOCOL(502, "upstream_tls_failed", "tls_protocol_error"),
        TIMEOUT(504, "upstream_connect_timeout", "connection_timeout");

        private final int status;
        private final String reason;
        private final String proxyStatus;

        End(int status, String reason, String proxyStatus) {
            this.status = status;
            this.reason = reason;
            this.proxyStatus = proxyStatus;
        }
    }

    /**
     * One upstream of the configuration.
     *
     * @param log what the process log must say of it
     */
    private record Case(String name, Peer peer, String host, String terms, End end, String log) {
        String upstream() {
            return "  " + name + ": { targets: [ \"https://" + host + ":" + peer.port() + "\" ], connectTimeout: " + (end == End.TIMEOUT ? "300ms" : "5s")
                    + ", tls: { " + terms + " }, credentials: { header: { name: X-Backend-Key, value: " + SECRET + " } } }\n";
        }

        String route() {
            return "  " + name + ": { match: { path: /" + name + "/** }, auth: none, upstream: " + name + " }\n";
        }
    }

    private final Fixture fixture = new Fixture();
    private final TestPki authority = fixture.pki();
    private final TestPki other = new TestPki("Another authority");
    private final List<Case> cases = new ArrayList<>();
    private final RecordingUpstream good = RecordingUpstream.startTls(authority.serving(authority.server("localhost")));
    private final RawServer silent = RawServer.saying(new byte[0]);
    private final RecordingUpstream stranger = RecordingUpstream.startTls(other.serving(other.server("localhost")));

    UpstreamTlsRefusalSuite() {
        certificates();
        names();
        alerts();
        noTls();
        TestPki.Leaf untrusted = other.client("CN=gateway");
        fixture.write("tls/untrusted.pem", untrusted.certificatePem());
        fixture.write("tls/untrusted.key", untrusted.keyPem());
        StringBuilder upstreams = new StringBuilder();
        StringBuilder routes = new StringBuilder();
        for (Case one : cases) {
            upstreams.append(one.upstream());
            routes.append(one.route());
        }
        fixture.start("""
                listeners:
                  http:
                    bind: 127.0.0.1:0
                admin: { bind: "127.0.0.1:0" }
                upstreams:
                """ + upstreams + "  pair: { targets: [ \"https://localhost:" + stranger.port() + "\", \"https://localhost:" + good.port() + "\" ], tls: { " + OWN_AUTHORITY + " } }\n"
                + "  silent: { targets: [ \"https://localhost:" + silent.port() + "\" ], connectTimeout: 300ms }\n"
                + "routes:\n" + routes + "  silent: { match: { path: /silent/** }, auth: none, upstream: silent }\n" + "  pair: { match: { path: /pair/** }, auth: none, upstream: pair }\n");
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            cases.forEach(one -> one.peer().closing().run());
            good.close();
            silent.close();
            stranger.close();
        }
    }

    private static Peer tls(TestPki.Leaf shown, TestPki trusting, Consumer<SSLServerSocket> terms) {
        RecordingUpstream upstream = RecordingUpstream.startTls(trusting.serving(shown), terms);
        return new Peer(upstream.port(), upstream::transcript, upstream::connections, upstream::close);
    }

    private static Peer raw(RawServer server) {
        return new Peer(server.port(), () -> readable(server.heard()), () -> server.heard().size(), server::close);
    }

    private void shows(String name, TestPki.Leaf leaf, String log) {
        shows(name, leaf, "localhost", OWN_AUTHORITY, log);
    }

    private void shows(String name, TestPki.Leaf leaf, String host, String terms, String log) {
        cases.add(new Case(name, tls(leaf, authority, _ -> {}), host, terms, End.CERTIFICATE, log));
    }

    private void certificates() {
        String noPath = "unable to find valid certification path";
        shows("anotherAuthority", other.server("localhost"), noPath);
        shows("selfSigned", server().name(GeneralName.dNSName, "localhost").selfSigned().issue(), noPath);
        shows("expired", authority.server(Duration.ofDays(-1), "localhost"), "NotAfter");
        shows("notYetValid", server().name(GeneralName.dNSName, "localhost").valid(Duration.ofDays(1), Duration.ofDays(2)).issue(), "NotBefore");
        shows("clientsOnly", server().purposes(KeyPurposeId.id_kp_clientAuth).name(GeneralName.dNSName, "localhost").issue(), "TLS server");
        shows("issuedByALeaf", OddCertificate.by(authority.server("localhost")).purposes(KeyPurposeId.id_kp_serverAuth)
                .name(GeneralName.dNSName, "localhost").issue(), "");
        shows("tampered", OddCertificate.tampered(authority.server("localhost")), "ignature");
        shows("byPlatform", authority.server("localhost"), "localhost", "minVersion: \"1.2\"", noPath);
    }

    private OddCertificate server() {
        return OddCertificate.by(authority).subject("CN=localhost").purposes(KeyPurposeId.id_kp_serverAuth);
    }

    private void names() {
        shows("anotherName", authority.server("other.example"), "No subject alternative DNS name");
        shows("nameInTheSubjectAlone", server().issue(), "alternative names");
        shows("nameInTheSubjectBesideAnAddress", server().name(GeneralName.iPAddress, NAMED).issue(), "alternative names");
        shows("addressAsAName", server().name(GeneralName.dNSName, NAMED).issue(), NAMED, OWN_AUTHORITY, "IP address");
        shows("addressInTheSubject", server().subject("CN=" + NAMED).issue(), NAMED, OWN_AUTHORITY, "No subject alternative names");
        shows("anotherAddress", server().name(GeneralName.iPAddress, "127.0.0.2").issue(), NAMED, OWN_AUTHORITY, "IP address");
        shows("notTheServerName", authority.server("localhost"), "localhost", OWN_AUTHORITY + ", serverName: orders.example", "orders.example");
        shows("wildcardOverTwoLabels", authority.server("*.example.com"), "localhost", OWN_AUTHORITY + ", serverName: a.b.example.com", "a.b.example.com");
        shows("wildcardOfEverything", authority.server("*"), "No subject alternative DNS name");
    }

    private void refuses(String name, TestPki trusting, Consumer<SSLServerSocket> upstream, String terms) {
        cases.add(new Case(name, tls(authority.server("localhost"), trusting, upstream), "localhost", OWN_AUTHORITY + terms, End.ALERT, "ALERT"));
    }

    private void alerts() {
        Consumer<SSLServerSocket> demanding = socket -> socket.setNeedClientAuth(true);
        Consumer<SSLServerSocket> old = socket -> socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        String untrusted = ", certificate: tls/untrusted.pem, key: tls/untrusted.key";
        refuses("wantsACertificate", authority, demanding, "");
        refuses("wantsACertificateInTls12", authority, demanding.andThen(old), "");
        refuses("trustsAnotherAuthority", authority, demanding, untrusted);
        refuses("trustsAnotherAuthorityInTls12", authority, demanding.andThen(old), untrusted);
        refuses("speaksAnOlderVersion", authority, old, ", minVersion: \"1.3\"");
    }

    private void noTls() {
        add("plainHttp", RawServer.saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), End.PROTOCOL);
        add("garbage", RawServer.saying(new byte[4096]), End.PROTOCOL);
        add("closes", RawServer.start(Socket::close), End.PROTOCOL);
        add("resets", RawServer.start(socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
        }), End.PROTOCOL);
        add("hangs", RawServer.saying(new byte[0]), End.TIMEOUT);
    }

    private void add(String name, RawServer server, End end) {
        cases.add(new Case(name, raw(server), "localhost", OWN_AUTHORITY, end, ""));
    }

    /** All that is no handshake, alert or change of ciphers; none of these carries what a client sent (RFC 8446 §5.1). */
    private static String readable(List<byte[]> connections) {
        ByteArrayOutputStream readable = new ByteArrayOutputStream();
        for (byte[] bytes : connections) {
            int at = 0;
            while (at + 5 <= bytes.length && bytes[at] >= 20 && bytes[at] < APPLICATION_DATA && bytes[at + 1] == 3) {
                at += 5 + ((bytes[at + 3] & 0xff) << 8 | (bytes[at + 4] & 0xff));
            }
            readable.write(bytes, Math.min(at, bytes.length), Math.max(0, bytes.length - at));
        }
        return readable.toString(StandardCharsets.ISO_8859_1);
    }

    @TestFactory
    List<DynamicTest> upstreamGetsNotOneByte() {
        return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> {
            assertEnds(one, fixture.exchange(get("/" + one.name() + "/a", "X-Note: for the upstream alone")));
            assertEnds(one, fixture.exchange(post("/" + one.name() + "/a", "content for the upstream alone")));
            double counted = fixture.gateway().metrics().sum("http_server_request_duration_seconds_count",
                    "http_route=" + one.name(), "http_response_status_code=" + one.end().status);
            assertThat(counted).isEqualTo(2);
            assertThat(one.peer().connections().getAsInt()).isEqualTo(2);
            assertThat(one.peer().applicationData().get()).isEmpty();
            assertThat(fixture.gateway().awaitLog("Upstream " + one.name() + ", target " + one.host() + ":" + one.peer().port())).contains(one.log());
        })).toList();
    }

    private void assertEnds(Case one, Reply reply) {
        assertThat(fixture.gateway().reasonOf(reply)).as(reply.toString()).isEqualTo(one.end().reason);
        assertThat(reply.status()).isEqualTo(one.end().status);
        assertThat(reply.field("Proxy-Status").orElseThrow()).endsWith("; error=" + one.end().proxyStatus);
        assertThat(reply.text()).doesNotContain("localhost", "certif", "TLS");
    }

    @Test
    void handshakeThatDoesNotEndReachesANamedLimit() {
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=connectTimeout");
        assertThat(fixture.exchange(get("/silent/a")).status()).isEqualTo(504);
        assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=connectTimeout")).isEqualTo(before + 1);
    }

    @Test
    void requestGoesToTheTargetThatProvesItself() {
        for (int i = 0; i < 6; i++) {
            assertThat(fixture.exchange(post("/pair/a", "content")).status()).isEqualTo(200);
        }
        assertThat(good.received("/pair/a")).hasSize(6).allSatisfy(received -> assertThat(received.text()).isEqualTo("content"));
        assertThat(stranger.connections()).isPositive();
        assertThat(stranger.transcript()).isEmpty();
    }
}
