package dev.sallyport.tests.jwt;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtSuite {
    private static final String ISSUER = "https://auth.example.com";
    private static final String SHARED = "a-shared-secret-of-more-than-32-bytes!";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              users:
                jwt:
                  issuer: https://auth.example.com
                  audiences: [api.example.com, other.example.com]
                  algorithms: [RS256, PS256, ES256, ES384, EdDSA]
                  keys: { file: jwks.json }
                  revocations: { file: revoked.yaml }
              partners:
                jwt: { issuer: "https://partner.example.org", audiences: [api.example.com], algorithms: [ES256], keys: { file: partner.json } }
              shared:
                jwt: { issuer: internal, audiences: [api.example.com], algorithms: [HS256], secret: a-shared-secret-of-more-than-32-bytes!, type: at+jwt, requireJti: true }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            identity: { claims: { tenant: X-Auth-Tenant, groups: X-Auth-Groups } }
            routes:
              users: { match: { path: /users/** }, auth: { any: [users, partners] }, upstream: orders }
              shared: { match: { path: /shared/** }, auth: shared, upstream: orders }
              scoped: { match: { path: /scoped/** }, auth: { any: [users], scopes: [read:orders, write:orders] }, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();
    private final RSAKey rsa = Tokens.rsa("rsa-1");
    private final ECKey ec = Tokens.ec("ec-1", Curve.P_256);
    private final ECKey partner = Tokens.ec("partner-1", Curve.P_256);
    private final KeyPair ed = Tokens.ed25519();

    JwtSuite() {
        fixture.write("jwks.json", "{\"keys\":[" + rsa.toPublicJWK() + "," + ec.toPublicJWK() + "," + Tokens.ed25519Jwk(ed, "ed-1") + "]}");
        fixture.write("partner.json", "{\"keys\":[" + partner.toPublicJWK() + "]}");
        fixture.write("revoked.yaml", "tokens: []\nsubjects: []\n");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private static JWTClaimsSet.Builder claims() {
        return Tokens.claims(ISSUER, "api.example.com", "alice");
    }

    private static String payload() {
        long now = Instant.now().getEpochSecond();
        return "{\"iss\":\"" + ISSUER + "\",\"aud\":\"api.example.com\",\"sub\":\"alice\",\"iat\":" + now + ",\"exp\":" + (now + 300) + "}";
    }

    private Reply send(String token) {
        return fixture.exchange(get("/users/a", "Authorization: Bearer " + token));
    }

    private String sign(JWTClaimsSet.Builder claims) {
        return Tokens.sign(ec, "ES256", claims.build());
    }

    @Test
    void everyAllowedAlgorithmIsVerified() {
        for (String token : List.of(Tokens.sign(rsa, "RS256", claims().build()), Tokens.sign(rsa, "PS256", claims().build()),
                Tokens.sign(ec, "ES256", claims().build()), Tokens.signEd25519(ed, "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\"}", payload()))) {
            assertThat(send(token).status()).describedAs(token).isEqualTo(200);
            assertThat(send(token).status()).describedAs("once more, from the cache").isEqualTo(200);
        }
    }

    @Test
    void theUpstreamLearnsSubjectIssuerScopesAndChosenClaims() {
        send(sign(claims().claim("scope", "a b").claim("tenant", "acme").claim("groups", List.of("x,y", "z%"))));
        Received received = fixture.upstream().only("/users/a");
        assertThat(received.field("X-Auth-Subject")).contains("alice");
        assertThat(received.field("X-Auth-Issuer")).contains(ISSUER);
        assertThat(received.field("X-Auth-Method")).contains("jwt");
        assertThat(received.field("X-Auth-Scopes")).contains("a b");
        assertThat(received.field("X-Auth-Tenant")).contains("acme");
        assertThat(received.field("X-Auth-Groups")).contains("x%2Cy,z%25");
        assertThat(received.values("Authorization")).isEmpty();
    }

    @Test
    void bytesOutsidePrintableAsciiArePercentEncoded() {
        send(sign(claims().subject("J\u00fcrgen\r\nX-Evil: 1").claim("tenant", "100%")));
        Received received = fixture.upstream().only("/users/a");
        assertThat(received.field("X-Auth-Subject")).contains("J%C3%BCrgen%0D%0AX-Evil: 1");
        assertThat(received.field("X-Auth-Tenant")).contains("100%25");
        assertThat(received.values("X-Evil")).isEmpty();
    }

    @Test
    void severalIssuersServeOneRoute() {
        assertThat(send(Tokens.sign(partner, "ES256", Tokens.claims("https://partner.example.org", "api.example.com", "p").build())).status()).isEqualTo(200);
        Reply crossed = send(Tokens.sign(partner, "ES256", claims().build()));
        assertThat(fixture.gateway().reasonOf(crossed)).isEqualTo("token_key_unknown");
    }

    @Test
    void aBadTokenIsChallengedWithInvalidToken() {
        Reply reply = send(sign(claims().expirationTime(Tokens.inSeconds(-60))));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.challenges()).anyMatch(one -> one.startsWith("Bearer realm=\"users\"") && one.contains("error=\"invalid_token\""));
    }

    @Test
    void aSharedSecretServesOnlyWhereItIsWrittenOut() {
        long now = Instant.now().getEpochSecond();
        String body = "{\"iss\":\"internal\",\"aud\":[\"x\",\"api.example.com\"],\"sub\":\"job\",\"jti\":\"1\",\"exp\":" + (now + 60) + "}";
        byte[] secret = SHARED.getBytes(StandardCharsets.US_ASCII);
        String good = Tokens.signHmac(secret, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", body);
        assertThat(fixture.exchange(get("/shared/a", "Authorization: bearer " + good)).status()).isEqualTo(200);
        String untyped = Tokens.signHmac(secret, "{\"alg\":\"HS256\"}", body);
        assertThat(fixture.gateway().reasonOf(fixture.exchange(get("/shared/a", "Authorization: Bearer " + untyped)))).isEqualTo("token_type_not_allowed");
        String withoutId = Tokens.signHmac(secret, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", body.replace("jti", "jtx"));
        assertThat(fixture.exchange(get("/shared/a", "Authorization: Bearer " + withoutId)).status()).isEqualTo(401);
        String elsewhere = Tokens.signHmac(secret, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", payload());
        assertThat(fixture.gateway().reasonOf(send(elsewhere))).isEqualTo("token_algorithm_not_allowed");
    }

    @Test
    void allScopesOfTheRouteAreNeeded() {
        for (Object scopes : List.<Object>of("read:orders write:orders", List.of("write:orders", "read:orders"))) {
            String token = sign(claims().claim("scope", scopes));
            assertThat(fixture.exchange(get("/scoped/a", "Authorization: Bearer " + token)).status()).isEqualTo(200);
        }
        for (String scopes : List.of("read:orders", "", "read:orderswrite:orders", "READ:ORDERS write:orders")) {
            Reply reply = fixture.exchange(get("/scoped/b", "Authorization: Bearer " + sign(claims().claim("scope", scopes))));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.challenges()).singleElement().asString()
                    .contains("error=\"insufficient_scope\"", "scope=\"read:orders write:orders\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dXNlcjpwYXNz", "Digest x", "Negotiate y"})
    void anotherSchemeCountsAsNoCredential(String value) {
        Reply reply = fixture.exchange(get("/users/a", "Authorization: " + value));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_missing");
        assertThat(reply.challenges()).containsExactly("Bearer realm=\"users\"");
    }

    @Test
    void twoAuthorizationFieldsAreAnInvalidRequest() {
        Reply reply = fixture.exchange(get("/users/a", "Authorization: Bearer " + sign(claims()), "Authorization: Bearer x"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("credentials_ambiguous");
        assertThat(reply.challenges()).anyMatch(one -> one.contains("error=\"invalid_request\""));
        assertThat(fixture.exchange(get("/users/a", "Authorization: Bearer " + sign(claims()) + ", Bearer x")).status()).isIn(400, 401);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aRevokedTokenIsRefusedEvenFromTheCache() {
        String byId = sign(claims().jwtID("jti-1"));
        String bySubject = sign(claims().subject("mallory").issueTime(Tokens.inSeconds(-60)));
        assertThat(send(byId).status()).isEqualTo(200);
        assertThat(send(bySubject).status()).isEqualTo(200);
        fixture.changeFile("revoked.yaml", "tokens:\n  - { jti: jti-1 }\nsubjects:\n  - { subject: mallory, issuedBefore: " + Instant.now().minusSeconds(30) + " }\n");
        assertThat(fixture.gateway().reasonOf(send(byId))).isEqualTo("token_revoked");
        assertThat(fixture.gateway().reasonOf(send(bySubject))).isEqualTo("token_revoked");
        assertThat(send(sign(claims().subject("mallory"))).status()).isEqualTo(200);
        fixture.changeFile("revoked.yaml", "tokens: []\nsubjects: []\n");
        assertThat(send(byId).status()).isEqualTo(200);
    }

    @Test
    void aValueThatMakesAHugeHeaderIsRefused() {
        Reply reply = send(sign(claims().claim("tenant", "x".repeat(4097))));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("identity_value_too_large");
    }

    @Test
    void theLogNamesBothLifetimesAndTheKeyToChange() {
        Reply reply = send(sign(claims().expirationTime(Tokens.inSeconds(3600))));
        String detail = fixture.gateway().auditLine(reply.requestId()).path("detail").asText();
        assertThat(detail).contains("maxLifetime").contains("15");
        assertThat(reply.text()).doesNotContain("maxLifetime");
    }
}
