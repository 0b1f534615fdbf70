package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway itself presents to upstreams, and that nobody else can put anything in its place. */
final class UpstreamCredentialsSuite {
    private static final String CONFIG = """
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
            upstreams:
              granted:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: s-of-the-gateway }, scopes: [orders, stock], audience: orders-api } }
              stocked:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: s-of-the-gateway }, resource: "https://stock.example.com" } }
              fixed:
                targets: [ "@upstream@" ]
                credentials: { header: { name: X-Backend-Key, value: key-of-the-backend } }
              plain: { targets: [ "@upstream@" ] }
            routes:
              granted: { match: { path: /granted/** }, auth: partners, upstream: granted }
              open: { match: { path: /open/** }, auth: none, upstream: granted }
              refusing: { match: { path: /refusing/** }, auth: none, upstream: granted }
              stocked: { match: { path: /stocked/** }, auth: none, upstream: stocked }
              fixed: { match: { path: /fixed/** }, auth: partners, upstream: fixed }
              plain: { match: { path: /plain/** }, auth: none, upstream: plain }
            """;
    private final LendingGateway gateway = new LendingGateway();

    @BeforeEach
    void start() {
        gateway.start(CONFIG);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void tokenIsFetchedOnceForManyAndShownToTheUpstream() throws Exception {
        gateway.tokens().answer(new Answer(200, Answer.lasting(3600).body(), 200));
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 35; each++) {
            calls.add(() -> gateway.exchange("/granted/a", LendingGateway.KEY));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(35)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(200);
            }
        }
        assertThat(gateway.tokens().asked()).hasSize(1);
        assertThat(gateway.tokens().asked().getFirst().authorization().orElseThrow()).startsWith("Basic ");
        assertThat(gateway.tokens().asked().getFirst().form()).contains("grant_type=client_credentials", "scope=orders+stock", "audience=orders-api");
        assertThat(gateway.presented("/granted/b", LendingGateway.KEY)).isEqualTo("Bearer token-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "authorization", "AUTHORIZATION"})
    void clientsOwnHeaderNeverGoesUpBesideIt(String name) {
        assertThat(gateway.presented("/open/a", name + ": Bearer of-the-client")).isEqualTo("Bearer token-1");
        assertThat(gateway.exchange("/fixed/a", LendingGateway.KEY, "X-Backend-Key: forged", "x_backend_key: forged").status()).isEqualTo(200);
        Received received = gateway.fixture().upstream().only("/fixed/a");
        assertThat(received.values("X-Backend-Key")).containsExactly("key-of-the-backend");
        assertThat(received.foldedNames()).doesNotContain("x_backend_key");
    }

    @Test
    void credentialOfOneUpstreamNeverReachesAnother() {
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        assertThat(gateway.exchange("/plain/a").status()).isEqualTo(200);
        assertThat(gateway.fixture().upstream().only("/plain/a").foldedNames()).doesNotContain("authorization", "x-backend-key");
    }

    @Test
    void eachUpstreamGetsATokenThatWasAskedForItAlone() {
        for (int each = 0; each < 2; each++) {
            assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
            assertThat(gateway.presented("/stocked/a")).isEqualTo("Bearer token-2");
        }
        List<String> forms = gateway.tokens().asked().stream().map(TokenEndpoint.Asked::form).toList();
        assertThat(forms).hasSize(2);
        assertThat(forms.getFirst()).contains("audience=orders-api").doesNotContain("stock.example.com");
        assertThat(forms.getLast()).contains("resource=https%3A%2F%2Fstock.example.com").doesNotContain("orders-api");
    }

    @Test
    void tokenIsRenewedAheadOfItsEnd() {
        gateway.tokens().answer(Answer.lasting(2));
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        await().until(() -> !gateway.presented("/open/a").equals("Bearer token-1"));
        assertThat(gateway.tokens().asked().size()).isGreaterThan(1);
    }

    @Test
    void serverThatIsDownHurtsOnlyWhenNothingIsInHand() {
        gateway.tokens().answer(Answer.lasting(2));
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        gateway.tokens().answer(new Answer(500, "", 0));
        await().until(() -> gateway.tokens().asked().size() > 1 || gateway.presented("/open/a").isEmpty());
        await().until(() -> gateway.exchange("/open/a").status() == 503);
        gateway.tokens().answer(Answer.lasting(3600));
        await().until(() -> gateway.exchange("/open/a").status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "x", "{}", "{\"access_token\":\"%s\"}", "{\"access_token\":\"%s\",\"token_type\":\"mac\"}", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}", "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":0}",
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}", "{\"access_token\":\"\",\"token_type\":\"Bearer\"}"})
    void answerThatIsNoTokenIsNoneAndNothingGoesUp(String body) {
        gateway.tokens().answer(new Answer(200, body, 0));
        Reply reply = gateway.exchange("/granted/a", LendingGateway.KEY);
        gateway.assertRefused(reply, 503, "upstream_credentials_unavailable");
        assertThat(reply.field("Retry-After")).isPresent();
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void serverThatRefusesUsIsNotAskedForEachRequest() {
        gateway.tokens().answer(new Answer(401, "{\"error\":\"invalid_client\"}", 0));
        for (int each = 0; each < 20; each++) {
            assertThat(gateway.exchange("/open/a").status()).isEqualTo(503);
        }
        assertThat(gateway.tokens().asked()).hasSizeLessThan(10);
    }

    @Test
    void reloadKeepsTheTokenInHand() {
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        gateway.reload(CONFIG + "accessLog: { query: masked }\n");
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        gateway.reload(CONFIG.replace("audience: orders-api", "audience: other-api"));
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-2");
    }

    @Test
    void upstreamThatRefusesTheTokenGetsAnotherWithALaterRequest() {
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        gateway.fixture().upstream().on("/refusing/a", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        await().until(() -> {
            assertThat(gateway.exchange("/refusing/a").status()).isEqualTo(401);
            return gateway.tokens().asked().size() > 1;
        });
    }

    @Test
    void noSecretIsEverWritten() {
        assertThat(gateway.presented("/open/a")).isEqualTo("Bearer token-1");
        assertThat(gateway.exchange("/fixed/a", LendingGateway.KEY).status()).isEqualTo(200);
        assertThat(gateway.everythingWritten()).doesNotContain("token-1", "s-of-the-gateway", "key-of-the-backend");
    }

    @Test
    void headerThatIsNotForCredentialsAndForwardingBesideItAreRefused() {
        for (String name : List.of("Host", "Content-Length", "X-Forwarded-For", "no header")) {
            assertThat(gateway.check(CONFIG.replace("name: X-Backend-Key", "name: \"" + name + "\"")).status()).as(name.toLowerCase(Locale.ROOT)).isEqualTo(2);
        }
        String both = CONFIG.replace("X-API-Key, store", "Authorization, store")
                .replace("auth: partners, upstream: granted", "auth: partners, upstream: granted, forwardCredential: true");
        assertThat(gateway.check(both).status()).isEqualTo(2);
    }
}
