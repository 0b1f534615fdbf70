package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each transport that may be chosen carries requests and answers, small and large, in plain and over TLS. */
final class TransportSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private static final String CONTENT = "0123456789abcdef".repeat(1 << 16);

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void transportCarriesWhatIsSent(String transport) {
        try (Fixture fixture = new Fixture().start(CONFIG, "-Dsallyport.transport=" + transport)) {
            fixture.upstream().on("/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + (Integer.toHexString(CONTENT.length()) + "\r\n" + CONTENT + "\r\n").repeat(3) + "0\r\n\r\n");
            fixture.upstream().on("/long", RecordingUpstream.ok(CONTENT));
            try (RawClient plain = fixture.plain(); RawClient tls = fixture.tls()) {
                exchanges(fixture, plain);
                exchanges(fixture, tls);
            }
        }
    }

    private static void exchanges(Fixture fixture, RawClient client) {
        Reply small = client.exchange(get("/small"));
        assertThat(small.status()).isEqualTo(200);
        assertThat(client.exchange(post("/stored", CONTENT)).status()).isEqualTo(200);
        assertThat(fixture.upstream().received("/stored")).last().satisfies(stored -> assertThat(stored.text()).isEqualTo(CONTENT));
        assertThat(client.exchange(get("/long")).text()).isEqualTo(CONTENT);
        assertThat(client.exchange(get("/chunked")).text()).isEqualTo(CONTENT.repeat(3));
    }
}
