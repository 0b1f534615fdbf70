package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Contents that are large, slow or held: nothing is buffered whole, and nothing waits for ever. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamingSuite {
    private final Forwarder forwarder = new Forwarder();
    private final Fixture fixture = forwarder.fixture();
    private final RecordingUpstream upstream = fixture.upstream();

    @AfterAll
    void stop() {
        forwarder.close();
    }

    @BeforeEach
    void forget() {
        forwarder.forget();
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
            Forwarder.waitFor(seen);
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
            Forwarder.waitFor(go);
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
        double before = forwarder.reached("minBodyRate");
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /patient/drip HTTP/1.1", "Host: a", "Content-Length: 100000"));
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                client.sendRegardless(new byte[] {'x'});
                return forwarder.reached("minBodyRate") > before;
            });
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(408);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("body_timeout");
        }
    }

    @Test
    void aClientThatTakesNothingOfItsAnswerIsLetGo() {
        double before = forwarder.reached("writeTimeout");
        upstream.on("/patient/huge", RecordingUpstream.ok("x".repeat(24 << 20)));
        try (RawClient client = RawClient.plain(fixture.gateway().port("http"), 4096)) {
            client.send(get("/patient/huge"));
            await().until(() -> forwarder.reached("writeTimeout") > before);
            assertThat(fixture.exchange(get("/main/others")).status()).isEqualTo(200);
        }
    }
}
