package dev.sallyport.tests.harness;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.head;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judges are judged: a lenient upstream or client would let every other suite pass. */
final class HarnessSuite {

    @Test
    void theUpstreamRecordsExactlyWhatItWasSent() {
        try (RecordingUpstream upstream = RecordingUpstream.start(); RawClient client = RawClient.plain(upstream.port())) {
            assertThat(client.exchange(get("/a", "X: 1")).text()).isEqualTo("ok");
            assertThat(client.exchange(post("/b?q", "hello")).status()).isEqualTo(200);
            assertThat(client.exchange(lines("POST /c HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\nT: 1\r\n\r\n").status()).isEqualTo(200);
            assertThat(upstream.only("/b").text()).isEqualTo("hello");
            assertThat(upstream.only("/c").trailers()).hasSize(1);
            assertThat(upstream.transcript()).startsWith("GET /a HTTP/1.1\r\n").endsWith("T: 1\r\n\r\n");
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /a HTTP/1.1\nHost: a\n\n", "GET /a HTTP/1.1\r\nHost : a\r\n\r\n", "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a HTTP/1.1\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    })
    void theUpstreamTakesNothingThatTwoParsersCouldReadDifferently(String request) {
        try (RecordingUpstream upstream = RecordingUpstream.start(); RawClient client = RawClient.plain(upstream.port())) {
            client.send(request);
            await().until(() -> !upstream.violations().isEmpty());
            assertThat(upstream.received()).isEmpty();
        }
    }

    @Test
    void theClientReadsHeadAndInterimAnswersAsTheyAreMeant() {
        try (RecordingUpstream upstream = RecordingUpstream.start(); RawClient client = RawClient.plain(upstream.port())) {
            upstream.on("/h", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            assertThat(client.exchange(head("/h")).status()).isEqualTo(200);
            assertThat(client.exchange(get("/a")).text()).isEqualTo("ok");
        }
    }

    @Test
    void theProviderDiesAndComesBackOnItsPort() {
        try (JwksServer server = JwksServer.plain()) {
            server.serve(Tokens.rsa("a").toPublicJWK());
            int port = server.port();
            server.die();
            server.comeBack();
            assertThat(server.port()).isEqualTo(port);
            try (RawClient client = RawClient.plain(port)) {
                assertThat(client.exchange(get("/jwks.json")).text()).contains("\"kid\":\"a\"");
            }
            assertThat(server.fetches()).isEqualTo(1);
        }
    }

    @Test
    void theAuthoritysServersAreTrustedByItsClientsAlone() {
        TestPki pki = new TestPki("one");
        try (JwksServer server = JwksServer.tls(pki.serving(pki.server("localhost")))) {
            try (RawClient client = RawClient.tls(server.port(), pki.trusting(), "localhost")) {
                assertThat(client.exchange(get("/jwks.json")).status()).isEqualTo(200);
            }
            assertThatThrownBy(() -> RawClient.tls(server.port(), new TestPki("two").trusting(), "localhost")).isInstanceOf(java.io.UncheckedIOException.class);
        }
    }

    /** The same as the gateway but for one buffer, which it drops before it starts. */
    @Test
    void aGatewayThatLeaksABufferFailsItsSuite(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("gateway.yaml"), """
                listeners: { http: { bind: "127.0.0.1:0" } }
                admin: { bind: "127.0.0.1:0" }
                upstreams: { main: { targets: [ "http://127.0.0.1:9" ] } }
                routes: { main: { match: { path: /** }, auth: none, upstream: main } }
                """);
        Path leaking = Files.writeString(folder.resolve("Leaking.java"), """
                void main(String[] arguments) {
                    io.netty.buffer.PooledByteBufAllocator.DEFAULT.buffer(64).writeZero(64);
                    dev.sallyport.server.cli.Sallyport.main(arguments);
                }
                """);
        GatewayProcess gateway = GatewayProcess.start(Distribution.java(leaking, GatewayProcess.PARANOID), config, List.of("http", "admin"), Map.of());
        assertThatThrownBy(gateway::close).isInstanceOf(AssertionError.class).hasMessageContaining("a buffer leaked");
    }
}
