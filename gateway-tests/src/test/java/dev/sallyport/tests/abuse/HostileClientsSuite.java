package dev.sallyport.tests.abuse;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.ClientHello;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Each abuse meets a limit that has a name in the configuration and counts in {@code sallyport_limit_reached_total}; another
 * client is served meanwhile, and the process does not grow beyond what its limits add up to.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileClientsSuite {
    private static final int MANY = 200;
    private static final int CROWD = 300;
    private static final int LARGE_CROWD = 10_000;

    /** For each client: four times {@code limits.maxHeaderBytes} of the listener {@code hasty}. */
    private static final long HEAD = 4 * (8 << 10);

    /** For each client: four times the longest ClientHello that is read. */
    private static final long HELLO = 4 * (16 << 10);

    /** Bytes of answer that may wait for a client that takes none: the marks of the socket's buffers on both sides, and ours. */
    private static final long WAITING_PER_CLIENT = 1 << 20;

    /** Beside the heap, for a connection that only exists. */
    private static final long IDLE_CONNECTION = 4 << 10;

    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              hasty:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 1s, bodyTimeout: 1s, idleTimeout: 1s, writeTimeout: 2s, maxHeaderBytes: 8KiB }
              crowded:
                bind: 127.0.0.1:0
                limits: { maxConnections: 300, headerTimeout: 60s }
              wide:
                bind: 127.0.0.1:0
                limits: { maxConnections: 10000, headerTimeout: 60s }
              guarded:
                bind: 127.0.0.1:0
                failedAttempts: { max: 20, per: 1m }
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
                limits: { headerTimeout: 1s }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            upstreams:
              main: { targets: [ "@upstream@" ], maxConnections: 400 }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private final Fixture fixture = new Fixture();

    HostileClientsSuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("alice", "secret-key-of-alice-01", "alice", ""));
        fixture.start(CONFIG, Memory.FIXED_HEAP);
        for (int each = 0; each < MANY; each++) {
            assertOthersAreServed();
        }
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private RawClient connect(String listener) {
        return RawClient.plain(fixture.gateway().port(listener));
    }

    private double reached(String limit) {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=" + limit);
    }

    private void assertOthersAreServed() {
        assertThat(fixture.exchange(get("/others")).status()).isEqualTo(200);
    }

    /** All of them are closed with this status, and the limit counted each. */
    private void assertGivenUp(Crowd crowd, String limit, double before, int status) {
        assertOthersAreServed();
        crowd.each(client -> assertThat(client.readAll()).extracting(Reply::status).containsExactly(status));
        assertThat(reached(limit) - before).isGreaterThanOrEqualTo(crowd.clients().size());
    }

    @Test
    void slowHeadsEndAtHeaderTimeout() {
        Memory memory = Memory.of(fixture.gateway());
        double before = reached("headerTimeout");
        try (Crowd crowd = Crowd.of(MANY, () -> connect("hasty"))) {
            crowd.each(client -> client.send("GET /slow HTTP/1.1\r\nHost: api.example.com\r\nX-Slow: " + "a".repeat(7 << 10)));
            memory.assertGrewWithin(MANY, HEAD);
            assertGivenUp(crowd, "headerTimeout", before, 408);
        }
        memory.assertGrewWithin(MANY, HEAD);
        assertThat(fixture.upstream().received("/slow")).isEmpty();
    }

    /** What slowloris is: as long as bytes come, however few, a timer that each of them starts anew never ends. */
    @Test
    void headsThatDripEndAtHeaderTimeoutToo() {
        double before = reached("headerTimeout");
        byte[] drop = {'a'};
        try (Crowd crowd = Crowd.of(MANY / 4, () -> connect("hasty"))) {
            crowd.each(client -> client.send("GET /drip HTTP/1.1\r\nHost: api.example.com\r\nX-Drip: "));
            await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(100)).until(() -> {
                crowd.each(client -> client.sendRegardless(drop));
                return reached("headerTimeout") - before == MANY / 4.0;
            });
            assertOthersAreServed();
            crowd.each(client -> assertThat(client.readAll()).extracting(Reply::status).isSubsetOf(408));
        }
        assertThat(fixture.upstream().received("/drip")).isEmpty();
    }

    @Test
    void slowContentEndsAtBodyTimeout() {
        Memory memory = Memory.of(fixture.gateway());
        double before = reached("bodyTimeout");
        try (Crowd crowd = Crowd.of(MANY, () -> connect("hasty"))) {
            crowd.each(client -> client.send(Requests.request("POST", "/slow-content", "ten bytes.", "Content-Length: 1000")));
            memory.assertGrewWithin(MANY, HEAD);
            assertGivenUp(crowd, "bodyTimeout", before, 408);
        }
        assertThat(fixture.upstream().received("/slow-content")).isEmpty();
    }

    @Test
    void silentAndIdleConnectionsAreClosed() {
        double silent = reached("headerTimeout");
        double idle = reached("idleTimeout");
        try (Crowd crowd = Crowd.of(MANY, () -> connect("hasty"))) {
            crowd.clients().subList(0, MANY / 2).forEach(client -> client.send(get("/idle")));
            crowd.clients().subList(0, MANY / 2).forEach(client -> assertThat(client.read().status()).isEqualTo(200));
            assertOthersAreServed();
            crowd.clients().subList(0, MANY / 2).forEach(client -> assertThat(client.closedByPeer()).isTrue());
            crowd.clients().subList(MANY / 2, MANY).forEach(RawClient::readAll);
        }
        assertThat(reached("idleTimeout") - idle).isGreaterThanOrEqualTo(MANY / 2.0);
        assertThat(reached("headerTimeout") - silent).isGreaterThanOrEqualTo(MANY / 2.0);
    }

    @Test
    void resetsAtEveryStateLeaveNothingBehind() {
        fixture.upstream().on("/never", call -> {
            call.content();
            call.readBytes(1);
        });
        fixture.upstream().on("/begun", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbegun");
            call.readBytes(1);
        });
        List<String> states = List.of(
                "", "GET /x HT", get("/x").substring(0, 30), Requests.request("POST", "/x", "", "Content-Length: 5"),
                Requests.request("POST", "/x", "abc", "Content-Length: 5"), Requests.request("POST", "/x", "5\r\nab", "Transfer-Encoding: chunked"),
                get("/never"), get("/begun"), get("/x") + get("/x") + "GET");
        for (String state : states) {
            for (int each = 0; each < 25; each++) {
                try (RawClient client = connect("hasty").send(state)) {
                    client.reset();
                }
            }
            assertOthersAreServed();
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(fixture.gateway().metrics().sum("sallyport_connections", "listener=hasty")).isZero();
            assertThat(fixture.gateway().metrics().sum("sallyport_upstream_connections", "state=active")).isZero();
        });
    }

    @Test
    void connectionsOverMaxConnectionsAreClosedAndTheFirstOnesServed() {
        double before = reached("maxConnections");
        try (Crowd first = Crowd.of(CROWD, () -> connect("crowded"))) {
            await().until(() -> fixture.gateway().metrics().sum("sallyport_connections", "listener=crowded") == CROWD);
            try (Crowd surplus = Crowd.of(MANY, () -> connect("crowded"))) {
                assertThat(surplus.closed()).isEqualTo(MANY);
            }
            assertOthersAreServed();
            first.each(client -> assertThat(client.exchange(get("/first")).status()).isEqualTo(200));
        }
        assertThat(reached("maxConnections") - before).isEqualTo(MANY);
    }

    /** Also two descriptors each: one of ours, one of the gateway's. */
    @Test
    @Tag("slow")
    void tenThousandConnectionsAreHeldWithinTheirBound() {
        Memory memory = Memory.of(fixture.gateway());
        try (Crowd crowd = Crowd.of(LARGE_CROWD, () -> connect("wide"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> fixture.gateway().metrics().sum("sallyport_connections", "listener=wide") == LARGE_CROWD);
            assertOthersAreServed();
            assertThat(crowd.clients().getLast().exchange(get("/last")).status()).isEqualTo(200);
            assertThat(crowd.clients().getFirst().exchange(get("/first")).status()).isEqualTo(200);
            memory.assertGrewWithin(LARGE_CROWD, IDLE_CONNECTION);
        }
    }

    @Test
    void hugeHeadsAreCutOffAtMaxHeaderBytes() {
        Memory memory = Memory.of(fixture.gateway());
        double before = reached("maxHeaderBytes");
        byte[] endless = new byte[4 << 20];
        Arrays.fill(endless, (byte) 'a');
        try (Crowd crowd = Crowd.of(MANY, () -> connect("hasty"))) {
            crowd.each(client -> client.send("GET /huge HTTP/1.1\r\nHost: api.example.com\r\nX-Huge: "));
            crowd.each(client -> client.sendRegardless(endless));
            assertOthersAreServed();
            crowd.each(client -> assertThat(client.readAll()).extracting(Reply::status).isSubsetOf(431));
        }
        memory.assertGrewWithin(MANY, HEAD);
        assertThat(reached("maxHeaderBytes") - before).isEqualTo(MANY);
        assertThat(fixture.exchange(get("/others", "X-Long: " + "a".repeat(70_000))).status()).isEqualTo(431);
    }

    @Test
    void headsOfTooManyFieldsAreCutOffAtMaxHeaders() {
        double before = reached("maxHeaders");
        String[] fields = IntStream.range(0, 101).mapToObj(each -> "X-" + each + ": a").toArray(String[]::new);
        try (Crowd crowd = Crowd.of(MANY, () -> connect("hasty"))) {
            crowd.each(client -> client.send(get("/many", fields)));
            assertGivenUp(crowd, "maxHeaders", before, 431);
        }
        assertThat(fixture.upstream().received("/many")).isEmpty();
    }

    @Test
    void badKeysBeyondFailedAttemptsAreNotLookedAt() {
        double before = reached("failedAttempts");
        Memory memory = Memory.of(fixture.gateway());
        List<Integer> statuses = new ArrayList<>();
        int guesses = 10;
        try (Crowd crowd = Crowd.of(MANY, () -> connect("guarded"))) {
            crowd.each(client -> statuses.add(client.exchange(guess(client)).status()));
            for (int each = 1; each < guesses; each++) {
                crowd.each(client -> client.send(guess(client)));
                assertOthersAreServed();
                crowd.each(client -> statuses.add(client.read().status()));
            }
            Reply good = crowd.clients().getFirst().exchange(get("/keys/x", "X-API-Key: secret-key-of-alice-01"));
            assertThat(good.status()).isEqualTo(429);
            assertThat(good.field("Retry-After")).isPresent();
        }
        memory.assertGrewWithin(MANY, HEAD);
        assertThat(statuses.subList(0, 20)).containsOnly(401);
        assertThat(statuses.subList(20, MANY * guesses)).containsOnly(429);
        assertThat(reached("failedAttempts") - before).isEqualTo(MANY * guesses - 20 + 1);
        assertThat(fixture.exchange(get("/keys/x", "X-API-Key: secret-key-of-alice-01")).status()).isEqualTo(200);
        assertThat(fixture.gateway().metrics().sum("sallyport_auth_decisions_total", "reason=failed_attempts_exceeded")).isEqualTo(reached("failedAttempts"));
    }

    private static String guess(RawClient client) {
        return get("/keys/x", "X-API-Key: guess-number-" + System.identityHashCode(client) + "-" + System.nanoTime());
    }

    @Test
    void handshakesThatNeverEndAreGivenUp() {
        floodWithHellos(MANY);
    }

    @Test
    @Tag("slow")
    void thousandsOfHandshakesThatNeverEndAreGivenUp() {
        floodWithHellos(LARGE_CROWD / 2);
    }

    private void floodWithHellos(int size) {
        byte[] hello = ClientHello.offeringHybridWithoutShare(Requests.HOST);
        Memory memory = Memory.of(fixture.gateway());
        double failed = handshakes("failed");
        double timedOut = handshakes("timed_out");
        try (Crowd silent = Crowd.of(size / 4, () -> connect("https"));
                Crowd half = Crowd.of(size / 4, () -> connect("https"));
                Crowd whole = Crowd.of(size / 4, () -> connect("https"));
                Crowd garbage = Crowd.of(size / 4, () -> connect("https"))) {
            half.each(client -> client.sendRegardless(Arrays.copyOf(hello, hello.length / 2)));
            whole.each(client -> client.sendRegardless(hello));
            garbage.each(client -> client.sendRegardless(Requests.get("/").getBytes(StandardCharsets.US_ASCII)));
            try (RawClient other = fixture.tls()) {
                assertThat(other.exchange(get("/others")).status()).isEqualTo(200);
            }
            memory.assertGrewWithin(size, HELLO);
            for (Crowd crowd : List.of(silent, half, whole, garbage)) {
                crowd.each(RawClient::closedByPeer);
            }
            await().untilAsserted(() -> assertThat(fixture.gateway().metrics().sum("sallyport_connections", "listener=https")).isZero());
        }
        memory.assertGrewWithin(size, HELLO);
        assertThat(handshakes("failed") - failed).as("garbage").isEqualTo(size / 4.0);
        assertThat(handshakes("timed_out") - timedOut).as("silent, half and whole hellos").isEqualTo(size * 3 / 4.0);
    }

    @Test
    void helloThatIsTooLongForAnHonestClientIsRefusedAtOnce() {
        Memory memory = Memory.of(fixture.gateway());
        try (RawClient longest = connect("https").send(ClientHello.ofLength(Requests.HOST, 15 << 10))) {
            assertThat(longest.readBytes(1)).as("a record of type handshake").containsExactly(22);
        }
        double failed = handshakes("failed");
        try (Crowd crowd = Crowd.of(MANY, () -> connect("https"))) {
            crowd.each(client -> client.sendRegardless(ClientHello.ofLength(Requests.HOST, 20 << 10)));
            assertOthersAreServed();
            crowd.each(client -> assertThat(client.closedByPeer()).isTrue());
        }
        memory.assertGrewWithin(MANY, HELLO);
        await().until(() -> handshakes("failed") - failed >= MANY);
    }

    private double handshakes(String outcome) {
        return fixture.gateway().metrics().sum("sallyport_tls_handshakes_total", "outcome=" + outcome);
    }

    @Test
    void clientsThatTakeNoByteOfAGibibyteAreGivenUpAndNothingPilesUp() {
        AtomicLong taken = new AtomicLong();
        byte[] piece = new byte[1 << 20];
        fixture.upstream().on("/gibibyte", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 30) + "\r\n\r\n");
            for (int each = 0; each < 1024; each++) {
                call.write(piece);
                taken.addAndGet(piece.length);
            }
        });
        Memory memory = Memory.of(fixture.gateway());
        double given = reached("writeTimeout");
        int readers = 50;
        try (Crowd crowd = Crowd.of(readers, () -> RawClient.plain(fixture.gateway().port("hasty"), 4096))) {
            crowd.each(client -> client.send(get("/gibibyte")));
            crowd.each(client -> assertThat(client.readHead().status()).isEqualTo(200));
            assertOthersAreServed();
            await().atMost(Duration.ofSeconds(15)).until(() -> {
                memory.assertGrewWithin(readers, WAITING_PER_CLIENT);
                return reached("writeTimeout") - given >= readers;
            });
        }
        assertThat(taken.get()).as("bytes that all of them together let the upstream send").isLessThan(readers * 16L * WAITING_PER_CLIENT);
        assertOthersAreServed();
    }
}
