package dev.sallyport.tests;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.TestPki;
import dev.sallyport.tests.harness.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
    private final ECKey stranger = Tokens.ec("ec-1", Curve.P_256);
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

    private String signTyped(String type, JWTClaimsSet claims) {
        return Tokens.sign(ec, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec-1").type(new JOSEObjectType(type)).build(), claims);
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

    Stream<Arguments> badTokens() {
        String good = sign(claims());
        String[] parts = good.split("\\.", -1);
        String nothing = "{\"alg\":\"none\"}";
        return Stream.of(
                Arguments.of("token_expired", sign(claims().expirationTime(Tokens.inSeconds(-60)))),
                Arguments.of("token_expiry_missing", sign(claims().expirationTime(null))),
                Arguments.of("token_not_yet_valid", sign(claims().notBeforeTime(Tokens.inSeconds(120)))),
                Arguments.of("token_not_yet_valid", sign(claims().issueTime(Tokens.inSeconds(120)))),
                Arguments.of("token_audience_mismatch", sign(claims().audience("api.example.com.evil"))),
                Arguments.of("token_audience_mismatch", sign(claims().audience((String) null))),
                Arguments.of("token_audience_mismatch", sign(claims().audience(List.of("")))),
                Arguments.of("token_issuer_mismatch", sign(claims().issuer(ISSUER + "/"))),
                Arguments.of("token_issuer_mismatch", sign(claims().issuer(null))),
                Arguments.of("token_lifetime_too_long", sign(claims().expirationTime(Tokens.inSeconds(3600)))),
                Arguments.of("token_binding_required", sign(claims().claim("cnf", Map.of("jkt", "x")))),
                Arguments.of("token_type_not_allowed", sign(claims().claim("nonce", "n"))),
                Arguments.of("token_type_not_allowed", sign(claims().claim("at_hash", "h"))),
                Arguments.of("token_type_not_allowed", signTyped("logout+jwt", claims().build())),
                Arguments.of("token_type_not_allowed", signTyped("dpop+jwt", claims().build())),
                Arguments.of("token_type_not_allowed", signTyped("application/SecEvent+jwt", claims().build())),
                Arguments.of("token_signature_invalid", Tokens.sign(stranger, "ES256", claims().build())),
                Arguments.of("token_signature_invalid", parts[0] + "." + Tokens.encode(payload().replace("alice", "admin")) + "." + parts[2]),
                Arguments.of("token_signature_invalid", Tokens.compact("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", payload(), Optional.of(new byte[64]))),
                Arguments.of("token_signature_invalid", Tokens.compact("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", payload(), Optional.of(new byte[0])) + "AA"),
                Arguments.of("token_key_unknown", Tokens.sign(Tokens.ec("nobody", Curve.P_256), "ES256", claims().build())),
                Arguments.of("token_key_unknown", Tokens.sign(Tokens.rsa("ec-1"), "RS256", claims().build())),
                Arguments.of("token_algorithm_not_allowed", Tokens.compact(nothing, payload(), Optional.empty())),
                Arguments.of("token_algorithm_not_allowed", Tokens.compact("{\"alg\":\"NoNe\"}", payload(), Optional.of(new byte[] {1}))),
                Arguments.of("token_algorithm_not_allowed", Tokens.signHmac(publicPem(), "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}", payload())),
                Arguments.of("token_algorithm_not_allowed", Tokens.sign(rsa, "RS512", claims().build())),
                Arguments.of("token_malformed", "not-a-token"),
                Arguments.of("token_malformed", parts[0] + "." + parts[1]),
                Arguments.of("token_malformed", good + ".x.y"),
                Arguments.of("token_malformed", "e30.e30.e30.e30.e30"),
                Arguments.of("token_malformed", ".."),
                Arguments.of("token_malformed", "*" + good));
    }

    private byte[] publicPem() {
        try {
            return TestPki.publicKeyPem(rsa.toPublicKey()).getBytes(StandardCharsets.US_ASCII);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aBadTokenIsRefusedWithItsReason(String reason, String token) {
        Reply reply = send(token);
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(reply.challenges()).anyMatch(one -> one.startsWith("Bearer realm=\"users\"") && one.contains("error=\"invalid_token\""));
        assertThat(fixture.upstream().received()).isEmpty();
    }

    Stream<String> hostileTokens() {
        String deep = "{\"iss\":\"" + ISSUER + "\",\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
        String header = "{\"alg\":\"ES256\",\"kid\":\"ec-1\"";
        return Stream.of(
                Tokens.compact(header + "}", deep, Optional.of(new byte[64])),
                Tokens.compact(header + ",\"crit\":[\"x\"],\"x\":1}", payload(), Optional.of(new byte[64])),
                Tokens.compact(header + ",\"b64\":false,\"crit\":[\"b64\"]}", payload(), Optional.of(new byte[64])),
                Tokens.sign(stranger, new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(stranger.toPublicJWK()).build(), claims().build()),
                Tokens.sign(stranger, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("../../etc/passwd").build(), claims().build()),
                Tokens.compact(header + ",\"alg\":\"none\"}", payload(), Optional.of(new byte[64])),
                Tokens.compact(header + "}", "[]", Optional.of(new byte[64])),
                Tokens.compact(header + "}", "{\"iss\":[\"" + ISSUER + "\"]}", Optional.of(new byte[64])),
                Tokens.compact(header + "}", payload().replace("\"iss\"", "\"iss\":\"other\",\"iss\""), Optional.of(new byte[64])),
                Tokens.compact(header + "}", "{\"iss\":\"" + ISSUER + "\",\"exp\":1e400}", Optional.of(new byte[64])),
                Tokens.compact(header + "}", "{\"iss\":\"" + ISSUER + "\",\"exp\":\"tomorrow\"}", Optional.of(new byte[64])),
                Tokens.compact("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}", "x", Optional.of(new byte[64])) + ".AA.AA",
                Tokens.compact("{\"alg\":\"PBES2-HS256+A128KW\",\"p2c\":2147483647}", payload(), Optional.of(new byte[64])),
                "a.".repeat(4000), "=.=.=", "\u00ff.\u00ff.\u00ff");
    }

    @ParameterizedTest
    @MethodSource("hostileTokens")
    void aHostileTokenIsRefusedAndHarmsNobody(String token) {
        Reply reply = send(token);
        assertThat(reply.status()).describedAs(reply.toString()).isIn(400, 401);
        assertThat(fixture.upstream().received()).isEmpty();
        assertThat(send(sign(claims())).status()).isEqualTo(200);
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
