package dev.sallyport.tests.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.http2.FieldBlock;
import dev.sallyport.tests.harness.http2.Frame;
import dev.sallyport.tests.harness.http2.FrameClient;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that cost the sender little and us much (RFC 9113 §10.5): each flood ends its own connection, and others are served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2AbuseSuite {
    private static final int MANY = 20_000;
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 2s, idleTimeout: 2s, writeTimeout: 2s }
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ], maxConnections: 1000 }
            routes:
              open: { match: { path: /** }, auth: none, upstream: main }
            """;
    private final Fixture fixture = new Fixture();
    private final RecordingUpstream upstream = fixture.upstream();

    Http2AbuseSuite() {
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private FrameClient client() {
        return FrameClient.plain(fixture.gateway().port("http"));
    }

    /** What one client sends until it is cut off. */
    record Flood(String name, Consumer<FrameClient> act) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Flood> floods() {
        return List.of(
                new Flood("rapid reset", client -> {
                    for (int request = 0; request < 300; request++) {
                        int stream = client.get("/reset");
                        client.send(Frame.of(Frame.RST_STREAM, 0, stream, 8));
                    }
                }),
                new Flood("resets provoked by malformed requests", client -> {
                    for (int request = 0; request < 1200; request++) {
                        client.get("/bad", "X-Upper", "1");
                    }
                }),
                new Flood("resets provoked by windows that overflow", client -> {
                    boolean isOpen = true;
                    for (int request = 0; request < 1200 && isOpen; request++) {
                        int stream = client.post("/overflow");
                        client.send(Frame.of(Frame.WINDOW_UPDATE, 0, stream, Integer.MAX_VALUE));
                        isOpen = client.await(frame -> frame.is(Frame.RST_STREAM)).isPresent();
                    }
                }),
                new Flood("PING", client -> repeat(client, new Frame(Frame.PING, 0, 0, new byte[8]))),
                new Flood("acknowledgements of nothing", client -> repeat(client, new Frame(Frame.PING, Frame.ACK, 0, new byte[8]))),
                new Flood("GOAWAY", client -> repeat(client, Frame.of(Frame.GOAWAY, 0, 0, 0, 0))),
                new Flood("SETTINGS", client -> repeat(client, Frame.setting(4, 1000))),
                new Flood("PRIORITY", client -> repeat(client, new Frame(Frame.PRIORITY, 0, 1, new byte[5]))),
                new Flood("frames that nobody knows", client -> repeat(client, new Frame(0x42, 0, 0, new byte[5]))),
                new Flood("empty DATA", client -> {
                    int stream = client.post("/empty");
                    repeat(client, Frame.data(stream, "", 0));
                }),
                new Flood("CONTINUATION without end", client -> {
                    client.send(new Frame(Frame.HEADERS, 0, 1, FieldBlock.of(FrameClient.fields("GET", "/endless"))));
                    repeat(client, new Frame(Frame.CONTINUATION, 0, 1, FieldBlock.of("x", "y".repeat(100))));
                }),
                new Flood("empty CONTINUATION", client -> {
                    client.send(new Frame(Frame.HEADERS, 0, 1, FieldBlock.of(FrameClient.fields("GET", "/endless"))));
                    repeat(client, new Frame(Frame.CONTINUATION, 0, 1, new byte[0]));
                }));
    }

    /** Until nobody takes it any more. */
    private static void repeat(FrameClient client, Frame frame) {
        for (int sent = 0; sent < MANY; sent++) {
            client.send(frame);
        }
    }

    @ParameterizedTest
    @MethodSource("floods")
    void floodEndsItsConnectionAndNoOther(Flood flood) {
        try (FrameClient other = client(); FrameClient hostile = client()) {
            assertThat(other.answer(other.get("/before")).status()).isEqualTo(200);
            flood.act().accept(hostile);
            Optional<Frame> farewell = hostile.await(frame -> frame.is(Frame.GOAWAY));
            farewell.ifPresent(frame -> assertThat(frame.error()).isIn(Frame.ENHANCE_YOUR_CALM, Frame.PROTOCOL_ERROR));
            assertThat(hostile.await(_ -> false)).isEmpty();
            assertThat(fixture.gateway().everythingWritten()).doesNotContain("A defect");
            assertThat(other.answer(other.get("/after")).status()).isEqualTo(200);
        }
        await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "state=active") == 0);
    }

    /** A field of one byte on the wire, from the table, is counted for what it is in memory (CVE-2026-49975). */
    @Test
    void fieldsThatGrowFromTheTableAreCountedAtTheirFullSize() {
        try (FrameClient client = client()) {
            byte[] indexed = FieldBlock.indexing("x-bomb", "y".repeat(3000));
            byte[] head = FieldBlock.of(FrameClient.fields("GET", "/bomb"));
            byte[] bomb = new byte[head.length + indexed.length + 1000];
            System.arraycopy(head, 0, bomb, 0, head.length);
            System.arraycopy(indexed, 0, bomb, head.length, indexed.length);
            Arrays.fill(bomb, head.length + indexed.length, bomb.length, (byte) (0x80 | 62));
            client.send(new Frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, 1, bomb));
            Optional<Frame> end = client.await(frame -> frame.is(Frame.HEADERS) || frame.is(Frame.GOAWAY));
            assertThat(end.map(frame -> frame.is(Frame.GOAWAY) || FieldBlock.read(frame.payload()).getFirst().value().equals("431"))).contains(true);
        }
        assertThat(upstream.received("/bomb")).isEmpty();
    }

    /** A limit of the client's that no answer fits into made another's writer throw, and the request hang (CVE-2026-50560). */
    @Test
    void tinyLimitsOfAClientAreItsOwnLossAlone() {
        try (FrameClient client = client()) {
            client.send(Frame.setting(6, 1));
            assertThat(client.answer(client.get("/small")).status()).isEqualTo(200);
        }
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), 0)) {
            int stream = client.get("/untaken");
            assertThat(client.await(frame -> frame.stream() == stream && frame.is(Frame.RST_STREAM))).isPresent();
        }
    }

    @Test
    void clientThatReadsNothingFromItsSocketIsCutOffWithAllItsStreams() throws Exception {
        upstream.on("/huge", RecordingUpstream.ok("x".repeat(8 << 20)));
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=writeTimeout");
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), Integer.MAX_VALUE)) {
            client.send(Frame.of(Frame.WINDOW_UPDATE, 0, 0, Integer.MAX_VALUE - 65_535));
            for (int stream = 0; stream < 5; stream++) {
                client.get("/huge");
            }
            await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "state=active") > 0);
            await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "state=active") == 0);
            await().until(() -> fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=writeTimeout") > before);
        }
    }

    @Test
    void refusalThatNobodyTakesIsGivenUp() {
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), 0)) {
            int refused = client.request(Frame.END_STREAM, FrameClient.fields("TRACE", "/refused"));
            assertThat(client.await(frame -> frame.stream() == refused && frame.is(Frame.RST_STREAM))).isPresent();
            assertThat(client.await(frame -> frame.is(Frame.GOAWAY))).isPresent();
            assertThat(client.await(_ -> false)).isEmpty();
        }
    }

    /** Many small frames of held content would hold many buffers. */
    @Test
    void contentThatIsHeldTakesTheRoomOfItsBytesAlone() {
        CompletableFuture<Void> hold = new CompletableFuture<Void>().orTimeout(30, TimeUnit.SECONDS);
        upstream.on("/sink", call -> {
            hold.join();
            call.content();
            call.answerOk();
        });
        try (FrameClient client = client()) {
            int held = client.post("/sink");
            byte[] pieces = new byte[60_000 * 10];
            byte[] one = Frame.data(held, "x", 0).bytes();
            for (int piece = 0; piece < 60_000; piece++) {
                System.arraycopy(one, 0, pieces, piece * one.length, one.length);
            }
            client.sendBytes(pieces);
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
            hold.complete(null);
            client.send(Frame.data(held, "", Frame.END_STREAM));
            assertThat(client.answer(held).status()).isEqualTo(200);
        }
        assertThat(upstream.only("/sink").content()).hasSize(60_000);
    }

    @Test
    void floodsAreCountedUnderALimit() {
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=http2Frames");
        try (FrameClient client = client()) {
            for (int request = 0; request < 300; request++) {
                client.send(Frame.of(Frame.RST_STREAM, 0, client.get("/reset"), 8));
            }
            client.await(_ -> false);
        }
        assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=http2Frames")).isEqualTo(before + 1);
    }
}
