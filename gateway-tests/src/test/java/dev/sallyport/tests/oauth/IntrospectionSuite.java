package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.IntrospectionServer.Asked;
import dev.sallyport.tests.harness.token.JwksServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opaque tokens, a provider that is asked about them, and what it does wrong. Each test has tokens of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IntrospectionSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              opaque:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, issuer: "https://auth.example.com", audiences: [api], client: { id: gateway, secret: s-of-the-gateway }, cacheFor: 1h, negativeFor: 300ms, timeout: 700ms }
              brief:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, audiences: [api], client: { id: gateway, key: client.pem, keyId: g1 }, cacheFor: 300ms }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            identity: { claims: { tenant: X-Auth-Tenant } }
            routes:
              opaque: { match: { path: /opaque/** }, auth: opaque, upstream: main }
              scoped: { match: { path: /scoped/** }, auth: { any: [opaque], scopes: [write], claims: { tenant: acme } }, upstream: main }
              brief: { match: { path: /brief/** }, auth: brief, upstream: main }
              both: { match: { path: /both/** }, auth: [opaque, users], upstream: main }
            """;
    private final Fixture fixture = new Fixture();
    private final IntrospectionServer provider = new IntrospectionServer();
    private final ECKey users = Tokens.ec("u1", Curve.P_256);
    private final ECKey client = Tokens.ec("g1", Curve.P_256);

    IntrospectionSuite() throws JOSEException {
        fixture.word("provider", provider.url());
        fixture.write("jwks.json", "{\"keys\":[" + users.toPublicJWK() + "]}");
        fixture.write("client.pem", "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(client.toECPrivateKey().getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            provider.close();
        }
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
        provider.behaveAsUsual();
    }

    private static String active(String members) {
        return "{\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\",\"sub\":\"alice\"" + members + "}";
    }

    private Reply send(String path, String token) {
        return fixture.exchange(get(path, "Authorization: Bearer " + token));
    }

    private void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void anActiveTokenIsForwardedAsItsSubject() {
        provider.know("good", active(",\"scope\":\"read\",\"jti\":\"j1\",\"tenant\":\"acme\""));
        assertThat(send("/opaque/a", "good").status()).isEqualTo(200);
        Received received = fixture.upstream().only("/opaque/a");
        assertThat(received.field("X-Auth-Subject")).contains("alice");
        assertThat(received.field("X-Auth-Method")).contains("introspection");
        assertThat(received.field("X-Auth-Issuer")).contains("https://auth.example.com");
        assertThat(received.field("X-Auth-Scopes")).contains("read");
        assertThat(received.field("X-Auth-Key-Id")).contains("j1");
        assertThat(received.field("X-Auth-Tenant")).contains("acme");
        assertThat(received.foldedNames()).doesNotContain("authorization");
        Asked asked = provider.asked("good").getFirst();
        assertThat(asked.authorization()).contains("Basic " + Base64.getEncoder().encodeToString("gateway:s-of-the-gateway".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(asked.form()).containsEntry("token_type_hint", "access_token").hasSize(2);
    }

    @Test
    void thirtyFiveCallersWithOneUnknownTokenMakeOneCall() {
        provider.know("shared", active(""));
        provider.stall();
        List<RawClient> clients = new ArrayList<>();
        for (int caller = 0; caller < 35; caller++) {
            clients.add(fixture.plain().send(get("/opaque/shared", "Authorization: Bearer shared")));
        }
        await().until(() -> !provider.asked("shared").isEmpty());
        provider.resume();
        for (RawClient each : clients) {
            assertThat(each.read().status()).isEqualTo(200);
            each.close();
        }
        assertThat(provider.asked("shared")).hasSize(1);
    }

    @Test
    void scopesAndClaimsAreCheckedOnEachHit() {
        provider.know("reader", active(",\"scope\":\"read\",\"tenant\":\"acme\""));
        assertThat(send("/opaque/b", "reader").status()).isEqualTo(200);
        Reply reply = send("/scoped/b", "reader");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.field("WWW-Authenticate").orElse("")).contains("insufficient_scope", "write");
        provider.know("stranger", active(",\"scope\":\"write\",\"tenant\":\"other\""));
        assertThat(fixture.gateway().reasonOf(send("/scoped/b", "stranger"))).isEqualTo("claim_not_satisfied");
        provider.know("writer", active(",\"scope\":\"write\",\"tenant\":\"acme\""));
        assertThat(send("/scoped/b", "writer").status()).isEqualTo(200);
        assertThat(provider.asked("reader")).hasSize(1);
    }

    @Test
    void anActiveTokenIsAskedAboutAgainWhenItsTimeIsOver() {
        provider.know("passing", active(""));
        assertThat(send("/brief/a", "passing").status()).isEqualTo(200);
        provider.forget("passing");
        await().until(() -> send("/brief/a", "passing").status() == 401);
        provider.know("ending", active(",\"exp\":" + Instant.now().plusSeconds(1).getEpochSecond()));
        assertThat(send("/opaque/c", "ending").status()).isEqualTo(200);
        provider.forget("ending");
        await().until(() -> send("/opaque/c", "ending").status() == 401);
    }

    @Test
    void anInactiveTokenIsAskedAboutAgainSoon() {
        Reply reply = send("/opaque/d", "early");
        assertRefused(reply, 401, "token_inactive");
        assertThat(reply.field("WWW-Authenticate")).contains("Bearer realm=\"opaque\", error=\"invalid_token\"");
        provider.know("early", active(""));
        await().until(() -> send("/opaque/d", "early").status() == 200);
    }

    @Test
    void aCacheIsOneAuthenticatorsOwn() {
        provider.know("elsewhere", "{\"active\":true,\"aud\":\"api\",\"sub\":\"alice\"}");
        assertThat(send("/brief/e", "elsewhere").status()).isEqualTo(200);
        fixture.upstream().forget();
        assertRefused(send("/opaque/e", "elsewhere"), 401, "token_issuer_mismatch");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "token_issuer_mismatch {\"active\":true,\"iss\":\"https://evil.example.com\",\"aud\":\"api\",\"sub\":\"a\"}",
        "token_audience_mismatch {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"other\",\"sub\":\"a\"}",
        "token_audience_mismatch {\"active\":true,\"iss\":\"https://auth.example.com\",\"sub\":\"a\"}",
        "token_not_yet_valid {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\",\"sub\":\"a\",\"nbf\":4000000000}",
        "token_expired {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\",\"sub\":\"a\",\"exp\":1000000000}",
        "token_binding_required {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\",\"sub\":\"a\",\"cnf\":{\"x5t#S256\":\"x\"}}",
        "token_type_not_allowed {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\",\"sub\":\"a\",\"typ\":\"Refresh\"}",
        "token_malformed {\"active\":true,\"iss\":\"https://auth.example.com\",\"aud\":\"api\"}",
    })
    void anActiveTokenIsHeldToTheRulesOfASignedOne(String reasonAndAnswer) {
        String[] parts = reasonAndAnswer.split(" ", 2);
        String token = "held-" + Integer.toHexString(reasonAndAnswer.hashCode());
        provider.know(token, parts[1]);
        assertRefused(send("/opaque/f", token), 401, parts[0]);
    }

    @Test
    void aProviderThatIsSlowDownOrRefusesUsIsUnavailableAndRememberedByNobody() {
        provider.know("patient", active(""));
        provider.stall();
        Reply slow = send("/opaque/g", "patient");
        assertRefused(slow, 503, "introspection_unavailable");
        assertThat(slow.field("Retry-After")).isPresent();
        provider.resume();
        List<IntrospectionServer.Behaviour> wrong = List.of(
                (exchange, _) -> JwksServer.send(exchange, 401, "{\"error\":\"invalid_client\"}"),
                (exchange, _) -> JwksServer.send(exchange, 500, "{\"active\":true}"),
                (exchange, _) -> JwksServer.send(exchange, 200, "{\"active\":\"true\",\"sub\":\"alice\"}"),
                (exchange, _) -> JwksServer.send(exchange, 200, "{\"active\":false,\"active\":true}"),
                (exchange, _) -> JwksServer.send(exchange, 200, active(",\"x\":\"" + "y".repeat(100_000) + "\"")),
                (exchange, _) -> {
                    exchange.getResponseHeaders().add("Location", provider.url());
                    JwksServer.send(exchange, 307, "");
                });
        for (IntrospectionServer.Behaviour each : wrong) {
            provider.behave(each);
            assertRefused(send("/opaque/g", "patient"), 503, "introspection_unavailable");
        }
        provider.behaveAsUsual();
        provider.die();
        assertRefused(send("/opaque/g", "patient"), 503, "introspection_unavailable");
        provider.comeBack();
        assertThat(send("/opaque/g", "patient").status()).isEqualTo(200);
    }

    @Test
    void whatIsKnownServesWhileTheProviderIsDown() {
        provider.know("known", active(""));
        assertThat(send("/opaque/h", "known").status()).isEqualTo(200);
        provider.die();
        assertThat(send("/opaque/h", "known").status()).isEqualTo(200);
        provider.comeBack();
    }

    @Test
    void aSignedTokenAndAnOpaqueOneShareARoute() {
        provider.know("opaque-one", active(""));
        assertThat(send("/both/a", "opaque-one").status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/both/a").field("X-Auth-Method")).contains("introspection");
        JWTClaimsSet claims = Tokens.claims("https://auth.example.com", "api", "bob").build();
        String signed = Tokens.sign(users, "ES256", claims);
        assertThat(send("/both/b", signed).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/both/b").field("X-Auth-Method")).contains("jwt");
        String forged = Tokens.sign(Tokens.ec("u1", Curve.P_256), "ES256", claims);
        provider.know(forged, active(""));
        fixture.upstream().forget();
        assertRefused(send("/both/c", forged), 401, "token_signature_invalid");
        assertThat(provider.asked(signed)).isEmpty();
        assertThat(provider.asked(forged)).isEmpty();
        String foreign = Tokens.sign(users, "ES256", Tokens.claims("https://other.example.com", "api", "bob").build());
        assertRefused(send("/both/d", foreign), 401, "token_inactive");
        assertThat(provider.asked(foreign)).hasSize(1);
    }

    @Test
    void aPrivateKeyProvesTheGateway() throws ParseException, JOSEException {
        provider.know("keyed", active(""));
        assertThat(send("/brief/i", "keyed").status()).isEqualTo(200);
        Asked asked = provider.asked("keyed").getFirst();
        assertThat(asked.authorization()).isEmpty();
        assertThat(asked.form()).containsEntry("client_id", "gateway").containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        SignedJWT assertion = SignedJWT.parse(asked.form().get("client_assertion"));
        assertThat(assertion.verify(new ECDSAVerifier(client.toPublicJWK()))).isTrue();
        assertThat(assertion.getHeader().getKeyID()).isEqualTo("g1");
        JWTClaimsSet claims = assertion.getJWTClaimsSet();
        assertThat(List.of(claims.getIssuer(), claims.getSubject())).containsOnly("gateway");
        assertThat(claims.getAudience()).containsExactly(provider.url());
        assertThat(claims.getExpirationTime()).isAfter(claims.getIssueTime());
        provider.know("keyed-2", active(""));
        send("/brief/i", "keyed-2");
        assertThat(SignedJWT.parse(provider.asked("keyed-2").getFirst().form().get("client_assertion")).getJWTClaimsSet().getJWTID()).isNotEqualTo(claims.getJWTID());
    }

    @Test
    void noTokenIsNoCallAndInTheUrlItIsRefused() {
        Reply missing = fixture.exchange(get("/opaque/j"));
        assertRefused(missing, 401, "credentials_missing");
        assertThat(missing.field("WWW-Authenticate")).contains("Bearer realm=\"opaque\"");
        assertRefused(fixture.exchange(get("/opaque/j?access_token=x")), 400, "credentials_in_url");
        assertRefused(fixture.exchange(get("/opaque/j", "Authorization: Bearer a\"b")), 401, "token_malformed");
        assertThat(provider.asked("a\"b")).isEmpty();
    }

    @Test
    void neitherTokenNorSecretIsEverLogged() {
        provider.know("unspeakable-token", active(""));
        send("/opaque/k", "unspeakable-token");
        send("/opaque/k", "unspeakable-unknown");
        assertThat(fixture.gateway().everythingWritten()).doesNotContain("unspeakable", "s-of-the-gateway");
    }
}
