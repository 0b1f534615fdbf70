package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream gets a token for its caller (RFC 8693), and no caller ever another's. */
final class TokenExchangeSuite {
    private static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, clockSkew: 0s }
              opaque:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x }, cacheFor: 1h }
            revocation: { journal: revocations.journal }
            upstreams:
              orders:
                targets: [ "@upstream@" ]
                credentials:
                  tokenExchange:
                    endpoint: "@tokens@"
                    insecureAllowHttp: true
                    client: { id: gateway, secret: s-of-the-gateway }
                    audience: orders-api
                    scopes: [orders]
              stock:
                targets: [ "@upstream@" ]
                credentials: { tokenExchange: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: s-of-the-gateway }, audience: stock-api } }
            routes:
              orders: { match: { path: /orders/** }, auth: [users, opaque], upstream: orders }
              both: { match: { path: /both/** }, auth: { all: [partners, users] }, upstream: orders }
              stock: { match: { path: /stock/** }, auth: users, upstream: stock }
            """;

    private final Fixture fixture = new Fixture();
    private final TokenEndpoint tokens = new TokenEndpoint();
    private final IntrospectionServer provider = new IntrospectionServer();
    private final ECKey key = Tokens.ec("u1", Curve.P_256);

    @BeforeEach
    void start() {
        fixture.word("tokens", tokens.url()).word("provider", provider.url());
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "partner", ""));
        tokens.answer(Answer.exchanged(3600));
        fixture.start(CONFIG);
    }

    @AfterEach
    void stop() {
        try {
            fixture.close();
        } finally {
            tokens.close();
            provider.close();
        }
    }

    private static JWTClaimsSet.Builder claims(String subject) {
        return Tokens.claims("https://auth.example.com", "api", subject).jwtID("j-" + subject);
    }

    private String bearer(JWTClaimsSet.Builder claims) {
        return "Authorization: Bearer " + Tokens.sign(key, "ES256", claims.build());
    }

    private Reply exchange(String path, String... fields) {
        return fixture.exchange(get(path, fields));
    }

    private String presented(String path, String... fields) {
        fixture.upstream().forget();
        Reply reply = exchange(path, fields);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(fixture.upstream().only(path).values("Authorization")).hasSize(1);
        return fixture.upstream().only(path).field("Authorization").orElseThrow();
    }

    private void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
    }

    @Test
    void upstreamGetsATokenOnBehalfOfTheCallerAndNeverTheCallersOwn() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(tokens.asked().getFirst().form())
                .contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange", "subject_token=" + anna.substring(22) + "&",
                        "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token", "audience=orders-api", "scope=orders");
        assertThat(fixture.upstream().only("/orders/a").field("X-Auth-Subject")).contains("anna");
        assertThat(fixture.upstream().transcript()).doesNotContain(anna.substring(22));
    }

    @Test
    void eachTokenOfACallerHasItsOwnAtEachUpstream() {
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(presented("/orders/a", ben)).isEqualTo("Bearer token-2");
        assertThat(presented("/stock/a", anna)).isEqualTo("Bearer token-3");
        assertThat(presented("/orders/b", anna)).isEqualTo("Bearer token-1");
        assertThat(presented("/orders/b", ben)).isEqualTo("Bearer token-2");
        assertThat(presented("/stock/b", anna)).isEqualTo("Bearer token-3");
        assertThat(presented("/orders/a", bearer(claims("anna").jwtID("another")))).isEqualTo("Bearer token-4");
        assertThat(tokens.asked()).hasSize(4);
    }

    @Test
    void opaqueTokenIsExchangedToo() {
        provider.know("of-carla", "{\"active\":true,\"sub\":\"carla\",\"aud\":\"api\"}");
        assertThat(presented("/orders/a", "Authorization: Bearer of-carla")).isEqualTo("Bearer token-1");
        assertThat(tokens.asked().getFirst().form()).contains("subject_token=of-carla&");
    }

    @Test
    void tokenIsFoundBehindAnotherCredential() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/both/a", anna, "X-API-Key: good-key-0123456789")).isEqualTo("Bearer token-1");
        assertThat(tokens.asked().getFirst().form()).contains("subject_token=" + anna.substring(22) + "&");
    }

    @Test
    void callsOfOneCallerAreOne() throws Exception {
        tokens.answer(Answer.exchanged(3600).after(200));
        List<Callable<Reply>> calls = new ArrayList<>();
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        for (int each = 0; each < 35; each++) {
            String caller = each % 2 == 0 ? anna : ben;
            calls.add(() -> exchange("/orders/" + (caller.equals(anna) ? "anna" : "ben"), caller));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(35)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(200);
            }
        }
        assertThat(tokens.asked()).hasSize(2);
        List<String> ofAnna = fixture.upstream().received("/orders/anna").stream().map(each -> each.field("Authorization").orElseThrow()).distinct().toList();
        List<String> ofBen = fixture.upstream().received("/orders/ben").stream().map(each -> each.field("Authorization").orElseThrow()).distinct().toList();
        assertThat(ofAnna).hasSize(1).doesNotContainAnyElementsOf(ofBen);
        assertThat(ofBen).hasSize(1);
    }

    @Test
    void endOfTheCallersTokenIsTheEnd() {
        String anna = bearer(claims("anna").expirationTime(Tokens.inSeconds(3)));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        await().atMost(Duration.ofSeconds(10)).until(() -> exchange("/orders/a", anna).status() == 401);
        assertThat(tokens.asked()).hasSize(1);
        assertThat(presented("/orders/a", bearer(claims("anna")))).isEqualTo("Bearer token-2");
    }

    @Test
    void endOfTheIssuedTokenIsItsEnd() {
        tokens.answer(Answer.exchanged(1));
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        await().atMost(Duration.ofSeconds(10)).until(() -> !presented("/orders/a", anna).equals("Bearer token-1"));
    }

    @Test
    void callerWhoWasCalledBackGetsNothingThatWasInHand() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(fixture.call("/revocations", "{\"jti\":\"j-anna\"}", ADMIN, "Content-Type: application/json").status()).isEqualTo(204);
        fixture.upstream().forget();
        assertRefused(exchange("/orders/a", anna), 401, "token_revoked");
        assertThat(fixture.upstream().received()).isEmpty();
        assertThat(tokens.asked()).hasSize(1);
    }

    @Test
    void tokenThatIsNotAcceptedIsShownToNobody() {
        assertThat(exchange("/orders/a", bearer(claims("anna").expirationTime(Tokens.inSeconds(-60)))).status()).isEqualTo(401);
        assertThat(exchange("/orders/a", "Authorization: Bearer unknown").status()).isEqualTo(401);
        assertThat(exchange("/orders/a").status()).isEqualTo(401);
        assertThat(exchange("/both/a", bearer(claims("anna"))).status()).isEqualTo(401);
        assertThat(tokens.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "invalid_target", "invalid_request", "invalid_scope"})
    void refusalOfTheServerIsTheCallers(String error) {
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        assertThat(presented("/orders/a", ben)).isEqualTo("Bearer token-1");
        tokens.answer(Answer.error(400, error));
        fixture.upstream().forget();
        Reply reply = exchange("/orders/a", anna);
        assertRefused(reply, 403, "token_exchange_refused");
        assertThat(reply.text()).doesNotContain(error);
        for (int each = 0; each < 10; each++) {
            assertThat(exchange("/orders/a", anna).status()).isEqualTo(403);
        }
        assertThat(tokens.asked()).hasSizeLessThan(8);
        assertThat(fixture.upstream().received()).isEmpty();
        assertThat(presented("/orders/a", ben)).isEqualTo("Bearer token-1");
    }

    @Test
    void serverThatIsDownOrRefusesTheGatewayIsNotTheCallersFault() {
        for (Answer down : List.of(new Answer(500, "", 0), Answer.error(401, "invalid_client"), Answer.lasting(60), new Answer(200, "x", 0))) {
            tokens.answer(down);
            Reply reply = exchange("/orders/a", bearer(claims("anna").jwtID("down-" + down.hashCode())));
            assertRefused(reply, 503, "upstream_credentials_unavailable");
            assertThat(reply.field("Retry-After")).isPresent();
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void upstreamThatDoesNotTakeItGetsAnotherForTheSameCaller() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        fixture.upstream().on("/orders/a", call -> call.write(call.content().field("Authorization").orElse("").equals("Bearer token-1")
                ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
        assertThat(exchange("/orders/a", anna).status()).isEqualTo(200);
        assertThat(tokens.asked()).hasSize(2);
        assertThat(tokens.asked().getLast().form()).contains("subject_token=" + anna.substring(22) + "&");
    }

    @Test
    void reloadKeepsWhatIsInHandUnlessItsRulesChanged() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        fixture.reload(CONFIG + "accessLog: { query: masked }\n");
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        fixture.reload(CONFIG.replace("scopes: [orders]", "scopes: [orders, write]"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-2");
    }

    @Test
    void noTokenIsEverWritten() {
        String anna = bearer(claims("anna"));
        assertThat(presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        String written = fixture.gateway().everythingWritten() + fixture.admin("/status", ADMIN).text();
        assertThat(written).doesNotContain("token-1", "s-of-the-gateway", anna.substring(22));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth: none", "auth: partners", "auth: [users, partners]", "auth: { any: [users, { all: [partners] }] }"})
    void routeThatLetsCallersInWithoutATokenIsRefused(String auth) {
        Path file = fixture.write("wrong.yaml", CONFIG.replace("/orders/** }, auth: [users, opaque]", "/orders/** }, " + auth));
        CommandLine.Outcome result = CommandLine.sallyport(fixture.folder(), "check", file.toString());
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.toString()).contains("tokenExchange");
    }

    @Test
    void kindThatCannotGoUpIsRefused() {
        Path file = fixture.write("wrong.yaml", CONFIG.replace("scopes: [orders]", "requestedTokenType: \"urn:ietf:params:oauth:token-type:saml2\""));
        assertThat(CommandLine.sallyport(fixture.folder(), "check", file.toString()).status()).isEqualTo(2);
    }
}
