package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The provider's key set rotates, stalls, lies, dies and comes back. Each story has a provider of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwksSuite {
    private static final List<String> STORIES =
            List.of("rotates", "floods", "stalls", "lies", "dies", "late", "redirects", "huge", "discovered", "secure", "mistrusted", "misnamed", "stale", "scheduled");
    private final Fixture fixture = new Fixture();
    private final ECKey first = Tokens.ec("first", Curve.P_256);
    private final ECKey second = Tokens.ec("second", Curve.P_256);
    private final List<JwksServer> servers = new ArrayList<>();

    JwksSuite() {
        StringBuilder authenticators = new StringBuilder();
        StringBuilder routes = new StringBuilder();
        TestPki foreign = new TestPki("Foreign authority");
        fixture.write("provider-ca.pem", fixture.pki().pem());
        for (String story : STORIES) {
            JwksServer server = switch (story) {
                case "secure" -> JwksServer.tls(fixture.pki().serving(fixture.pki().server("localhost")));
                case "mistrusted" -> JwksServer.tls(foreign.serving(foreign.server("localhost")));
                case "misnamed" -> JwksServer.tls(fixture.pki().serving(fixture.pki().server("other.example.com")));
                default -> JwksServer.plain();
            };
            server.serve(first.toPublicJWK());
            servers.add(server);
            String keys = switch (story) {
                case "secure", "mistrusted", "misnamed" -> "jwks: \"" + server.url() + "\", ca: provider-ca.pem";
                case "discovered" -> "discovery: true, insecureAllowHttp: true";
                case "stale" -> "jwks: \"" + server.url() + "\", insecureAllowHttp: true, refreshEvery: 200ms, staleFor: 700ms";
                case "scheduled" -> "jwks: \"" + server.url() + "\", insecureAllowHttp: true, refreshEvery: 200ms";
                default -> "jwks: \"" + server.url() + "\", insecureAllowHttp: true";
            };
            String coolDown = story.equals("floods") ? "1h" : "150ms";
            authenticators.append("  ").append(story).append(":\n    jwt: { issuer: \"").append(issuer(story))
                    .append("\", audiences: [api], algorithms: [ES256], keys: { ").append(keys).append(", coolDown: ").append(coolDown).append(" } }\n");
            routes.append("  ").append(story).append(": { match: { path: /").append(story).append(" }, auth: ").append(story).append(", upstream: orders }\n");
        }
        server("late").die();
        server("redirects").redirect(server("rotates").url());
        server("huge").serve("{\"keys\":[" + " ".repeat(8 << 20) + first.toPublicJWK() + "]}");
        fixture.start("""
                listeners:
                  http:
                    bind: 127.0.0.1:0
                admin: { bind: "127.0.0.1:0" }
                authenticators:
                """ + authenticators + """
                upstreams:
                  orders: { targets: [ "@upstream@" ] }
                routes:
                """ + routes);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            servers.forEach(JwksServer::close);
        }
    }

    private JwksServer server(String story) {
        return servers.get(STORIES.indexOf(story));
    }

    private String issuer(String story) {
        return story.equals("discovered") ? server(story).origin() : "https://" + story + ".example.com";
    }

    private Reply send(String story, ECKey key) {
        return fixture.exchange(request(story, key));
    }

    private String request(String story, ECKey key) {
        return get("/" + story, "Authorization: Bearer " + Tokens.sign(key, "ES256", Tokens.claims(issuer(story), "api", "alice").build()));
    }

    private void awaitStatus(String story, ECKey key, int status) {
        await().atMost(Duration.ofSeconds(8)).pollInterval(Duration.ofMillis(50)).until(() -> send(story, key).status() == status);
    }

    @Test
    void aRotatedKeyIsFetchedWhenItIsFirstUsedAndTheOldOneGoes() {
        awaitStatus("rotates", first, 200);
        assertThat(send("rotates", second).status()).isEqualTo(401);
        server("rotates").serve(first.toPublicJWK(), second.toPublicJWK());
        awaitStatus("rotates", second, 200);
        assertThat(send("rotates", first).status()).isEqualTo(200);
        server("rotates").serve(second.toPublicJWK());
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            send("rotates", Tokens.ec("other", Curve.P_256));
            return send("rotates", first).status() == 401;
        });
        assertThat(fixture.gateway().reasonOf(send("rotates", first))).isEqualTo("token_key_unknown");
    }

    @Test
    void unknownKeyIdsCauseOneRefreshPerCoolDown() {
        awaitStatus("floods", first, 200);
        int before = server("floods").fetches();
        for (int i = 0; i < 30; i++) {
            assertThat(send("floods", Tokens.ec("unknown-" + i, Curve.P_256)).status()).isEqualTo(401);
        }
        assertThat(server("floods").fetches() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void foreignIssuersAndAlgorithmsCauseNoRefresh() {
        awaitStatus("lies", first, 200);
        int before = server("lies").fetches();
        String foreign = Tokens.sign(second, "ES256", Tokens.claims("https://evil.example.com", "api", "x").build());
        String other = Tokens.sign(Tokens.ec("p384", Curve.P_384), "ES384", Tokens.claims(issuer("lies"), "api", "x").build());
        assertThat(fixture.exchange(get("/lies", "Authorization: Bearer " + foreign)).status()).isEqualTo(401);
        assertThat(fixture.exchange(get("/lies", "Authorization: Bearer " + other)).status()).isEqualTo(401);
        assertThat(server("lies").fetches()).isEqualTo(before);
    }

    @Test
    void aStallingProviderHoldsUpOnlyWhoNeedsItsAnswerAndIsAskedOnce() {
        awaitStatus("stalls", first, 200);
        server("stalls").serve(first.toPublicJWK(), second.toPublicJWK());
        server("stalls").stall();
        int before = server("stalls").fetches();
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(fixture.plain().send(request("stalls", second)));
        }
        await().until(() -> server("stalls").fetches() > before);
        assertThat(send("stalls", first).status()).describedAs("the key in hand serves meanwhile").isEqualTo(200);
        server("stalls").resume();
        for (RawClient client : waiting) {
            assertThat(client.read().status()).isEqualTo(200);
            client.close();
        }
        assertThat(server("stalls").fetches() - before).isEqualTo(1);
    }

    @Test
    void aDeadProviderLeavesTheKeysInHandServingAndComesBack() {
        awaitStatus("dies", first, 200);
        server("dies").die();
        assertThat(send("dies", first).status()).isEqualTo(200);
        await().pollInterval(Duration.ofMillis(60)).until(() -> send("dies", second).status() == 503);
        Reply refused = send("dies", second);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).isPresent();
        assertThat(fixture.gateway().reasonOf(refused)).isEqualTo("keys_unavailable");
        assertThat(refused.code()).isEqualTo("unavailable");
        assertThat(send("dies", first).status()).isEqualTo(200);
        server("dies").comeBack();
        server("dies").serve(first.toPublicJWK(), second.toPublicJWK());
        awaitStatus("dies", second, 200);
    }

    @Test
    void aLyingProviderReplacesNothing() {
        awaitStatus("lies", first, 200);
        for (String lie : List.of("<html>sorry</html>", "{\"keys\":", "{\"keys\":{}}", "[]", "{}", "null", "{\"keys\":[" + "[".repeat(5000) + "]}")) {
            server("lies").serve(lie);
            int before = server("lies").fetches();
            await().pollInterval(Duration.ofMillis(60)).until(() -> {
                assertThat(send("lies", Tokens.ec("x", Curve.P_256)).status()).isIn(401, 503);
                return server("lies").fetches() > before;
            });
            assertThat(send("lies", first).status()).describedAs(lie).isEqualTo(200);
        }
        server("lies").fail(500);
        await().pollInterval(Duration.ofMillis(60)).until(() -> send("lies", second).status() == 503);
        server("lies").serve(new ECKey.Builder(second).keyUse(KeyUse.ENCRYPTION).build().toPublicJWK(), first.toPublicJWK());
        await().pollInterval(Duration.ofMillis(60)).until(() -> send("lies", second).status() == 401);
        server("lies").serve(first.toPublicJWK(), second.toPublicJWK());
        awaitStatus("lies", second, 200);
    }

    @Test
    void aProviderThatIsDownAtStartDoesNotStopTheGateway() {
        Reply refused = send("late", first);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).isPresent();
        Reply ready = fixture.admin("/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.text()).contains("late");
        server("late").comeBack();
        awaitStatus("late", first, 200);
    }

    @Test
    void redirectsAreNotFollowedHugeAnswersNotReadAndFalseNamesNotTrusted() {
        for (String story : List.of("redirects", "huge", "mistrusted", "misnamed")) {
            Reply refused = send(story, first);
            assertThat(refused.status()).describedAs(story).isEqualTo(503);
            assertThat(fixture.gateway().reasonOf(refused)).isEqualTo("keys_unavailable");
        }
    }

    @Test
    void theKeySetIsFoundThroughDiscoveryAndOverTlsWithItsOwnAuthority() {
        awaitStatus("discovered", first, 200);
        awaitStatus("secure", first, 200);
    }

    @Test
    void staleKeysServeOnlyForTheirTime() {
        awaitStatus("stale", first, 200);
        server("stale").die();
        awaitStatus("stale", first, 503);
        server("stale").comeBack();
        awaitStatus("stale", first, 200);
    }

    @Test
    void scheduledRefreshesBringKeysAheadOfTheirUse() {
        awaitStatus("scheduled", first, 200);
        server("scheduled").serve(second.toPublicJWK());
        int before = server("scheduled").fetches();
        await().until(() -> server("scheduled").fetches() >= before + 2);
        assertThat(send("scheduled", second).status()).isEqualTo(200);
        awaitStatus("scheduled", first, 401);
        assertThat(fixture.gateway().metrics().sum("sallyport_jwks_refresh_total", "authenticator=scheduled")).isGreaterThan(1);
    }
}
