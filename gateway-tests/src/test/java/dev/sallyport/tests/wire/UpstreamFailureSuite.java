package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An upstream that is slow, gone or out of step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpstreamFailureSuite {
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
            Forwarder.waitFor(never);
        });
        upstream.on("/hurried/silent", call -> {
            call.content();
            Forwarder.waitFor(never);
        });
        forwarder.assertFails(fixture.exchange(get("/main/silent")), 504, "upstream_timeout");
        forwarder.assertFails(fixture.exchange(get("/hurried/silent")), 504, "upstream_timeout");
        never.countDown();
    }

    @Test
    void anUpstreamThatPausesTooLongIsCutOff() {
        CountDownLatch never = new CountDownLatch(1);
        upstream.on("/main/pause", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            Forwarder.waitFor(never);
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
        forwarder.assertFails(fixture.exchange(get("/dead/a")), 502, "upstream_connect_failed");
    }

    @Test
    void anUpstreamThatClosesWithoutAnAnswerIsABadGateway() {
        upstream.on("/main/hangup", call -> {
            call.content();
            call.closeConnection();
        });
        forwarder.assertFails(fixture.exchange(post("/main/hangup", "x")), 502, "upstream_closed");
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
}
