package dev.sallyport.tests.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.http2.FieldBlock;
import dev.sallyport.tests.harness.http2.Frame;
import dev.sallyport.tests.harness.http2.FrameClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no request of HTTP/2 (RFC 9113 §8.1.1) never becomes one of HTTP/1.1, and its neighbours do not suffer from it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2FramingSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 400ms, bodyTimeout: 300ms, idleTimeout: 1s, maxBody: 50KiB, maxHeaderBytes: 4KiB, maxHeaders: 20 }
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 2s }
            routes:
              open: { match: { path: /** }, auth: none, upstream: main }
            """;
    private final Fixture fixture = new Fixture();
    private final RecordingUpstream upstream = fixture.upstream();

    Http2FramingSuite() {
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    private FrameClient client() {
        return FrameClient.plain(fixture.gateway().port("http"));
    }

    /** What must be reset as malformed. */
    record Malformed(String name, String... fields) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Malformed> malformed() {
        return List.of(
                new Malformed("a name in upper case", FrameClient.fields("GET", "/bad", "X-Upper", "1")),
                new Malformed("a name with a space", FrameClient.fields("GET", "/bad", "x y", "1")),
                new Malformed("a name with a colon", FrameClient.fields("GET", "/bad", "x:y", "1")),
                new Malformed("an empty name", FrameClient.fields("GET", "/bad", "", "1")),
                new Malformed("a line end in a name", FrameClient.fields("GET", "/bad", "x\r\ny", "1")),
                new Malformed("a line end in a value", FrameClient.fields("GET", "/bad", "x", "1\r\nInjected: 1")),
                new Malformed("a bare LF in a value", FrameClient.fields("GET", "/bad", "x", "1\nInjected: 1")),
                new Malformed("a NUL in a value", FrameClient.fields("GET", "/bad", "x", "1\0")),
                new Malformed("a space before a value", FrameClient.fields("GET", "/bad", "x", " 1")),
                new Malformed("a tab behind a value", FrameClient.fields("GET", "/bad", "x", "1\t")),
                new Malformed("connection", FrameClient.fields("GET", "/bad", "connection", "close")),
                new Malformed("keep-alive", FrameClient.fields("GET", "/bad", "keep-alive", "1")),
                new Malformed("proxy-connection", FrameClient.fields("GET", "/bad", "proxy-connection", "1")),
                new Malformed("upgrade", FrameClient.fields("GET", "/bad", "upgrade", "websocket")),
                new Malformed("transfer-encoding", FrameClient.fields("GET", "/bad", "transfer-encoding", "chunked")),
                new Malformed("te that is not trailers", FrameClient.fields("GET", "/bad", "te", "trailers, deflate")),
                new Malformed("no method", ":scheme", "http", ":authority", "a.example", ":path", "/bad"),
                new Malformed("an empty method", FrameClient.fields("", "/bad")),
                new Malformed("a method that is no token", FrameClient.fields("GET /bad HTTP/1.1", "/bad")),
                new Malformed("no scheme", ":method", "GET", ":authority", "a.example", ":path", "/bad"),
                new Malformed("a scheme that is not ours", ":method", "GET", ":scheme", "ftp", ":authority", "a.example", ":path", "/bad"),
                new Malformed("no path", ":method", "GET", ":scheme", "http", ":authority", "a.example"),
                new Malformed("an empty path", FrameClient.fields("GET", "")),
                new Malformed("a path in absolute form", FrameClient.fields("GET", "http://b.example/bad")),
                new Malformed("a path without its slash", FrameClient.fields("GET", "bad")),
                new Malformed("two methods", FrameClient.fields("GET", "/bad", ":method", "POST")),
                new Malformed("two paths", FrameClient.fields("GET", "/bad", ":path", "/other")),
                new Malformed("two authorities", FrameClient.fields("GET", "/bad", ":authority", "b.example")),
                new Malformed("a status", FrameClient.fields("GET", "/bad", ":status", "200")),
                new Malformed("a pseudo-field nobody knows", FrameClient.fields("GET", "/bad", ":other", "1")),
                new Malformed("the protocol of an extended CONNECT", FrameClient.fields("CONNECT", "/bad", ":protocol", "websocket")),
                new Malformed("a pseudo-field behind a field", ":method", "GET", "x", "1", ":scheme", "http", ":authority", "a.example", ":path", "/bad"),
                new Malformed("a Host that contradicts", FrameClient.fields("GET", "/bad", "host", "b.example")),
                new Malformed("two Hosts", ":method", "GET", ":scheme", "http", ":path", "/bad", "host", "a.example", "host", "a.example"),
                new Malformed("a length without content", FrameClient.fields("GET", "/bad", "content-length", "3")),
                new Malformed("a negative length", FrameClient.fields("GET", "/bad", "content-length", "-1")));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedRequestIsResetAndNothingOfItGoesOn(Malformed request) {
        long before = malformedLines();
        try (FrameClient client = client()) {
            int bad = client.request(Frame.END_STREAM, request.fields());
            Optional<Frame> ended = client.await(frame -> frame.stream() == bad || frame.is(Frame.GOAWAY));
            assertThat(ended.map(Frame::type)).contains(Frame.RST_STREAM);
            assertThat(ended.map(Frame::error)).contains(Frame.PROTOCOL_ERROR);
            assertThat(client.answer(client.get("/good")).status()).isEqualTo(200);
        }
        assertThat(upstream.received()).extracting(Received::target).containsExactly("/good");
        assertThat(upstream.transcript()).doesNotContain("Injected", "/bad");
        await().until(() -> malformedLines() == before + 1);
    }

    private long malformedLines() {
        return fixture.gateway().accessLines().stream().filter(line -> line.path("reason").asText().equals("header_malformed")).count();
    }

    /** A request that is one, and is refused. */
    record Refused(int status, String reason, String... fields) {
        @Override
        public String toString() {
            return reason + " " + List.of(fields).subList(2, fields.length);
        }
    }

    static List<Refused> refused() {
        return List.of(
                new Refused(501, "method_unsupported", FrameClient.fields("TRACE", "/bad")),
                new Refused(400, "host_invalid", ":method", "GET", ":scheme", "http", ":path", "/bad"),
                new Refused(400, "host_invalid", ":method", "GET", ":scheme", "http", ":path", "/bad", ":authority", "user@a.example"),
                new Refused(400, "host_invalid", ":method", "GET", ":scheme", "http", ":path", "/bad", ":authority", "a..example"),
                new Refused(400, "path_ambiguous", FrameClient.fields("GET", "/a/%2e%2e/bad")),
                new Refused(400, "path_ambiguous", FrameClient.fields("GET", "/a\\bad")),
                new Refused(400, "target_malformed", FrameClient.fields("GET", "/a bad")),
                new Refused(400, "target_malformed", FrameClient.fields("GET", "/bad HTTP/1.1")),
                new Refused(417, "expectation_unsupported", FrameClient.fields("GET", "/bad", "expect", "a miracle")),
                new Refused(431, "headers_too_large", FrameClient.fields("GET", "/bad", "x", "y".repeat(4096))),
                new Refused(431, "headers_too_large", FrameClient.fields("GET", "/bad", "x", "y".repeat(8000))),
                new Refused(431, "headers_too_large", FrameClient.fields("GET", "/bad", crumbs(21))));
    }

    /** Crumbs of a cookie are fields like others to whoever must hold them. */
    private static String[] crumbs(int count) {
        String[] crumbs = new String[count * 2];
        for (int at = 0; at < crumbs.length; at += 2) {
            crumbs[at] = "cookie";
            crumbs[at + 1] = "a=" + at;
        }
        return crumbs;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusedRequestGetsItsAnswerOnItsOwnStream(Refused request) {
        try (FrameClient client = client()) {
            Reply reply = client.answer(client.request(Frame.END_STREAM, request.fields()));
            assertThat(reply.status()).isEqualTo(request.status());
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(request.reason());
            assertThat(client.answer(client.get("/good")).status()).isEqualTo(200);
        }
        assertThat(upstream.received()).extracting(Received::target).containsExactly("/good");
    }

    @Test
    void contentThatIsNotAsLongAsItSaidIsNeverTakenForWhole() {
        for (String sent : List.of("ab", "abcd")) {
            try (FrameClient client = client()) {
                int stream = client.post("/short", "content-length", "3");
                client.send(Frame.data(stream, sent, Frame.END_STREAM));
                Optional<Frame> reset = client.await(frame -> frame.is(Frame.RST_STREAM) || frame.is(Frame.GOAWAY));
                assertThat(reset.map(Frame::type)).contains(Frame.RST_STREAM);
                assertThat(reset.map(Frame::error)).contains(Frame.PROTOCOL_ERROR);
                assertThat(client.answer(client.get("/good")).status()).isEqualTo(200);
            }
        }
        assertThat(upstream.received("/short")).isEmpty();
    }

    @Test
    void trailersArriveAndMayNotHoldWhatHeadsAloneMay() {
        try (FrameClient client = client()) {
            int good = client.post("/trailed");
            client.send(Frame.data(good, "content", 0));
            client.send(new Frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, good, FieldBlock.of("x-sum", "7")));
            assertThat(client.answer(good).status()).isEqualTo(200);
            for (String[] bad : List.of(new String[] {":path", "/other"}, new String[] {"X-Upper", "1"}, new String[] {"transfer-encoding", "chunked"})) {
                int stream = client.post("/bad");
                client.send(Frame.data(stream, "content", 0));
                client.send(new Frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, stream, FieldBlock.of(bad)));
                assertThat(client.await(frame -> frame.stream() == stream && frame.is(Frame.RST_STREAM)).map(Frame::error)).contains(Frame.PROTOCOL_ERROR);
            }
        }
        assertThat(upstream.only("/trailed").text()).isEqualTo("content");
        assertThat(upstream.only("/trailed").trailers()).extracting(field -> field.name() + "=" + field.value()).containsExactly("x-sum=7");
        assertThat(upstream.received("/bad")).isEmpty();
    }

    @Test
    void crumbsOfACookieAreOneFieldToTheUpstream() {
        try (FrameClient client = client()) {
            assertThat(client.answer(client.get("/crumbs", "cookie", "a=1", "cookie", "b=2", "x-one", "1", "cookie", "c=3")).status()).isEqualTo(200);
        }
        assertThat(upstream.only("/crumbs").values("cookie")).containsExactly("a=1; b=2; c=3");
        assertThat(upstream.only("/crumbs").values("host")).containsExactly("a.example");
    }

    /** What ends the whole connection, with its error. */
    record Broken(String name, int error, Consumer<FrameClient> act) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Broken> broken() {
        byte[] block = FieldBlock.of(FrameClient.fields("GET", "/bad"));
        return List.of(
                new Broken("DATA on no stream", Frame.PROTOCOL_ERROR, client -> client.send(Frame.data(0, "x", 0))),
                new Broken("HEADERS on no stream", Frame.PROTOCOL_ERROR, client -> client.send(new Frame(Frame.HEADERS, 5, 0, block))),
                new Broken("a stream of the other side's", Frame.PROTOCOL_ERROR, client -> client.send(new Frame(Frame.HEADERS, 5, 2, block))),
                new Broken("DATA before HEADERS", Frame.PROTOCOL_ERROR, client -> client.send(Frame.data(1, "x", 0))),
                new Broken("a head broken off by another frame", Frame.PROTOCOL_ERROR, client -> {
                    client.send(new Frame(Frame.HEADERS, Frame.END_STREAM, 1, block));
                    client.send(new Frame(Frame.PING, 0, 0, new byte[8]));
                }),
                new Broken("a CONTINUATION of nothing", Frame.PROTOCOL_ERROR, client -> client.send(new Frame(Frame.CONTINUATION, 4, 1, block))),
                new Broken("a frame that is too large", Frame.FRAME_SIZE_ERROR, client -> client.send(new Frame(Frame.HEADERS, 5, 1, new byte[16_385]))),
                new Broken("SETTINGS of five bytes", Frame.FRAME_SIZE_ERROR, client -> client.send(new Frame(Frame.SETTINGS, 0, 0, new byte[5]))),
                new Broken("SETTINGS on a stream", Frame.PROTOCOL_ERROR, client -> client.send(new Frame(Frame.SETTINGS, 0, 1, new byte[0]))),
                new Broken("a window that overflows", Frame.FLOW_CONTROL_ERROR, client -> {
                    client.send(Frame.of(Frame.WINDOW_UPDATE, 0, 0, Integer.MAX_VALUE));
                    client.send(Frame.of(Frame.WINDOW_UPDATE, 0, 0, Integer.MAX_VALUE));
                }),
                new Broken("an index that HPACK does not have", Frame.COMPRESSION_ERROR, client -> client.send(
                        new Frame(Frame.HEADERS, 5, 1, new byte[] {(byte) 0xFF, 0x7F}))),
                new Broken("a PING of seven bytes", Frame.FRAME_SIZE_ERROR, client -> client.send(new Frame(Frame.PING, 0, 0, new byte[7]))));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenConnectionEndsWithItsErrorAndNothingGoesOn(Broken connection) {
        try (FrameClient client = client()) {
            connection.act().accept(client);
            Optional<Frame> farewell = client.await(frame -> frame.is(Frame.GOAWAY));
            assertThat(farewell.map(Frame::error)).contains(connection.error());
            assertThat(client.await(_ -> false)).isEmpty();
        }
        assertThat(upstream.received()).isEmpty();
        try (FrameClient other = client()) {
            assertThat(other.answer(other.get("/good")).status()).isEqualTo(200);
        }
    }

    @Test
    void largeContentIsRefusedAndTheStreamAloneEnds() {
        try (FrameClient client = client()) {
            int declared = client.post("/large", "content-length", "200000");
            assertThat(client.answer(declared).status()).isEqualTo(413);
            int stream = client.post("/large");
            for (int piece = 0; piece < 6; piece++) {
                client.send(Frame.data(stream, "x".repeat(10_000), 0));
            }
            assertThat(client.answer(stream).status()).isEqualTo(413);
            assertThat(client.answer(client.get("/good")).status()).isEqualTo(200);
        }
        assertThat(upstream.received("/large")).isEmpty();
    }

    @Test
    void contentThatStallsIsGivenUpAndTheStreamAloneEnds() {
        try (FrameClient client = client()) {
            int stream = client.post("/stalled");
            client.send(Frame.data(stream, "half", 0));
            Reply reply = client.answer(stream);
            assertThat(reply.status()).isEqualTo(408);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("body_timeout");
            assertThat(client.answer(client.get("/good")).status()).isEqualTo(200);
        }
        assertThat(upstream.received("/stalled")).isEmpty();
    }
}
