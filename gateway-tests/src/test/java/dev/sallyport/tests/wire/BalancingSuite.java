package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Several targets, and the connections to them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BalancingSuite {
    private final Forwarder forwarder = new Forwarder();
    private final Fixture fixture = forwarder.fixture();
    private final RecordingUpstream upstream = fixture.upstream();
    private final RecordingUpstream second = forwarder.second();

    @AfterAll
    void stop() {
        forwarder.close();
    }

    @BeforeEach
    void forget() {
        forwarder.forget();
    }

    @Test
    void requestsBeyondTheUpstreamsConnectionsAreRefusedOrWaitTheirTurn() {
        CountDownLatch hold = new CountDownLatch(1);
        upstream.on("/few/hold", call -> {
            call.content();
            Forwarder.waitFor(hold);
            call.write(RecordingUpstream.ok("held"));
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/few/hold"));
            upstream.awaitOne("/few/hold");
            double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total");
            forwarder.assertFails(fixture.exchange(get("/few/more")), 503, "upstream_unavailable");
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
                Forwarder.waitFor(hold);
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
