package dev.sallyport.tests.fault;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.SettableClock;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import dev.sallyport.tests.harness.token.Webhooks;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock of the real process jumps an hour while it runs: what is cached is judged by the new time at once, and again when it is back. */
final class ClockSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } }
              stripe: { hmac: { scheme: stripe, secrets: { a: secret-of-the-webhook } } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              users: { match: { path: /users/** }, auth: users, upstream: main }
              hooks: { match: { path: /hooks/** }, auth: stripe, upstream: main }
            """;
    private final ECKey key = Tokens.ec("first", Curve.P_256);
    private final Fixture fixture = new Fixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void start() {
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("soon", "secret-key-of-alice-01", "alice", ", expiresAt: " + Instant.now().plusSeconds(1800))
                + ApiKeys.entry("later", "secret-key-of-carol-01", "carol", ", notBefore: " + Instant.now().minusSeconds(1800)));
        fixture.start(CONFIG);
    }

    @Test
    void everythingIsJudgedByTheTimeThatItIs() throws IOException {
        SettableClock clock = SettableClock.of(fixture);
        start();
        String token = get("/users/me", "Authorization: Bearer " + Tokens.sign(key, "ES256", Tokens.claims("https://auth.example.com", "api", "alice").build()));
        String soon = get("/keys/x", "X-API-Key: secret-key-of-alice-01");
        String later = get("/keys/x", "X-API-Key: secret-key-of-carol-01");
        assertOutcomes(token, "200", soon, "200", later, "200", signed(), "200");
        clock.jump("+1h");
        assertOutcomes(token, "token_expired", soon, "api_key_expired", later, "200", signed(), "signature_timestamp_out_of_tolerance");
        clock.jump("-1h");
        assertOutcomes(token, "token_not_yet_valid", soon, "200", later, "api_key_not_yet_valid", signed(), "signature_timestamp_out_of_tolerance");
        clock.jump("+0");
        assertOutcomes(token, "200", soon, "200", later, "200", signed(), "200");
        assertThat(fixture.admin("/readyz").status()).isEqualTo(200);
    }

    /** By our clock; each has content of its own, so that none is a replay. */
    private String signed() {
        String content = "{\"at\":" + System.nanoTime() + "}";
        return post("/hooks/x", content, Webhooks.stripe("secret-of-the-webhook", Instant.now().getEpochSecond(), content));
    }

    private void assertOutcomes(String... requestsAndOutcomes) {
        for (int each = 0; each < requestsAndOutcomes.length; each += 2) {
            String request = requestsAndOutcomes[each];
            String outcome = requestsAndOutcomes[each + 1];
            // The library looks at its file once in a while.
            await().untilAsserted(() -> assertThat(outcomeOf(fixture.exchange(request))).isEqualTo(outcome));
        }
    }

    private String outcomeOf(Reply reply) {
        return reply.status() == 200 ? "200" : fixture.gateway().reasonOf(reply);
    }
}
