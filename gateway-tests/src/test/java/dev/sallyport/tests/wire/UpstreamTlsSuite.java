package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.OddCertificate;
import dev.sallyport.tests.harness.pki.TestPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An upstream that proves itself: what it sees of the gateway, and what holds after files changed. Each test leaves files that fit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpstreamTlsSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              named: { targets: [ "https://localhost:@port@" ], tls: { ca: tls/upstreams.pem, certificate: tls/gateway.pem, key: tls/gateway.key } }
              address: { targets: [ "https://127.0.0.1:@port@" ], tls: { ca: tls/upstreams.pem } }
              renamed: { targets: [ "https://127.0.0.1:@port@" ], tls: { ca: tls/upstreams.pem, serverName: orders.example, minVersion: "1.3" } }
              trusting: { targets: [ "https://localhost:@port@" ], tls: { insecureSkipVerification: true } }
              chained: { targets: [ "https://localhost:@chained@" ], tls: { ca: tls/upstreams.pem, serverName: eu.orders.example } }
              ending: { targets: [ "https://localhost:@ending@" ], tls: { ca: tls/upstreams.pem } }
              cut: { targets: [ "https://localhost:@cut@" ], tls: { ca: tls/upstreams.pem } }
            routes:
              named: { match: { path: /named/** }, auth: none, upstream: named }
              address: { match: { path: /address/** }, auth: none, upstream: address }
              renamed: { match: { path: /renamed/** }, auth: none, upstream: renamed }
              trusting: { match: { path: /trusting/** }, auth: none, upstream: trusting }
              chained: { match: { path: /chained/** }, auth: none, upstream: chained }
              ending: { match: { path: /ending/** }, auth: none, upstream: ending }
              cut: { match: { path: /cut/** }, auth: none, upstream: cut }
            """;
    private static final String BIG = "0123456789abcdef".repeat(1 << 16);

    private final Fixture fixture = new Fixture();
    private final TestPki authority = new TestPki("Authority of the upstreams");
    private final TestPki later = new TestPki("Later authority of the upstreams");
    private final TestPki gateways = new TestPki("Authority of the gateways");
    private final RecordingUpstream upstream = RecordingUpstream.startTls(
            gateways.serving(authority.server("localhost", "orders.example")), socket -> socket.setWantClientAuth(true));
    private final RecordingUpstream chained = RecordingUpstream.startTls(authority.serving(chain()));
    private final ServerSocket ending = answeringOnce(SSLSocket::close);
    private final ServerSocket cut = answeringOnce(_ -> {});
    private int shown;

    UpstreamTlsSuite() {
        fixture.word("port", Integer.toString(upstream.port())).word("chained", Integer.toString(chained.port()))
                .word("ending", Integer.toString(ending.getLocalPort())).word("cut", Integer.toString(cut.getLocalPort()));
        fixture.write("tls/upstreams.pem", authority.pem());
        showAnother();
        for (String path : List.of("/named/who", "/address/who", "/renamed/who", "/trusting/who")) {
            upstream.on(path, call -> {
                call.content();
                call.write(RecordingUpstream.ok(shown(call.session())));
            });
        }
        fixture.start(CONFIG);
    }

    private TestPki.Leaf chain() {
        TestPki.Leaf between = OddCertificate.by(authority).subject("CN=Between").authority(0).issue();
        return OddCertificate.by(between).subject("CN=upstream").purposes(KeyPurposeId.id_kp_serverAuth)
                .name(GeneralName.dNSName, "*.orders.example").issue();
    }

    /** A certificate of the gateway that it did not have before. */
    private void showAnother() {
        shown++;
        TestPki.Leaf leaf = gateways.client(current());
        fixture.write("tls/gateway.key", leaf.keyPem());
        fixture.write("tls/gateway.pem", leaf.certificatePem());
    }

    private String current() {
        return "CN=gateway-" + shown;
    }

    /** Version, name asked for and certificate. */
    private static String shown(ExtendedSSLSession session) {
        List<String> names = session.getRequestedServerNames().stream().map(name -> ((SNIHostName) name).getAsciiName()).toList();
        try {
            return session.getProtocol() + " " + names + " " + session.getPeerPrincipal().getName();
        } catch (SSLException none) {
            return session.getProtocol() + " " + names;
        }
    }

    @AfterAll
    void stop() throws IOException {
        try {
            fixture.close();
        } finally {
            upstream.close();
            chained.close();
            ending.close();
            cut.close();
        }
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    private String ask(String path) {
        Reply reply = fixture.exchange(get(path));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.text();
    }

    private void assertUnproven(Reply reply) {
        assertThat(fixture.gateway().reasonOf(reply)).as(reply.toString()).isEqualTo("upstream_certificate_invalid");
    }

    @Test
    void upstreamSeesTheNameAndTheCertificateThatAreWritten() {
        assertThat(ask("/named/who")).isEqualTo("TLSv1.3 [localhost] " + current());
        assertThat(ask("/address/who")).isEqualTo("TLSv1.3 []");
        assertThat(ask("/renamed/who")).isEqualTo("TLSv1.3 [orders.example]");
        assertThat(ask("/trusting/who")).isEqualTo("TLSv1.3 [localhost]");
        fixture.gateway().awaitLog("upstreams.trusting.tls.insecureSkipVerification");
        assertThat(fixture.gateway().everythingWritten()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void connectionIsKeptForLaterRequestsAndCarriesContentOfAnySize() {
        upstream.on("/named/echo", call -> call.write(RecordingUpstream.ok(call.content().text())));
        try (RawClient client = fixture.plain()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange(post("/named/echo", BIG)).text()).isEqualTo(BIG);
            }
        }
        assertThat(upstream.received("/named/echo")).extracting(Received::connection).hasSize(3).containsOnly(upstream.received().getFirst().connection());
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void anEarlyAnswerReachesTheClient() {
        upstream.on("/named/early", call -> {
            call.record();
            call.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
            call.closeConnection();
        });
        for (int i = 0; i < 10; i++) {
            try (RawClient client = fixture.plain()) {
                client.send("POST /named/early HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n").sendRegardless(new byte[512 << 10]);
                assertThat(client.read().text()).isEqualTo("no!");
            }
        }
    }

    @Test
    void staleConnectionIsRetriedOnlyWhereTheRequestMayBeRepeated() {
        for (int i = 0; i < 10; i++) {
            assertThat(fixture.exchange(get("/named/warm")).status()).isEqualTo(200);
            upstream.closeConnections();
            assertThat(fixture.exchange(get("/named/again")).status()).isEqualTo(200);
        }
        upstream.on("/named/pay", call -> {
            call.content();
            call.closeConnection();
        });
        assertThat(fixture.exchange(get("/named/warm")).status()).isEqualTo(200);
        Reply reply = fixture.exchange(post("/named/pay", "1"));
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("upstream_closed");
        assertThat(upstream.received("/named/pay")).hasSize(1);
    }

    @Test
    void newCertificateOfTheGatewayIsShownByNewConnectionsAndTheFormerOnesAreNotUsed() {
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            int before = upstream.connections();
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            assertThat(upstream.connections()).isEqualTo(before);
            fixture.change(this::showAnother, "applied");
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            assertThat(upstream.connections()).isEqualTo(before + 1);
        }
    }

    @Test
    void endOfTheGatewaysCertificateIsMeasured() {
        String metric = "sallyport_certificate_expiry_timestamp_seconds";
        assertThat(fixture.gateway().metrics().sum(metric, "upstream=named", "subject=" + current())).isGreaterThan(Instant.now().toEpochMilli() / 1e3);
        String former = current();
        fixture.change(this::showAnother, "applied");
        assertThat(fixture.gateway().metrics().sum(metric, "upstream=named", "subject=" + current())).isPositive();
        assertThat(fixture.gateway().metrics().sum(metric, "subject=" + former)).isZero();
    }

    @Test
    void whatIsAnsweredWhileFilesChangeIsAnsweredToItsEndAndItsConnectionNotUsedAgain() {
        CountDownLatch hold = new CountDownLatch(1);
        upstream.on("/named/held", call -> {
            call.content();
            Forwarder.waitFor(hold);
            call.write(RecordingUpstream.ok("held"));
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/named/held"));
            int held = upstream.awaitOne("/named/held").connection();
            fixture.change(this::showAnother, "applied");
            hold.countDown();
            assertThat(client.read().text()).isEqualTo("held");
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            assertThat(upstream.only("/named/who").connection()).isNotEqualTo(held);
        }
    }

    @Test
    void formerAuthorityIsNotBelievedAfterItsFileChangedThoughConnectionsAndSessionsAreLeft() {
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/named/who")).text()).startsWith("TLSv1.3");
            fixture.changeFile("tls/upstreams.pem", later.pem());
            upstream.forget();
            assertUnproven(client.exchange(get("/named/who")));
            assertUnproven(client.exchange(get("/address/who")));
        }
        assertThat(upstream.transcript()).isEmpty();
        fixture.changeFile("tls/upstreams.pem", later.pem() + authority.pem());
        assertThat(ask("/named/who")).startsWith("TLSv1.3");
        fixture.changeFile("tls/upstreams.pem", authority.pem());
    }

    @Test
    void changeElsewhereLeavesConnectionsAsTheyAre() {
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            int before = upstream.connections();
            fixture.reload(CONFIG.replace("path: /chained/**", "path: /elsewhere/**"));
            assertThat(client.exchange(get("/named/who")).text()).endsWith(current());
            assertThat(upstream.connections()).isEqualTo(before);
        }
        fixture.reload(CONFIG);
    }

    @Test
    void changeThatDoesNotFitTogetherChangesNothing() {
        String before = current();
        fixture.change(() -> fixture.write("tls/gateway.key", gateways.client("CN=gateway").keyPem()), "refused");
        assertThat(ask("/named/who")).endsWith(before);
        fixture.change(this::showAnother, "applied");
        assertThat(ask("/named/who")).endsWith(current());
    }

    @Test
    void upstreamThatChangesItsCertificateIsProvenAnew() {
        try (RecordingUpstream second = RecordingUpstream.startTls(later.serving(later.server("localhost")))) {
            String config = CONFIG.replace("localhost:@port@\" ], tls: { ca", "localhost:" + second.port() + "\" ], tls: { ca");
            fixture.reload(config);
            assertUnproven(fixture.exchange(get("/named/a")));
            assertThat(second.transcript()).isEmpty();
            fixture.changeFile("tls/upstreams.pem", later.pem());
            assertThat(fixture.exchange(get("/named/a")).status()).isEqualTo(200);
            fixture.changeFile("tls/upstreams.pem", authority.pem());
            fixture.reload(CONFIG);
        }
    }

    @Test
    void upstreamMayProveItselfByAChainAndAWildcard() {
        assertThat(fixture.exchange(get("/chained/a")).status()).isEqualTo(200);
    }

    @Test
    void anAnswerThatIsCutOffIsNeverMadeToLookWhole() {
        assertThat(fixture.exchange(get("/ending/a")).text()).isEqualTo("half of it");
        assertThatThrownBy(() -> fixture.exchange(get("/cut/a"))).isInstanceOf(UncheckedIOException.class);
    }

    private interface Farewell {
        void say(SSLSocket socket) throws IOException;
    }

    /** Answers one request without a length, says so much of the end within TLS, and ends the connection beneath it. */
    private ServerSocket answeringOnce(Farewell farewell) {
        SSLSocketFactory sockets = authority.serving(authority.server("localhost")).getSocketFactory();
        ServerSocket server = anySocket();
        Thread.ofVirtual().start(() -> {
            try (Socket beneath = server.accept()) {
                SSLSocket socket = (SSLSocket) sockets.createSocket(beneath, null, false);
                socket.setUseClientMode(false);
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) socket.getInputStream().read());
                }
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhalf of it".getBytes(StandardCharsets.US_ASCII));
                farewell.say(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return server;
    }

    private static ServerSocket anySocket() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void configurationThatWouldNotHoldIsRefusedAndAnInsecureOneIsTold() {
        CommandLine.Outcome good = check(CONFIG);
        assertThat(good.status()).isZero();
        assertThat(good.out()).contains("upstreams.trusting.tls.insecureSkipVerification").containsIgnoringCase("insecure");
        assertThat(check(CONFIG.replace("https://localhost", "http://localhost")).status()).isEqualTo(2);
        assertThat(check(CONFIG.replace("targets: [ \"https://127.0.0.1:@port@\" ]", "targets: [ \"https://127.0.0.1:@port@\", \"http://127.0.0.1:1\" ]")).status()).isEqualTo(2);
        assertThat(check(CONFIG.replace("tls/gateway.key", "tls/server.key")).status()).isEqualTo(2);
        assertThat(check(CONFIG.replace("tls/upstreams.pem", "tls/nowhere.pem")).status()).isEqualTo(2);
    }

    private CommandLine.Outcome check(String config) {
        return CommandLine.sallyport(fixture.folder(), "check", fixture.write("checked.yaml", config).toString());
    }
}
