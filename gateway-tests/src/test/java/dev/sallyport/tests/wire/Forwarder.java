package dev.sallyport.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A gateway before two upstreams, with short limits and a route for each way of reaching them. */
final class Forwarder implements AutoCloseable {
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

    Fixture fixture() {
        return fixture;
    }

    RecordingUpstream second() {
        return second;
    }

    void forget() {
        fixture.upstream().forget();
        second.forget();
    }

    void assertFails(Reply reply, int status, String reason) {
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(reply.field("Proxy-Status")).isPresent();
    }

    /** How often a named limit was reached. */
    double reached(String limit) {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=" + limit);
    }

    static void waitFor(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            fixture.close();
        } finally {
            second.close();
        }
    }
}
