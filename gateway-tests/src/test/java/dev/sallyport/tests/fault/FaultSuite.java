package dev.sallyport.tests.fault;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.fault.Load.Ask;
import dev.sallyport.tests.fault.Load.Outcome;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.SettableClock;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Under a steady load something breaks and comes back. At no time is a bad credential served or a request left hanging; within
 * ten seconds of the end of the fault, and without a hand laid on the gateway, every request gets what it deserves again.
 */
@Execution(ExecutionMode.CONCURRENT) // where the calm takes minutes: the profile `calm`
final class FaultSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:@port@
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { jwks: "@provider@", insecureAllowHttp: true, refreshEvery: 500ms, coolDown: 500ms } }
            upstreams:
              main: { targets: [ "@target@" ], connectTimeout: 1s, responseTimeout: 2s }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              users: { match: { path: /users/** }, auth: users, upstream: main }
            """;
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    /** For so long everything is as deserved before a fault and after it. */
    private static final Duration CALM = Duration.ofSeconds(Integer.getInteger("sallyport.fault.calm", 1));

    /** Outcomes in that time at least. */
    private static final int SEEN = 100;

    /** For so many outcomes on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Outcomes for which a fault lasts at least. */
    private static final int FELT = 250;

    private final JwksServer provider = JwksServer.plain();
    private final ECKey key = Tokens.ec("first", Curve.P_256);
    private final Fixture fixture = new Fixture();
    private RecordingUpstream target = RecordingUpstream.start();
    private final String config;

    FaultSuite() throws IOException {
        provider.serve(key.toPublicJWK());
        fixture.write("api-keys.yaml", keys());
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fixture.word("port", Integer.toString(free.getLocalPort()));
        }
        fixture.word("provider", provider.url()).word("target", target.url());
        this.config = CONFIG;
    }

    private static String keys() {
        return "keys:\n" + ApiKeys.entry("alice", "secret-key-of-alice-01", "alice", "")
                + ApiKeys.entry("old", "secret-key-of-carol-01", "carol", ", expiresAt: 2020-01-01T00:00:00Z");
    }

    @BeforeEach
    void start() {
        fixture.start(config);
        await().until(() -> fixture.exchange(user(600).request()).status() == 200);
    }

    @AfterEach
    void stop() {
        try {
            fixture.close();
        } finally {
            target.close();
            provider.close();
        }
    }

    private Load load() {
        return load(List.of(keyed("secret-key-of-alice-01", 200), user(600), keyed("secret-key-of-carol-01", 401), user(-600), keyed("secret-key-of-nobody", 401)));
    }

    private Load load(List<Ask> asks) {
        int port = fixture.gateway().port("http");
        return new Load(() -> RawClient.plain(port), asks);
    }

    private static Ask keyed(String key, int deserved) {
        return new Ask(get("/keys/x", "X-API-Key: " + key), deserved);
    }

    private Ask user(long secondsLeft) {
        String token = Tokens.sign(key, "ES256", Tokens.claims("https://auth.example.com", "api", "alice").expirationTime(Tokens.inSeconds(secondsLeft)).build());
        return new Ask(get("/users/me", "Authorization: Bearer " + token), secondsLeft > 0 ? 200 : 401);
    }

    /** The load runs before, during and after the fault. */
    private void survives(Runnable fault, Runnable end) {
        survives(load(), fault, end);
    }

    private void survives(Load steady, Runnable fault, Runnable end) {
        try (Load load = steady) {
            assertCalm(load);
            fault.run();
            int during = load.size();
            await().atMost(PATIENCE).until(() -> load.size() > during + FELT);
            end.run();
            await().atMost(RECOVERY).until(() -> load.size() > 20 && load.since(load.size() - 20).stream().allMatch(Load::isDeserved));
            assertCalm(load);
            assertThat(load.since(0)).noneMatch(Outcome.Hung.class::isInstance).noneMatch(FaultSuite::isServedUndeserved);
            assertThat(load.isAlive()).isTrue();
        }
    }

    private void assertCalm(Load load) {
        int from = load.size();
        Instant end = Instant.now().plus(CALM);
        await().atMost(CALM.plusMinutes(1)).until(() -> {
            target.forget(); // minutes of requests need not be kept
            return Instant.now().isAfter(end) && load.size() >= from + SEEN;
        });
        assertThat(load.since(from)).allMatch(Load::isDeserved);
    }

    private static boolean isServedUndeserved(Outcome outcome) {
        return outcome instanceof Outcome.Answered(Ask ask, int status) && ask.deserved() == 401 && status < 400;
    }

    @Test
    void upstreamDiesAndComesBack() {
        int port = target.port();
        survives(target::close, () -> target = RecordingUpstream.start(port));
    }

    @Test
    void providerDiesAndComesBack() {
        survives(() -> {
            provider.die();
            await().until(() -> fixture.gateway().metrics().sum("sallyport_jwks_refresh_total", "outcome=failed") > 0);
        }, provider::comeBack);
    }

    @Test
    void gatewayIsKilledAndStartedAgain() {
        survives(() -> fixture.gateway().kill(), () -> fixture.start(config));
    }

    @Test
    void brokenFilesLeaveTheGoodOnesServing() {
        try (Load load = load()) {
            assertCalm(load);
            fixture.change(() -> fixture.write("gateway.yaml", "listeners: ["), "refused");
            fixture.change(() -> fixture.write("gateway.yaml", ""), "refused");
            assertCalm(load);
            fixture.changeFile("gateway.yaml", config + "# mended\n");
            fixture.change(() -> fixture.write("api-keys.yaml", keys().substring(0, 60)), "refused");
            assertCalm(load);
            fixture.changeFile("api-keys.yaml", keys() + "# mended\n");
            assertCalm(load);
            assertThat(load.since(0)).allMatch(Load::isDeserved);
        }
    }

    @Test
    void fullLogTargetCostsNoRequest() {
        survives(() -> {
            fixture.reload(config + "accessLog: { file: /dev/full }\nauditLog: { file: /dev/full }\n");
            await().atMost(PATIENCE).until(() -> fixture.gateway().metrics().sum("sallyport_log_lines_dropped_total", "log=file") > FELT);
        }, () -> fixture.reload(config));
    }

    /** What no hour bears on is answered as ever; what it does, {@link ClockSuite} has. */
    @Test
    void clockJumpsAnHourBothWays() throws IOException {
        SettableClock clock = SettableClock.of(fixture);
        fixture.gateway().kill();
        fixture.start(config);
        for (String offset : List.of("+1h", "-1h")) {
            List<Ask> timeless = List.of(keyed("secret-key-of-alice-01", 200), keyed("secret-key-of-carol-01", 401), user(-7200), keyed("secret-key-of-nobody", 401));
            survives(load(timeless), () -> clock.jump(offset), () -> clock.jump("+0"));
        }
        assertThat(fixture.exchange(user(600).request()).status()).isEqualTo(200);
    }

    @Test
    void truncatedKeyAndExpiredCertificateHarmNobodyButThemselves() {
        try (Load load = load()) {
            fixture.change(() -> fixture.write("tls/server.key", "-----BEGIN PRIVATE KEY-----\nMIGH"), "refused");
            assertThat(secured()).isEqualTo(200);
            swap(fixture.pki().server(Duration.ofDays(-1), Requests.HOST));
            assertThatThrownBy(this::secured).hasMessageContaining("expired");
            assertThat(fixture.gateway().metrics().sum("sallyport_certificate_expiry_timestamp_seconds")).isLessThan(Instant.now().toEpochMilli() / 1e3);
            swap(fixture.pki().server(Requests.HOST));
            assertThat(secured()).isEqualTo(200);
            assertCalm(load);
            assertThat(load.since(0)).allMatch(Load::isDeserved);
        }
    }

    private void swap(TestPki.Leaf leaf) {
        fixture.change(() -> {
            fixture.write("tls/server.pem", leaf.certificatePem());
            fixture.write("tls/server.key", leaf.keyPem());
        }, "applied");
    }

    private int secured() {
        try (RawClient client = fixture.tls()) {
            return client.exchange(keyed("secret-key-of-alice-01", 200).request()).status();
        }
    }
}
