package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import dev.sallyport.tests.harness.token.Tokens;
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
    private static final String CONFIG = """
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, clockSkew: 0s }
              lenient:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, clockSkew: 5m }
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
              late: { match: { path: /late/** }, auth: lenient, upstream: orders }
              both: { match: { path: /both/** }, auth: { all: [partners, users] }, upstream: orders }
              stock: { match: { path: /stock/** }, auth: users, upstream: stock }
            """;

    private final LendingGateway gateway = new LendingGateway();
    private final IntrospectionServer provider = new IntrospectionServer();
    private final ECKey key = Tokens.ec("u1", Curve.P_256);

    @BeforeEach
    void start() {
        gateway.fixture().word("provider", provider.url());
        gateway.fixture().write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        gateway.tokens().answer(Answer.exchanged(3600));
        gateway.start(CONFIG);
    }

    @AfterEach
    void stop() {
        try {
            gateway.close();
        } finally {
            provider.close();
        }
    }

    private static JWTClaimsSet.Builder claims(String subject) {
        return Tokens.claims("https://auth.example.com", "api", subject).jwtID("j-" + subject);
    }

    private String bearer(JWTClaimsSet.Builder claims) {
        return "Authorization: Bearer " + Tokens.sign(key, "ES256", claims.build());
    }

    @Test
    void upstreamGetsATokenOnBehalfOfTheCallerAndNeverTheCallersOwn() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(gateway.tokens().asked().getFirst().form())
                .contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange", "subject_token=" + anna.substring(22) + "&",
                        "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token", "audience=orders-api", "scope=orders");
        assertThat(gateway.fixture().upstream().only("/orders/a").field("X-Auth-Subject")).contains("anna");
        assertThat(gateway.fixture().upstream().transcript()).doesNotContain(anna.substring(22));
    }

    @Test
    void tokenThatIsAcceptedPastItsEndIsNotExchangedForEachRequest() {
        String anna = bearer(claims("anna").expirationTime(Tokens.inSeconds(-5)));
        for (int each = 0; each < 20; each++) {
            assertThat(gateway.exchange("/late/a", anna).status()).isEqualTo(200);
        }
        // One in a second.
        assertThat(gateway.tokens().asked()).hasSizeLessThan(10);
    }

    @Test
    void eachTokenOfACallerHasItsOwnAtEachUpstream() {
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(gateway.presented("/orders/a", ben)).isEqualTo("Bearer token-2");
        assertThat(gateway.presented("/stock/a", anna)).isEqualTo("Bearer token-3");
        assertThat(gateway.presented("/orders/b", anna)).isEqualTo("Bearer token-1");
        assertThat(gateway.presented("/orders/b", ben)).isEqualTo("Bearer token-2");
        assertThat(gateway.presented("/stock/b", anna)).isEqualTo("Bearer token-3");
        assertThat(gateway.presented("/orders/a", bearer(claims("anna").jwtID("another")))).isEqualTo("Bearer token-4");
        assertThat(gateway.tokens().asked()).hasSize(4);
    }

    @Test
    void opaqueTokenIsExchangedToo() {
        provider.know("of-carla", "{\"active\":true,\"sub\":\"carla\",\"aud\":\"api\"}");
        assertThat(gateway.presented("/orders/a", "Authorization: Bearer of-carla")).isEqualTo("Bearer token-1");
        assertThat(gateway.tokens().asked().getFirst().form()).contains("subject_token=of-carla&");
    }

    @Test
    void tokenIsFoundBehindAnotherCredential() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/both/a", anna, LendingGateway.KEY)).isEqualTo("Bearer token-1");
        assertThat(gateway.tokens().asked().getFirst().form()).contains("subject_token=" + anna.substring(22) + "&");
    }

    @Test
    void callsOfOneCallerAreOne() throws Exception {
        gateway.tokens().answer(Answer.exchanged(3600).after(200));
        List<Callable<Reply>> calls = new ArrayList<>();
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        for (int each = 0; each < 35; each++) {
            String caller = each % 2 == 0 ? anna : ben;
            calls.add(() -> gateway.exchange("/orders/" + (caller.equals(anna) ? "anna" : "ben"), caller));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(35)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(200);
            }
        }
        assertThat(gateway.tokens().asked()).hasSize(2);
        List<String> ofAnna = gateway.fixture().upstream().received("/orders/anna").stream().map(each -> each.field("Authorization").orElseThrow()).distinct().toList();
        List<String> ofBen = gateway.fixture().upstream().received("/orders/ben").stream().map(each -> each.field("Authorization").orElseThrow()).distinct().toList();
        assertThat(ofAnna).hasSize(1).doesNotContainAnyElementsOf(ofBen);
        assertThat(ofBen).hasSize(1);
    }

    @Test
    void endOfTheCallersTokenIsTheEnd() {
        String anna = bearer(claims("anna").expirationTime(Tokens.inSeconds(3)));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.exchange("/orders/a", anna).status() == 401);
        assertThat(gateway.tokens().asked()).hasSize(1);
        assertThat(gateway.presented("/orders/a", bearer(claims("anna")))).isEqualTo("Bearer token-2");
    }

    @Test
    void endOfTheIssuedTokenIsItsEnd() {
        gateway.tokens().answer(Answer.exchanged(1));
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        await().atMost(Duration.ofSeconds(10)).until(() -> !gateway.presented("/orders/a", anna).equals("Bearer token-1"));
    }

    @Test
    void callerWhoWasCalledBackGetsNothingThatWasInHand() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(gateway.fixture().call("/revocations", "{\"jti\":\"j-anna\"}", LendingGateway.ADMIN, "Content-Type: application/json").status()).isEqualTo(204);
        gateway.fixture().upstream().forget();
        gateway.assertRefused(gateway.exchange("/orders/a", anna), 401, "token_revoked");
        assertThat(gateway.fixture().upstream().received()).isEmpty();
        assertThat(gateway.tokens().asked()).hasSize(1);
    }

    @Test
    void tokenThatIsNotAcceptedIsShownToNobody() {
        assertThat(gateway.exchange("/orders/a", bearer(claims("anna").expirationTime(Tokens.inSeconds(-60)))).status()).isEqualTo(401);
        assertThat(gateway.exchange("/orders/a", "Authorization: Bearer unknown").status()).isEqualTo(401);
        assertThat(gateway.exchange("/orders/a").status()).isEqualTo(401);
        assertThat(gateway.exchange("/both/a", bearer(claims("anna"))).status()).isEqualTo(401);
        assertThat(gateway.tokens().asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "invalid_target", "invalid_request", "invalid_scope"})
    void refusalOfTheServerIsTheCallers(String error) {
        String anna = bearer(claims("anna"));
        String ben = bearer(claims("ben"));
        assertThat(gateway.presented("/orders/a", ben)).isEqualTo("Bearer token-1");
        gateway.tokens().answer(Answer.error(400, error));
        gateway.fixture().upstream().forget();
        Reply reply = gateway.exchange("/orders/a", anna);
        gateway.assertRefused(reply, 403, "token_exchange_refused");
        assertThat(reply.text()).doesNotContain(error);
        for (int each = 0; each < 10; each++) {
            assertThat(gateway.exchange("/orders/a", anna).status()).isEqualTo(403);
        }
        assertThat(gateway.tokens().asked()).hasSizeLessThan(8);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
        assertThat(gateway.presented("/orders/a", ben)).isEqualTo("Bearer token-1");
    }

    @Test
    void serverThatIsDownOrRefusesTheGatewayIsNotTheCallersFault() {
        for (Answer down : List.of(new Answer(500, "", 0), Answer.error(401, "invalid_client"), Answer.lasting(60), new Answer(200, "x", 0))) {
            gateway.tokens().answer(down);
            Reply reply = gateway.exchange("/orders/a", bearer(claims("anna").jwtID("down-" + down.hashCode())));
            gateway.assertRefused(reply, 503, "upstream_credentials_unavailable");
            assertThat(reply.field("Retry-After")).isPresent();
        }
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void upstreamThatDoesNotTakeItGetsAnotherForTheSameCaller() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        gateway.fixture().upstream().on("/orders/a", call -> call.write(call.content().field("Authorization").orElse("").equals("Bearer token-1")
                ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
        assertThat(gateway.exchange("/orders/a", anna).status()).isEqualTo(200);
        assertThat(gateway.tokens().asked()).hasSize(2);
        assertThat(gateway.tokens().asked().getLast().form()).contains("subject_token=" + anna.substring(22) + "&");
    }

    @Test
    void reloadKeepsWhatIsInHandUnlessItsRulesChanged() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        gateway.reload(CONFIG + "accessLog: { query: masked }\n");
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        gateway.reload(CONFIG.replace("scopes: [orders]", "scopes: [orders, write]"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-2");
    }

    @Test
    void noTokenIsEverWritten() {
        String anna = bearer(claims("anna"));
        assertThat(gateway.presented("/orders/a", anna)).isEqualTo("Bearer token-1");
        assertThat(gateway.everythingWritten()).doesNotContain("token-1", "s-of-the-gateway", anna.substring(22));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth: none", "auth: partners", "auth: [users, partners]", "auth: { any: [users, { all: [partners] }] }"})
    void routeThatLetsCallersInWithoutATokenIsRefused(String auth) {
        CommandLine.Outcome result = gateway.check(CONFIG.replace("/orders/** }, auth: [users, opaque]", "/orders/** }, " + auth));
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.toString()).contains("tokenExchange");
    }

    @Test
    void kindThatCannotGoUpIsRefused() {
        assertThat(gateway.check(CONFIG.replace("scopes: [orders]", "requestedTokenType: \"urn:ietf:params:oauth:token-type:saml2\"")).status()).isEqualTo(2);
    }
}
