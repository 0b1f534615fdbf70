package dev.sallyport.tests.abuse;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upstreams that are slow, dead or lie, fifty requests at once, and a provider that is made to be asked: others are served meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostilePeersSuite {
    private static final int MANY = 50;
    private static final int FLOODS = 4;

    /** An answer's head and content that wait in the gateway for one request. */
    private static final long WAITING_PER_REQUEST = 1 << 20;

    private static final Duration COOL_DOWN = Duration.ofSeconds(3);

    /** For each client that sends unknown key ids: what a request and its answer take. */
    private static final long WAITING_PER_CLIENT = 64 << 10;

    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { jwks: "@provider@", insecureAllowHttp: true, coolDown: 3s } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
              bad: { targets: [ "@hostile@" ], connectTimeout: 1s, responseTimeout: 1s, idleTimeout: 1s, maxConnections: 100 }
              dead: { targets: [ "http://127.0.0.1:@nobody@" ], connectTimeout: 1s }
            routes:
              bad: { match: { path: /bad/** }, auth: none, upstream: bad }
              dead: { match: { path: /dead/** }, auth: none, upstream: dead }
              users: { match: { path: /users/** }, auth: users, upstream: main }
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private final RecordingUpstream hostile = RecordingUpstream.start();
    private final JwksServer provider = JwksServer.plain();
    private final ECKey first = Tokens.ec("first", Curve.P_256);
    private final Fixture fixture = new Fixture();

    HostilePeersSuite() throws IOException {
        provider.serve(first.toPublicJWK());
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fixture.word("nobody", Integer.toString(nobody.getLocalPort()));
        }
        fixture.word("hostile", hostile.url()).word("provider", provider.url()).start(CONFIG, Memory.FIXED_HEAP);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            hostile.close();
            provider.close();
        }
    }

    @BeforeEach
    void assertOthersAreServed() {
        assertThat(fixture.exchange(get("/others")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/bad/silent, 504, upstream_timeout", "/bad/head, 502, upstream_headers_too_large", "/bad/interim, 502, upstream_malformed", "/bad/garbage, 502, upstream_malformed",
        "/bad/hangs-up, 502, upstream_closed", "/dead/x, 502, upstream_connect_failed"})
    void upstreamCostsItsOwnRequestsOnly(String path, int status, String reason) {
        hostile.on("/bad/silent", call -> {
            call.content();
            call.readBytes(1);
        });
        hostile.on("/bad/head", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nX: ");
            call.write("a".repeat(1 << 20));
        });
        hostile.on("/bad/interim", call -> {
            call.content();
            call.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000));
        });
        hostile.on("/bad/garbage", call -> {
            call.content();
            call.write("SSH-2.0-OpenSSH_9.9\r\n\r\n");
        });
        hostile.on("/bad/hangs-up", RecordingUpstream.Call::closeConnection);
        Memory memory = Memory.of(fixture.gateway());
        try (Crowd crowd = Crowd.of(MANY, fixture::plain)) {
            crowd.each(client -> client.send(get(path)));
            assertOthersAreServed();
            crowd.each(client -> {
                Reply reply = client.read();
                assertThat(reply.status()).isEqualTo(status);
                assertThat(reply.field("Proxy-Status")).isPresent();
                assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
            });
        }
        memory.assertGrewWithin(MANY, WAITING_PER_REQUEST);
        assertThat(fixture.gateway().metrics().sum("http_server_request_duration_seconds_count", "http_response_status_code=" + status)).isGreaterThanOrEqualTo(MANY);
    }

    @Test
    void answerThatStopsHalfWayIsGivenUpAtIdleTimeout() {
        hostile.on("/bad/stops", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
            call.readBytes(1);
        });
        double before = fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=idleTimeout");
        try (Crowd crowd = Crowd.of(MANY, fixture::plain)) {
            crowd.each(client -> client.send(get("/bad/stops")));
            assertOthersAreServed();
            crowd.each(client -> assertThat(client.readHead().status()).isEqualTo(200));
            crowd.each(client -> client.readBytes(4));
            assertThat(crowd.closed()).isEqualTo(MANY);
        }
        assertThat(fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=idleTimeout") - before).isGreaterThanOrEqualTo(MANY);
    }

    @Test
    void floodOfUnknownKeyIdsAsksTheProviderOncePerCoolDownAndARotationStillWorks() {
        await().until(() -> send(first) == 200);
        ECKey rotated = Tokens.ec("rotated", Curve.P_256);
        Memory memory = Memory.of(fixture.gateway());
        long start = System.nanoTime();
        int before = provider.fetches();
        double spared = spared();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> floods = IntStream.range(0, FLOODS).mapToObj(each -> Thread.ofPlatform().daemon().start(() -> flood(each, refused))).toList();
        try {
            await().until(() -> refused.get() > 1000);
            assertThat(send(first)).isEqualTo(200);
            provider.serve(first.toPublicJWK(), rotated.toPublicJWK());
            await().atMost(COOL_DOWN.plusSeconds(1)).until(() -> send(rotated) == 200);
        } finally {
            floods.forEach(Thread::interrupt);
        }
        long coolDowns = (System.nanoTime() - start) / COOL_DOWN.toNanos();
        assertThat(provider.fetches() - before).isLessThanOrEqualTo((int) coolDowns + 1);
        assertThat(spared() - spared).isGreaterThan(900);
        memory.assertGrewWithin(FLOODS, WAITING_PER_CLIENT);
    }

    private double spared() {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=coolDown");
    }

    /** Another key id each time, until interrupted. */
    private void flood(int number, AtomicInteger refused) {
        ECKey key = Tokens.ec("unknown", Curve.P_256);
        try (RawClient client = fixture.plain()) {
            for (int each = 0; !Thread.currentThread().isInterrupted() && each < 100_000; each++) {
                ECKey named = new ECKey.Builder(key).keyID("unknown-" + number + "-" + each).build();
                if (List.of(401, 503).contains(client.exchange(request(named)).status())) {
                    refused.incrementAndGet();
                }
            }
        }
    }

    private int send(ECKey key) {
        return fixture.exchange(request(key)).status();
    }

    private static String request(ECKey key) {
        return get("/users/me", "Authorization: Bearer " + Tokens.sign(key, "ES256", Tokens.claims("https://auth.example.com", "api", "alice").build()));
    }
}
