package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.TokenForge;
import dev.sallyport.tests.harness.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was verified once says nothing about another route, another time or other keys (CVE-2021-32701, GHSA-4mq7-pvjg-xp2r). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtCacheSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              warm:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [@algorithms@], keys: { file: jwks.json }, clockSkew: @skew@, revocations: { file: revoked.yaml } }
              audience:
                jwt: { issuer: "https://auth.example.com", audiences: [billing.example.com], algorithms: [ES256], keys: { file: jwks.json } }
              issuer:
                jwt: { issuer: "https://other.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json } }
              keys:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: other.json } }
              algorithm:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [RS256], keys: { file: jwks.json } }
              lifetime:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json }, maxLifetime: 1m }
              type:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json }, type: at+jwt }
              identified:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json }, requireJti: true }
              named:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json }, subjectClaim: client_id }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              warm: { match: { path: /warm/** }, auth: warm, upstream: orders }
              scopes: { match: { path: /scopes/** }, auth: { any: [warm], scopes: ["write:orders"] }, upstream: orders }
              claims: { match: { path: /claims/** }, auth: { any: [warm], claims: { tenant: acme } }, upstream: orders }
              audience: { match: { path: /audience/** }, auth: audience, upstream: orders }
              issuer: { match: { path: /issuer/** }, auth: issuer, upstream: orders }
              keys: { match: { path: /keys/** }, auth: keys, upstream: orders }
              algorithm: { match: { path: /algorithm/** }, auth: algorithm, upstream: orders }
              lifetime: { match: { path: /lifetime/** }, auth: lifetime, upstream: orders }
              type: { match: { path: /type/** }, auth: type, upstream: orders }
              identified: { match: { path: /identified/** }, auth: identified, upstream: orders }
              named: { match: { path: /named/** }, auth: named, upstream: orders }
            """;
    private static final String NOTHING_REVOKED = "tokens: []\nsubjects: []\n";

    private final Fixture fixture = new Fixture();
    private final TokenForge forge = new TokenForge();

    JwtCacheSuite() {
        fixture.write("jwks.json", forge.jwks());
        fixture.write("other.json", "{\"keys\":[" + Tokens.ec("ec-1", Curve.P_256).toPublicJWK() + "]}");
        fixture.write("revoked.yaml", NOTHING_REVOKED);
        fixture.start(config("RS256, ES256", "0s"));
    }

    private static String config(String algorithms, String skew) {
        return CONFIG.replace("@algorithms@", algorithms).replace("@skew@", skew);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private Reply send(String route, String token) {
        return fixture.exchange(get("/" + route + "/a", "Authorization: Bearer " + token));
    }

    private String warm(String... members) {
        String token = forge.es256(TokenForge.payload(members));
        double before = hits();
        assertThat(send("warm", token).status()).isEqualTo(200);
        assertThat(send("warm", token).status()).isEqualTo(200);
        assertThat(hits()).describedAs("the second is from the cache").isEqualTo(before + 1);
        return token;
    }

    private double hits() {
        return fixture.gateway().metrics().sum("sallyport_credential_cache_total", "cache=warm", "result=hit");
    }

    private void assertRefused(String route, String token, String reason) {
        fixture.upstream().forget();
        Reply reply = send(route, token);
        assertThat(reply.status()).describedAs(reply.toString()).isIn(401, 403);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        // The audit log says of a token without the scope first that it was good.
        fixture.gateway().awaitEvent(event -> event.has("outcome") && event.path("requestId").asText().equals(reply.requestId()) && event.path("reason").asText().equals(reason));
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "scopes, scope_insufficient", "claims, claim_not_satisfied", "audience, token_audience_mismatch", "issuer, token_issuer_mismatch",
        "keys, token_signature_invalid", "algorithm, token_algorithm_not_allowed", "lifetime, token_lifetime_too_long",
        "type, token_type_not_allowed", "identified, token_malformed", "named, token_malformed",
    })
    void aTokenThatIsCachedForOneRouteIsJudgedByTheRulesOfAnother(String route, String reason) {
        String token = warm("scope", "\"read:orders\"", "tenant", "\"evil\"");
        assertRefused(route, token, reason);
        assertRefused(route, token, reason);
        assertThat(send("warm", token).status()).isEqualTo(200);
    }

    @Test
    void aTokenThatEndsWhileItIsCachedIsRefused() {
        String token = warm("exp", Long.toString(Instant.now().getEpochSecond() + 2));
        await().atMost(Duration.ofSeconds(6)).pollInterval(Duration.ofMillis(100)).until(() -> send("warm", token).status() == 401);
        assertRefused("warm", token, "token_expired");
    }

    @Test
    void aTokenRevokedByItsIdOrItsSubjectWhileCachedIsRefusedUntilTheListIsMended() {
        String byId = warm("jti", "\"t-1\"");
        String bySubject = warm("sub", "\"mallory\"");
        String signature = byId.substring(byId.lastIndexOf('.') + 1);
        fixture.changeFile("revoked.yaml", "tokens: [ { jti: t-1 } ]\nsubjects: [ { subject: mallory, issuedBefore: " + Instant.now().plusSeconds(60) + " } ]\n");
        assertRefused("warm", byId, "token_revoked");
        assertRefused("warm", bySubject, "token_revoked");
        byte[] raw = TokenForge.signature(byId);
        byte[] mirrored = TokenForge.p1363(TokenForge.r(raw), TokenForge.P256_ORDER.subtract(TokenForge.s(raw)));
        String respelt = TokenForge.withSignature(TokenForge.input(byId), mirrored);
        assertThat(respelt).doesNotEndWith(signature);
        assertRefused("warm", respelt, "token_revoked");
        assertRefused("warm", forge.es256(TokenForge.payload("jti", "\"t-1\"", "sub", "\"bob\"")), "token_revoked");
        fixture.changeFile("revoked.yaml", NOTHING_REVOKED);
        assertThat(send("warm", byId).status()).isEqualTo(200);
    }

    @Test
    void aTokenIsRevokedThroughTheSkewAfterItsEnd() {
        fixture.reload(config("RS256, ES256", "2m"));
        long end = Instant.now().getEpochSecond() - 5;
        String token = forge.es256(TokenForge.payload("jti", "\"t-2\"", "exp", Long.toString(end)));
        assertThat(send("warm", token).status()).describedAs("within the skew").isEqualTo(200);
        fixture.changeFile("revoked.yaml", "tokens: [ { jti: t-2, until: " + Instant.ofEpochSecond(end) + " } ]\nsubjects: []\n");
        assertRefused("warm", token, "token_revoked");
        fixture.changeFile("revoked.yaml", NOTHING_REVOKED);
        fixture.reload(config("RS256, ES256", "0s"));
    }

    @Test
    void aKeyWithdrawnOrReplacedWhileItsTokensAreCachedEndsThem() {
        String token = warm();
        fixture.changeFile("jwks.json", "{\"keys\":[" + forge.rsa.toPublicJWK() + "," + Tokens.ec("ec-9", Curve.P_256).toPublicJWK() + "]}");
        assertRefused("warm", token, "token_key_unknown");
        fixture.changeFile("jwks.json", "{\"keys\":[" + forge.rsa.toPublicJWK() + "," + Tokens.ec("ec-1", Curve.P_256).toPublicJWK() + "]}");
        assertRefused("warm", token, "token_signature_invalid");
        fixture.changeFile("jwks.json", forge.jwks());
        assertThat(send("warm", token).status()).isEqualTo(200);
    }

    @Test
    void aConfigurationThatNoLongerAllowsTheAlgorithmEndsCachedTokens() {
        String token = warm();
        fixture.reload(config("RS256", "0s"));
        assertRefused("warm", token, "token_algorithm_not_allowed");
        fixture.reload(config("RS256, ES256", "0s"));
    }

    @Test
    void anotherSpellingOfACachedTokenIsNotFoundInTheCache() {
        String token = warm();
        for (String other : Map.of("padded", token + "=", "cut", token.substring(0, token.length() - 1), "longer", token + "A").values()) {
            assertThat(send("warm", other).status()).describedAs(other).isEqualTo(401);
        }
        String payload = token.substring(0, token.lastIndexOf('.'));
        assertRefused("warm", payload + "." + forge.es256(TokenForge.payload("sub", "\"x\"")).split("\\.", -1)[2], "token_signature_invalid");
    }
}
