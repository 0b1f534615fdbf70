package dev.sallyport.tests.operation;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One fixed address whose listener becomes another while others serve on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListenerReloadSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              @listener@
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              orders: { targets: [ "@upstream@" ], responseTimeout: 60s }
            routes:
              a: { match: { path: /a/** }, auth: none, upstream: orders }
            """;
    private static final String TLS = "tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }";
    private final Fixture fixture = new Fixture();
    private final int port = freePort();
    private final String plain = listener("moved", "limits: { idleTimeout: 60s }");
    private final String tls = listener("moved", TLS);

    ListenerReloadSuite() {
        fixture.start(plain);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private String listener(String name, String settings) {
        return CONFIG.replace("@listener@", name + ": { bind: \"127.0.0.1:" + port + "\", " + settings + " }");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reply overPlain() {
        try (RawClient client = RawClient.plain(port)) {
            return client.exchange(get("/a/x"));
        }
    }

    private Reply overTls() {
        try (RawClient client = RawClient.tls(port, fixture.pki().trusting(), Requests.HOST)) {
            return client.exchange(get("/a/x"));
        }
    }

    @Test
    void anAddressTurnsFromPlainToTlsAndBackWhileOtherListenersLoseNoRequest() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<String> failures = new CopyOnWriteArrayList<>();
        Thread traffic = Thread.ofVirtual().start(() -> send(stop, answered, failures));
        for (int i = 0; i < 3; i++) {
            fixture.reload(tls);
            assertThat(overTls().status()).isEqualTo(200);
            fixture.reload(plain);
            assertThat(overPlain().status()).isEqualTo(200);
        }
        stop.set(true);
        traffic.join();
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(10);
    }

    private void send(AtomicBoolean stop, AtomicInteger answered, List<String> failures) {
        try (RawClient client = fixture.plain()) {
            while (!stop.get()) {
                int status = client.exchange(get("/a/traffic")).status();
                if (status != 200) {
                    failures.add("status " + status);
                }
                answered.incrementAndGet();
            }
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
    }

    @Test
    void openExchangesOfTheFormerKindEndAndTheirConnectionsWithThem() {
        CountDownLatch hold = new CountDownLatch(1);
        fixture.upstream().on("/a/held", call -> {
            call.content();
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            call.write(RecordingUpstream.ok("held"));
        });
        try (RawClient held = RawClient.plain(port); RawClient idle = RawClient.plain(port)) {
            assertThat(idle.exchange(get("/a/x")).status()).isEqualTo(200);
            held.send(get("/a/held"));
            fixture.upstream().awaitOne("/a/held");
            fixture.reload(tls);
            assertThat(idle.closedByPeer()).isTrue();
            hold.countDown();
            assertThat(held.read().text()).isEqualTo("held");
            assertThat(held.closedByPeer()).isTrue();
        }
        try (RawClient client = RawClient.plain(port)) {
            assertThat(client.send(get("/a/x")).closedByPeer()).describedAs("nothing is answered in plain").isTrue();
        }
        fixture.reload(plain);
    }

    @Test
    void aListenerMayBeRenamedWhereItIs() {
        try (RawClient old = RawClient.plain(port)) {
            assertThat(old.exchange(get("/a/x")).status()).isEqualTo(200);
            fixture.reload(listener("renamed", "limits: { idleTimeout: 60s }"));
            assertThat(fixture.gateway().port("renamed")).isEqualTo(port);
            assertThat(old.closedByPeer()).isTrue();
        }
        assertThat(overPlain().status()).isEqualTo(200);
        fixture.gateway().awaitEvent(event -> event.has("durationMs") && event.path("listener").asText().equals("renamed"));
        fixture.reload(plain);
    }

    @Test
    void whereTheNewConfigurationCannotListenTheOldKindServesOn() {
        String taken = "  taken: { bind: \"" + fixture.upstream().url().replace("http://", "") + "\" }\nadmin:";
        fixture.change(() -> fixture.write("gateway.yaml", tls.replaceFirst("admin:", taken)), "refused");
        assertThat(overPlain().status()).isEqualTo(200);
        fixture.gateway().awaitLog("taken cannot bind");
        fixture.change(() -> fixture.write("gateway.yaml", plain.replace("60s }", "61s }")), "applied");
    }
}
