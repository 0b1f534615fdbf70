package dev.sallyport.tests.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.http2.FieldBlock;
import dev.sallyport.tests.harness.http2.Frame;
import dev.sallyport.tests.harness.http2.FrameClient;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** HTTP/2 to clients, HTTP/1.1 behind: by ALPN and by prior knowledge, many requests at once, none in the way of another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2Suite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 400ms, idleTimeout: 500ms, writeTimeout: 800ms, bodyTimeout: 5s }
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: keys.yaml } } }
              mesh: { mtls: { allow: [ { subject: CN=orders } ] } }
            upstreams:
              main: { targets: [ "@upstream@" ], maxConnections: 300 }
            routes:
              open: { match: { path: /** }, auth: none, upstream: main }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: main }
            """;
    private static final String KEY = "sp_0123456789abcdefghijklmnopqrstuv";
    private static final String BIG = "0123456789abcdef".repeat(1 << 16);
    private static final int STREAMS = 100;
    private static final int SMALL_WINDOW = 1000;

    private final Fixture fixture = new Fixture();
    private final RecordingUpstream upstream = fixture.upstream();

    Http2Suite() {
        fixture.write("keys.yaml", "keys:\n" + ApiKeys.entry("one", KEY, "acme", ""));
        fixture.write("big", BIG);
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
        upstream.on("/echo", call -> call.write(RecordingUpstream.ok(call.content().text())));
    }

    private FrameClient client() {
        return FrameClient.plain(fixture.gateway().port("http"));
    }

    private String url(String listener, String path) {
        return (listener.equals("https") ? "https" : "http") + "://localhost:" + fixture.gateway().port(listener) + path;
    }

    private HttpClient java() {
        return HttpClient.newBuilder().sslContext(fixture.pki().trusting()).version(HttpClient.Version.HTTP_2).build();
    }

    private void awaitNothingUnderWay() {
        await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "state=active") == 0);
    }

    @Test
    void curlSpeaksItOverTlsAndWithPriorKnowledgeAndHttp1WhereItWantsTo() {
        List<String> ways = List.of(
                "2 " + url("https", "/echo"), "2 --http2-prior-knowledge " + url("http", "/echo"),
                "1.1 --http1.1 " + url("https", "/echo"), "1.1 " + url("http", "/echo"), "1.1 --no-alpn " + url("https", "/echo"));
        for (String way : ways) {
            List<String> words = new ArrayList<>(List.of(way.split(" ", -1)));
            String version = words.removeFirst();
            List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--cacert", "tls/clients-ca.pem",
                    "--data-binary", "@big", "--output", "received", "--write-out", "%{http_code} %{http_version}"));
            command.addAll(words);
            CommandLine.Outcome outcome = CommandLine.run(fixture.folder(), command);
            assertThat(outcome.out()).as(outcome.err()).isEqualTo("200 " + version);
            assertThat(upstream.received("/echo").getLast().text()).isEqualTo(BIG);
        }
    }

    @Test
    void identityAndHeadersAreThoseOfHttp1() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("https", "/keys/a?b=%7e")))
                .header("X-API-Key", KEY).header("X-Auth-Subject", "forged").header("X-Forwarded-For", "6.6.6.6").build();
        HttpResponse<String> response = java().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        Received received = upstream.received().getFirst();
        assertThat(received.target()).isEqualTo("/keys/a?b=%7e");
        assertThat(received.values("X-Auth-Subject")).containsExactly("acme");
        assertThat(received.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(received.field("X-API-Key")).isEmpty();
        assertThat(received.field("Transfer-Encoding")).isEmpty();
        assertThat(received.values("Host")).containsExactly("localhost:" + fixture.gateway().port("https"));
        assertThat(java().send(HttpRequest.newBuilder(URI.create(url("https", "/keys/a"))).build(), HttpResponse.BodyHandlers.ofString()).headers()
                .firstValue("www-authenticate")).hasValueSatisfying(challenge -> assertThat(challenge).startsWith("ApiKey"));
    }

    @Test
    void refusalIsToldAndLoggedAsOnHttp1() {
        try (FrameClient client = client()) {
            Reply reply = client.answer(client.get("/keys/a", "x-api-key", "wrong-key-0123456789"));
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.field("content-type")).contains("application/problem+json");
            assertThat(fixture.gateway().accessLine(reply.requestId()).path("reason").asText()).isEqualTo("api_key_unknown");
            assertThat(fixture.gateway().accessLine(reply.requestId()).path("host").asText()).isEqualTo("a.example");
        }
        assertThat(upstream.received()).isEmpty();
    }

    @Test
    void contentOfAnySizeGoesBothWaysOnManyStreamsAtOnce() {
        HttpClient client = java();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int stream = 0; stream < 12; stream++) {
            answers.add(client.sendAsync(HttpRequest.newBuilder(URI.create(url("https", "/echo")))
                    .POST(HttpRequest.BodyPublishers.ofString(stream + BIG)).build(), HttpResponse.BodyHandlers.ofString()));
        }
        for (int stream = 0; stream < answers.size(); stream++) {
            HttpResponse<String> answer = answers.get(stream).orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo(stream + BIG);
        }
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void trailersOfAnAnswerArrive() {
        upstream.on("/trailed", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 7\r\n\r\n");
        try (FrameClient client = client()) {
            Reply reply = client.answer(client.get("/trailed"));
            assertThat(reply.text()).isEqualTo("body");
            assertThat(reply.trailers()).extracting(field -> field.name() + "=" + field.value()).containsExactly("x-sum=7");
            assertThat(reply.field("transfer-encoding")).isEmpty();
        }
    }

    @Test
    void answerToHeadHasItsLengthAndNoContent() {
        upstream.on("/head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
        try (FrameClient client = client()) {
            Reply reply = client.answer(client.request(Frame.END_STREAM, FrameClient.fields("HEAD", "/head")));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.field("content-length")).contains("5");
            assertThat(reply.field("connection")).isEmpty();
            assertThat(reply.content()).isEmpty();
        }
    }

    @Test
    void interimAnswersComeBeforeTheAnswer() {
        upstream.on("/hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + RecordingUpstream.ok("done"));
        try (FrameClient client = client()) {
            int hinted = client.get("/hints");
            Optional<Frame> first = client.await(frame -> frame.stream() == hinted);
            assertThat(first.map(frame -> FieldBlock.read(frame.payload()).getFirst().value())).contains("103");
            assertThat(client.answer(hinted).text()).isEqualTo("done");
            int expecting = client.post("/echo", "expect", "100-continue", "content-length", "2");
            Optional<Frame> go = client.await(frame -> frame.stream() == expecting);
            assertThat(go.map(frame -> FieldBlock.read(frame.payload()).getFirst().value())).contains("100");
            client.send(Frame.data(expecting, "ok", Frame.END_STREAM));
            assertThat(client.answer(expecting).text()).isEqualTo("ok");
        }
    }

    @Test
    void asManyStreamsAsWereAnnouncedAreServedAtOnceAndOneMoreIsRefusedUnprocessed() {
        CompletableFuture<Void> hold = new CompletableFuture<Void>().orTimeout(20, TimeUnit.SECONDS);
        upstream.on("/held", call -> {
            call.content();
            hold.join();
            call.answerOk();
        });
        try (FrameClient client = client()) {
            List<Integer> streams = new ArrayList<>();
            for (int stream = 0; stream < STREAMS; stream++) {
                streams.add(client.get("/held"));
            }
            await().until(() -> upstream.received("/held").size() == STREAMS);
            int refused = client.get("/more");
            assertThat(client.await(frame -> frame.stream() == refused).map(Frame::error)).contains(Frame.REFUSED_STREAM);
            hold.complete(null);
            for (int left = STREAMS; left > 0; left--) {
                assertThat(client.await(frame -> frame.has(Frame.END_STREAM) && streams.contains(frame.stream()))).isPresent();
            }
        }
        assertThat(upstream.received("/more")).isEmpty();
    }

    @Test
    void clientThatReadsOneStreamSlowlyIsServedOnAnother() {
        upstream.on("/big", RecordingUpstream.ok(BIG));
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), SMALL_WINDOW)) {
            int slow = client.get("/big");
            client.await(frame -> frame.stream() == slow && frame.is(Frame.DATA));
            for (int request = 0; request < 5; request++) {
                assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void answerThatNobodyTakesIsGivenUpAndTheOthersGoOn() {
        upstream.on("/big", RecordingUpstream.ok(BIG));
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=writeTimeout");
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), SMALL_WINDOW)) {
            int untaken = client.get("/big");
            assertThat(client.await(frame -> frame.stream() == untaken && frame.is(Frame.RST_STREAM))).isPresent();
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
        }
        assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=writeTimeout")).isEqualTo(before + 1);
        awaitNothingUnderWay();
    }

    @Test
    void upstreamThatTakesNothingHoldsUpItsOwnStreamAlone() {
        CompletableFuture<Void> hold = new CompletableFuture<Void>().orTimeout(20, TimeUnit.SECONDS);
        upstream.on("/sink", call -> {
            hold.join();
            call.content();
            call.answerOk();
        });
        try (FrameClient client = client()) {
            int held = client.post("/sink");
            for (int piece = 0; piece < 60; piece++) {
                client.send(Frame.data(held, "x".repeat(1000), 0));
            }
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
            int other = client.post("/echo");
            client.send(Frame.data(other, "y".repeat(60_000).substring(0, 16_000), 0)).send(Frame.data(other, "", Frame.END_STREAM));
            assertThat(client.answer(other).text()).hasSize(16_000);
            hold.complete(null);
            client.send(Frame.data(held, "", Frame.END_STREAM));
            assertThat(client.answer(held).status()).isEqualTo(200);
        }
        assertThat(upstream.only("/sink").content()).hasSize(60_000);
    }

    @Test
    void clientThatTakesItsRequestBackEndsItUpstream() {
        CompletableFuture<Void> hold = new CompletableFuture<Void>().orTimeout(20, TimeUnit.SECONDS);
        upstream.on("/held", call -> {
            call.content();
            hold.join();
        });
        try (FrameClient client = client()) {
            int stream = client.get("/held");
            upstream.awaitOne("/held");
            client.send(Frame.of(Frame.RST_STREAM, 0, stream, 8));
            awaitNothingUnderWay();
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
        } finally {
            hold.complete(null);
        }
    }

    @Test
    void upstreamThatBreaksOffResetsTheStreamAlone() {
        upstream.on("/broken", call -> {
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            call.closeConnection();
        });
        try (FrameClient client = client()) {
            int broken = client.get("/broken");
            assertThat(client.await(frame -> frame.stream() == broken && frame.is(Frame.RST_STREAM))).isPresent();
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
        }
    }

    @Test
    void headGoesUpBeforeItsContent() {
        upstream.on("/early", call -> {
            call.record();
            call.write(RecordingUpstream.ok(call.content().text()));
        });
        try (FrameClient client = client()) {
            int stream = client.post("/early");
            upstream.awaitOne("/early");
            client.send(Frame.data(stream, "late", Frame.END_STREAM));
            assertThat(client.answer(stream).status()).isEqualTo(200);
        }
    }

    @Test
    void clientThatMeasuresTheWayWithEachAnswerIsNoFlood() {
        try (FrameClient client = client()) {
            for (int request = 0; request < 1500; request++) {
                assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
                client.send(new Frame(Frame.PING, 0, 0, new byte[8]));
            }
        }
    }

    @Test
    void clientThatLeavesIsNotBlamedAndNoDefectIsLogged() {
        upstream.on("/big", RecordingUpstream.ok(BIG));
        try (FrameClient client = FrameClient.plain(fixture.gateway().port("http"), SMALL_WINDOW)) {
            int stream = client.get("/big");
            client.await(frame -> frame.stream() == stream && frame.is(Frame.DATA));
            client.send(Frame.of(Frame.RST_STREAM, 0, stream, 8));
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
            int other = client.get("/big");
            client.await(frame -> frame.stream() == other && frame.is(Frame.DATA));
        }
        awaitNothingUnderWay();
        await().untilAsserted(() -> assertThat(fixture.gateway().accessLines().stream().filter(line -> line.path("path").asText().equals("/big")))
                .isNotEmpty().allSatisfy(line -> assertThat(line.path("reason").asText()).doesNotContain("malformed")));
        assertThat(fixture.gateway().everythingWritten()).doesNotContain("A defect");
    }

    @Test
    void clientsThatComeAndGoWithoutAWordAreLetGo() throws Exception {
        int port = fixture.gateway().port("http");
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=headerTimeout");
        try (FrameClient probe = FrameClient.silent(port)) {
            probe.endOutput();
            assertThat(probe.next()).isEmpty();
        }
        try (FrameClient half = FrameClient.silent(port)) {
            half.sendBytes("PRI * HT".getBytes(StandardCharsets.US_ASCII));
            half.endOutput();
            assertThat(half.next()).isEmpty();
        }
        assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=headerTimeout")).isEqualTo(before);
        try (FrameClient parts = FrameClient.silent(port)) {
            for (byte letter : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                parts.sendBytes(new byte[] {letter});
                Thread.sleep(2);
            }
            parts.send(Frame.setting(1, 0));
            assertThat(parts.answer(parts.get("/quick")).status()).isEqualTo(200);
        }
    }

    @Test
    void idleConnectionIsToldGoodByeAndOneThatNeverAsksIsNotKept() {
        try (FrameClient client = client()) {
            assertThat(client.answer(client.get("/quick")).status()).isEqualTo(200);
            assertThat(client.await(frame -> frame.is(Frame.GOAWAY)).map(Frame::error)).contains(0);
            assertThat(client.await(_ -> false)).isEmpty();
        }
        try (FrameClient mute = client()) {
            assertThat(mute.await(frame -> frame.is(Frame.GOAWAY))).isPresent();
        }
        try (FrameClient half = FrameClient.silent(fixture.gateway().port("http"))) {
            half.sendBytes("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(half.rest()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void gatewayThatStopsWarnsFirstAndAnswersWhatWasAskedMeanwhile() {
        try (Fixture own = new Fixture()) {
            CompletableFuture<Void> hold = new CompletableFuture<Void>().orTimeout(20, TimeUnit.SECONDS);
            own.upstream().on("/held", call -> {
                call.content();
                hold.join();
                call.answerOk();
            });
            own.write("keys.yaml", "keys:\n" + ApiKeys.entry("one", KEY, "acme", ""));
            own.start(CONFIG);
            try (FrameClient client = FrameClient.plain(own.gateway().port("http"))) {
                int held = client.get("/held");
                own.upstream().awaitOne("/held");
                own.gateway().terminate();
                assertThat(client.await(frame -> frame.is(Frame.GOAWAY)).map(Frame::lastStream)).contains(Integer.MAX_VALUE);
                int late = client.get("/late");
                assertThat(client.answer(late).status()).isEqualTo(200);
                assertThat(client.await(frame -> frame.is(Frame.GOAWAY)).map(Frame::lastStream)).contains(late);
                hold.complete(null);
                assertThat(client.answer(held).status()).isEqualTo(200);
                assertThat(client.await(_ -> false)).isEmpty();
            }
            assertThat(own.gateway().awaitExit()).isIn(0, 143);
        }
    }

    @Test
    void certificateOfTheConnectionCountsForEachOfItsRequests() {
        TestPki.Leaf orders = fixture.pki().client("CN=orders");
        fixture.write("orders.pem", orders.certificatePem());
        fixture.write("orders.key", orders.keyPem());
        CommandLine.Outcome outcome = CommandLine.run(fixture.folder(), List.of("curl", "--silent", "--show-error", "--cacert", "tls/clients-ca.pem", "--cert", "orders.pem",
                "--key", "orders.key", "--output", "received", "--write-out", "%{http_code} %{http_version} ", url("https", "/mesh/a"), "--output", "received", url("https", "/mesh/b")));
        assertThat(outcome.out()).as(outcome.err()).isEqualTo("200 2 200 2 ");
        assertThat(upstream.received()).extracting(received -> received.field("X-Auth-Subject")).containsOnly(Optional.of("CN=orders"));
    }
}
