package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.head;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Field;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForwardingSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 500ms, bodyTimeout: 500ms, idleTimeout: 500ms, writeTimeout: 1s, requestTimeout: 3s, maxBody: 32MiB }
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 400ms, idleTimeout: 600ms }
              patient: { targets: [ "@upstream@" ], responseTimeout: 3s, idleTimeout: 5s }
              few: { targets: [ "@upstream@" ], maxConnections: 1, responseTimeout: 3s }
              dead: { targets: [ "http://127.0.0.1:1" ] }
              pair: { targets: [ "@upstream@", "@second@" ], balance: roundRobin }
              least: { targets: [ "@upstream@", "@second@" ], balance: leastRequests, responseTimeout: 3s }
              limping: { targets: [ "http://127.0.0.1:1", "@second@" ] }
            routes:
              main: { match: { path: /main/** }, auth: none, upstream: main }
              patient: { match: { path: /patient/** }, auth: none, upstream: patient }
              few: { match: { path: /few/** }, auth: none, upstream: few }
              dead: { match: { path: /dead/** }, auth: none, upstream: dead }
              pair: { match: { path: /pair/** }, auth: none, upstream: pair }
              least: { match: { path: /least/** }, auth: none, upstream: least }
              limping: { match: { path: /limping/** }, auth: none, upstream: limping }
              hurried: { match: { path: /hurried/** }, auth: none, upstream: patient, timeout: 200ms }
            """;
    private final RecordingUpstream second = RecordingUpstream.start();
    private final Fixture fixture = new Fixture().word("second", second.url()).start(CONFIG);
    private final RecordingUpstream upstream = fixture.upstream();

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            second.close();
        }
    }

    @BeforeEach
    void forget() {
        upstream.forget();
        second.forget();
    }

    private void assertFails(Reply reply, int status, String reason) {
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(reply.field("Proxy-Status")).isPresent();
    }

    @Test
    void oneConnectionServesManyRequestsAndPoolsTheUpstream() {
        int before = upstream.connections();
        try (RawClient client = fixture.plain()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.exchange(get("/main/" + i)).text()).isEqualTo("ok");
            }
        }
        assertThat(upstream.connections() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        for (String name : List.of("/main/p1", "/main/p2", "/main/p3")) {
            upstream.on(name, RecordingUpstream.ok(name));
        }
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/p1") + post("/main/p2", "body") + get("/main/p3"));
            assertThat(client.read().text()).isEqualTo("/main/p1");
            assertThat(client.read().text()).isEqualTo("/main/p2");
            assertThat(client.read().text()).isEqualTo("/main/p3");
        }
        assertThat(upstream.only("/main/p2").text()).isEqualTo("body");
    }

    @Test
    void aRequestMayComeByteByByte() {
        try (RawClient client = fixture.plain()) {
            client.sendBytewise(lines("POST /main/slow HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(upstream.only("/main/slow").text()).isEqualTo("abc");
    }

    @Test
    void http10IsAnsweredAndClosed() {
        try (RawClient client = fixture.plain()) {
            Reply reply = client.send("GET /main/old HTTP/1.0\r\nHost: a\r\n\r\n").read();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void largeBodiesStreamBothWaysUnchanged() {
        byte[] body = new byte[8 << 20];
        new java.util.Random(7).nextBytes(body);
        upstream.on("/patient/echo", call -> {
            byte[] content = call.content().content();
            call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int at = 0; at < content.length; at += 100_000) {
                int length = Math.min(100_000, content.length - at);
                call.write(Integer.toHexString(length) + "\r\n");
                call.write(java.util.Arrays.copyOfRange(content, at, at + length));
                call.write("\r\n");
            }
            call.write("0\r\nX-Sum: 1\r\n\r\n");
        });
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /patient/echo HTTP/1.1", "Host: a", "Content-Length: " + body.length)).send(body);
            Reply reply = client.read();
            assertThat(reply.content()).isEqualTo(body);
        }
    }

    @Test
    void aResponseIsRelayedBeforeItEnds() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        upstream.on("/patient/live", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            waitFor(seen);
            call.write("later");
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/patient/live"));
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(new String(client.readBytes(5), StandardCharsets.US_ASCII)).isEqualTo("first");
            seen.countDown();
            assertThat(new String(client.readBytes(5), StandardCharsets.US_ASCII)).isEqualTo("later");
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSlowReaderHoldsTheUpstreamBackInsteadOfFillingMemory() {
        AtomicLong written = new AtomicLong();
        byte[] block = new byte[64 << 10];
        int blocks = 2000;
        upstream.on("/patient/big", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: " + (long) blocks * block.length + "\r\n\r\n");
            for (int i = 0; i < blocks; i++) {
                call.write(block);
                written.addAndGet(block.length);
            }
        });
        try (RawClient client = RawClient.plain(fixture.gateway().port("http"), 8192)) {
            client.send(get("/patient/big")).readHead();
            client.readBytes(1000);
            long[] last = {-1};
            await().pollInterval(java.time.Duration.ofMillis(150)).until(() -> {
                boolean still = written.get() == last[0];
                last[0] = written.get();
                return still;
            });
            assertThat(written.get()).isLessThan((long) blocks * block.length / 2);
        }
    }

    @Test
    void aSlowUpstreamHoldsTheClientBack() {
        CountDownLatch go = new CountDownLatch(1);
        upstream.on("/patient/sink", call -> {
            waitFor(go);
            call.content();
            call.write(RecordingUpstream.ok("done"));
        });
        AtomicLong sent = new AtomicLong();
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /patient/sink HTTP/1.1", "Host: a", "Content-Length: " + (24 << 20)));
            Thread sender = Thread.ofVirtual().start(() -> {
                byte[] block = new byte[64 << 10];
                for (int i = 0; i < 384; i++) {
                    client.sendRegardless(block);
                    sent.addAndGet(block.length);
                }
            });
            long[] last = {-1};
            await().pollInterval(java.time.Duration.ofMillis(100)).until(() -> {
                boolean still = sent.get() == last[0] && sent.get() > 0;
                last[0] = sent.get();
                return still;
            });
            assertThat(sent.get()).isLessThan(20 << 20);
            go.countDown();
            assertThat(client.read().text()).isEqualTo("done");
            assertThat(sender.isAlive()).isIn(true, false);
        }
    }

    @Test
    void continueIsSentOnlyWhenTheUpstreamIsToHaveTheBody() {
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /main/expect HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4"));
            assertThat(client.readOne("POST").status()).isEqualTo(100);
            assertThat(client.send("body").read().status()).isEqualTo(200);
        }
        try (RawClient client = fixture.plain()) {
            Reply reply = client.send(lines("POST /nowhere HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4")).readOne("POST");
            assertThat(reply.status()).isEqualTo(404);
        }
    }

    @Test
    void interimResponsesOfTheUpstreamDoNotDisturb() {
        upstream.on("/main/hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + RecordingUpstream.ok("final"));
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/main/hints")).text()).isEqualTo("final");
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void responsesWithoutContentEndWithTheirHead(int status) {
        upstream.on("/main/empty", "HTTP/1.1 " + status + " Fine\r\nETag: \"x\"\r\n\r\n");
        try (RawClient client = fixture.plain()) {
            Reply reply = client.exchange(get("/main/empty"));
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.field("Transfer-Encoding")).isEmpty();
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @Test
    void headHasTheLengthAndNoContent() {
        upstream.on("/main/head", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(head("/main/head")).field("Content-Length")).contains("1000");
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @Test
    void responseHeadersAreKeptAsSentHopByHopOnesAside() {
        upstream.on("/main/fields", RecordingUpstream.ok("x", "Set-Cookie: a=1; Path=/", "set-cookie: b=2", "X-Odd:  two  words ", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5",
                "WWW-Authenticate: Basic realm=\"u\"", "Server: old"));
        Reply reply = fixture.exchange(get("/main/fields"));
        assertThat(reply.values("Set-Cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(reply.field("X-Odd")).contains("two  words");
        assertThat(reply.field("X-Hop")).isEmpty();
        assertThat(reply.field("Keep-Alive")).isEmpty();
        assertThat(reply.challenges()).containsExactly("Basic realm=\"u\"");
    }

    @Test
    void aResponseThatEndsWithTheConnectionIsRelayedWhole() {
        upstream.on("/main/until-close", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\n\r\nall there is");
            call.closeConnection();
        });
        assertThat(fixture.exchange(get("/main/until-close")).text()).isEqualTo("all there is");
    }

    @Test
    void aTruncatedResponseIsNeverMadeToLookWhole() {
        upstream.on("/main/cut", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            call.closeConnection();
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/cut"));
            assertThat(client.readHead().status()).isEqualTo(200);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> {
                while (true) {
                    client.readBytes(1);
                }
            }).isInstanceOf(java.io.UncheckedIOException.class);
        }
        assertThat(upstream.received("/main/cut")).describedAs("not repeated").hasSize(1);
    }

    @Test
    void anUpstreamThatDoesNotAnswerInTimeIsAGatewayTimeout() {
        CountDownLatch never = new CountDownLatch(1);
        upstream.on("/main/silent", call -> {
            call.content();
            waitFor(never);
        });
        upstream.on("/hurried/silent", call -> {
            call.content();
            waitFor(never);
        });
        assertFails(fixture.exchange(get("/main/silent")), 504, "upstream_timeout");
        assertFails(fixture.exchange(get("/hurried/silent")), 504, "upstream_timeout");
        never.countDown();
    }

    @Test
    void anUpstreamThatPausesTooLongIsCutOff() {
        CountDownLatch never = new CountDownLatch(1);
        upstream.on("/main/pause", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            waitFor(never);
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/pause")).readHead();
            client.readBytes(5);
            assertThat(client.closedByPeer()).isTrue();
        }
        never.countDown();
    }

    @Test
    void anUpstreamThatIsNotThereIsABadGateway() {
        assertFails(fixture.exchange(get("/dead/a")), 502, "upstream_connect_failed");
    }

    @Test
    void anUpstreamThatClosesWithoutAnAnswerIsABadGateway() {
        upstream.on("/main/hangup", call -> {
            call.content();
            call.closeConnection();
        });
        assertFails(fixture.exchange(post("/main/hangup", "x")), 502, "upstream_closed");
        assertThat(upstream.received("/main/hangup")).hasSize(1);
    }

    @Test
    void aStalePooledConnectionIsRetriedOnlyWhereTheRequestMayBeRepeated() {
        for (int i = 0; i < 10; i++) {
            assertThat(fixture.exchange(get("/main/warm")).status()).isEqualTo(200);
            upstream.closeConnections();
            assertThat(fixture.exchange(get("/main/again")).status()).isEqualTo(200);
        }
        AtomicInteger asked = new AtomicInteger();
        upstream.on("/main/pay", call -> {
            asked.incrementAndGet();
            call.content();
            call.reset();
        });
        assertThat(fixture.exchange(get("/main/warm")).status()).isEqualTo(200);
        assertThat(fixture.exchange(post("/main/pay", "1")).status()).isEqualTo(502);
        assertThat(asked).hasValue(1);
    }

    @Test
    void anEarlyAnswerReachesTheClientAndNeitherConnectionIsReused() {
        upstream.on("/main/early", call -> {
            call.record();
            call.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
        });
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /main/early HTTP/1.1", "Host: a", "Content-Length: 100000") + "begin");
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text()).isEqualTo("no!");
            client.sendRegardless(get("/main/smuggled").getBytes(StandardCharsets.US_ASCII));
            assertThat(client.closedByPeer()).isTrue();
        }
        assertThat(upstream.received("/main/smuggled")).isEmpty();
        assertThat(fixture.exchange(get("/main/next")).status()).isEqualTo(200);
    }

    @RepeatedTest(20)
    void anEarlyAnswerReachesTheClientThoughTheUpstreamResetsRightBehindIt() {
        upstream.on("/main/refused", call -> {
            call.record();
            call.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
            call.reset();
        });
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /main/refused HTTP/1.1", "Host: a", "Content-Length: " + (1 << 20)));
            client.sendRegardless(new byte[512 << 10]);
            Reply reply = client.read();
            assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(413);
            assertThat(reply.text()).isEqualTo("no!");
        }
        assertThat(upstream.received("/main/refused")).hasSize(1);
    }

    @RepeatedTest(20)
    void whatAnUpstreamSendsUnaskedIsNeverTheNextAnswer() throws InterruptedException {
        CountDownLatch poisoned = new CountDownLatch(1);
        upstream.on("/main/asked", call -> {
            call.content();
            call.write(RecordingUpstream.ok("asked"));
            call.write(RecordingUpstream.ok("unasked"));
            poisoned.countDown();
        });
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/main/asked")).text()).isEqualTo("asked");
            assertThat(poisoned.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @Test
    void trailersOfAnAnswerAreRelayedHopByHopFramingAndReservedOnesAside() {
        upstream.on("/main/trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
                + lines("X-Sum: 1", "Connection: close", "Keep-Alive: timeout=5", "Transfer-Encoding: chunked", "Content-Length: 99", "Host: b",
                        "Trailer: X-Sum", "Set-Cookie: a=1", "Location: /x", "WWW-Authenticate: Basic", "X-Auth-Subject: root",
                        "X_Auth.Subject: root", "X-Forwarded-For: 1.2.3.4", "Content-Type: text/html", "Cache-Control: public", "x-other: 2"));
        Reply reply = fixture.exchange(get("/main/trailers"));
        assertThat(reply.text()).isEqualTo("ok");
        assertThat(reply.trailers()).containsExactly(new Field("X-Sum", "1"), new Field("x-other", "2"));
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswer() {
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/half")).halfClose();
            assertThat(client.read().text()).isEqualTo("ok");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    /** An event loop that does not see the reset goes round for ever (CVE-2026-41417). */
    @Test
    void halfClosedClientsThatResetHarmNobodyOnTheirLoops() {
        int loops = Runtime.getRuntime().availableProcessors();
        upstream.on("/patient/reset", call -> {
            call.content();
            call.readBytes(1);
        });
        for (int each = 0; each < 8 * loops; each++) {
            RawClient client = fixture.plain().send(get("/patient/reset")).halfClose();
            await().until(() -> !upstream.received("/patient/reset").isEmpty());
            client.reset();
        }
        for (int each = 0; each < 2 * loops; each++) {
            assertThat(fixture.exchange(get("/main/after-reset")).text()).isEqualTo("ok");
        }
        await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "upstream=patient", "state=active") == 0);
        await().until(() -> fixture.gateway().metrics().sum("sallyport_connections", "listener=http") == 0);
    }

    @Test
    void aClientThatLeavesTakesItsUpstreamRequestWithIt() {
        upstream.on("/patient/left", call -> {
            call.record();
            call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                call.write("1\r\nx\r\n");
            }
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/patient/left")).readHead();
            client.reset();
        }
        await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "upstream=patient", "state=active") == 0);
    }

    @Test
    void aBodyThatTheClientBreaksOffNeverLooksWholeUpstream() {
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /main/broken HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "5\r\nhello\r\n");
            await().until(() -> upstream.transcript().contains("hello"));
            client.reset();
        }
        fixture.exchange(get("/main/fence"));
        assertThat(upstream.received("/main/broken")).isEmpty();
    }

    @Test
    void waitsOfTheClientSideAreBounded() {
        try (RawClient idle = fixture.plain(); RawClient trickle = fixture.plain(); RawClient stuck = fixture.plain(); RawClient rested = fixture.plain()) {
            trickle.send("GET /main/t HTTP/1.1\r\nHo");
            stuck.send(lines("POST /main/stuck HTTP/1.1", "Host: a", "Content-Length: 10") + "12345");
            rested.exchange(get("/main/r"));
            assertThat(idle.closedByPeer()).isTrue();
            Reply late = trickle.read();
            assertThat(late.status()).isEqualTo(408);
            assertThat(fixture.gateway().reasonOf(late)).isEqualTo("header_timeout");
            Reply paused = stuck.read();
            assertThat(paused.status()).isEqualTo(408);
            assertThat(fixture.gateway().reasonOf(paused)).isEqualTo("body_timeout");
            assertThat(rested.closedByPeer()).isTrue();
        }
        assertThat(upstream.received("/main/stuck")).isEmpty();
    }

    @Test
    void contentThatDripsSlowerThanTheRateIsCutOff() {
        double before = reached("minBodyRate");
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /patient/drip HTTP/1.1", "Host: a", "Content-Length: 100000"));
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                client.sendRegardless(new byte[] {'x'});
                return reached("minBodyRate") > before;
            });
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(408);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("body_timeout");
        }
    }

    @Test
    void aClientThatTakesNothingOfItsAnswerIsLetGo() {
        double before = reached("writeTimeout");
        upstream.on("/patient/huge", RecordingUpstream.ok("x".repeat(24 << 20)));
        try (RawClient client = RawClient.plain(fixture.gateway().port("http"), 4096)) {
            client.send(get("/patient/huge"));
            await().until(() -> reached("writeTimeout") > before);
            assertThat(fixture.exchange(get("/main/others")).status()).isEqualTo(200);
        }
    }

    private double reached(String limit) {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=" + limit);
    }

    @Test
    void requestsBeyondTheUpstreamsConnectionsAreRefusedOrWaitTheirTurn() {
        CountDownLatch hold = new CountDownLatch(1);
        upstream.on("/few/hold", call -> {
            call.content();
            waitFor(hold);
            call.write(RecordingUpstream.ok("held"));
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/few/hold"));
            upstream.awaitOne("/few/hold");
            double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total");
            assertFails(fixture.exchange(get("/few/more")), 503, "upstream_unavailable");
            assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=upstreamConnections")).isEqualTo(1);
            assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total")).describedAs("counted once").isEqualTo(before + 1);
            hold.countDown();
            assertThat(client.read().text()).isEqualTo("held");
        }
    }

    @Test
    void severalTargetsTakeTurns() {
        for (int i = 0; i < 10; i++) {
            assertThat(fixture.exchange(get("/pair/" + i)).status()).isEqualTo(200);
        }
        assertThat(upstream.received()).hasSizeBetween(4, 6);
        assertThat(second.received()).hasSizeBetween(4, 6);
    }

    @Test
    void theTargetWithFewerOpenRequestsTakesTheNext() {
        CountDownLatch hold = new CountDownLatch(1);
        for (RecordingUpstream one : List.of(upstream, second)) {
            one.on("/least/hold", call -> {
                call.content();
                waitFor(hold);
                call.write(RecordingUpstream.ok("held"));
            });
        }
        List<RawClient> held = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int before = upstream.received("/least/hold").size() + second.received("/least/hold").size();
            held.add(fixture.plain().send(get("/least/hold")));
            await().until(() -> upstream.received("/least/hold").size() + second.received("/least/hold").size() > before);
        }
        assertThat(upstream.received("/least/hold")).hasSize(1);
        assertThat(second.received("/least/hold")).hasSize(1);
        hold.countDown();
        held.forEach(client -> assertThat(client.read().text()).isEqualTo("held"));
        held.forEach(RawClient::close);
    }

    @Test
    void aTargetThatKeepsFailingIsEjected() {
        await().atMost(java.time.Duration.ofSeconds(8)).until(() -> {
            for (int i = 0; i < 8; i++) {
                if (fixture.exchange(get("/limping/" + i)).status() != 200) {
                    return false;
                }
            }
            return true;
        });
    }
}
