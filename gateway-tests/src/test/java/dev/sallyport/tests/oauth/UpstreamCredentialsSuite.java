package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import java.nio.file.Path;
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
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
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
    private static final String KEY = "X-API-Key: good-key-0123456789";

    private final Fixture fixture = new Fixture();
    private final TokenEndpoint tokens = new TokenEndpoint();

    @BeforeEach
    void start() {
        fixture.word("tokens", tokens.url());
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "alice", ""));
        fixture.start(CONFIG);
    }

    @AfterEach
    void stop() {
        try {
            fixture.close();
        } finally {
            tokens.close();
        }
    }

    private String presented(String path, String... fields) {
        fixture.upstream().forget();
        Reply reply = fixture.exchange(get(path, fields));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        Received received = fixture.upstream().only(path);
        assertThat(received.values("Authorization")).hasSize(1);
        return received.field("Authorization").orElseThrow();
    }

    @Test
    void tokenIsFetchedOnceForManyAndShownToTheUpstream() throws Exception {
        tokens.answer(new Answer(200, Answer.lasting(3600).body(), 200));
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 35; each++) {
            calls.add(() -> fixture.exchange(get("/granted/a", KEY)));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(35)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(200);
            }
        }
        assertThat(tokens.asked()).hasSize(1);
        assertThat(tokens.asked().getFirst().authorization().orElseThrow()).startsWith("Basic ");
        assertThat(tokens.asked().getFirst().form()).contains("grant_type=client_credentials", "scope=orders+stock", "audience=orders-api");
        assertThat(presented("/granted/b", KEY)).isEqualTo("Bearer token-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "authorization", "AUTHORIZATION"})
    void clientsOwnHeaderNeverGoesUpBesideIt(String name) {
        assertThat(presented("/open/a", name + ": Bearer of-the-client")).isEqualTo("Bearer token-1");
        assertThat(fixture.exchange(get("/fixed/a", KEY, "X-Backend-Key: forged", "x_backend_key: forged")).status()).isEqualTo(200);
        Received received = fixture.upstream().only("/fixed/a");
        assertThat(received.values("X-Backend-Key")).containsExactly("key-of-the-backend");
        assertThat(received.foldedNames()).doesNotContain("x_backend_key");
    }

    @Test
    void credentialOfOneUpstreamNeverReachesAnother() {
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        assertThat(fixture.exchange(get("/plain/a")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/plain/a").foldedNames()).doesNotContain("authorization", "x-backend-key");
    }

    @Test
    void eachUpstreamGetsATokenThatWasAskedForItAlone() {
        for (int each = 0; each < 2; each++) {
            assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
            assertThat(presented("/stocked/a")).isEqualTo("Bearer token-2");
        }
        List<String> forms = tokens.asked().stream().map(TokenEndpoint.Asked::form).toList();
        assertThat(forms).hasSize(2);
        assertThat(forms.getFirst()).contains("audience=orders-api").doesNotContain("stock.example.com");
        assertThat(forms.getLast()).contains("resource=https%3A%2F%2Fstock.example.com").doesNotContain("orders-api");
    }

    @Test
    void tokenIsRenewedAheadOfItsEnd() {
        tokens.answer(Answer.lasting(2));
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        await().until(() -> !presented("/open/a").equals("Bearer token-1"));
        assertThat(tokens.asked().size()).isGreaterThan(1);
    }

    @Test
    void serverThatIsDownHurtsOnlyWhenNothingIsInHand() {
        tokens.answer(Answer.lasting(2));
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        tokens.answer(new Answer(500, "", 0));
        await().until(() -> tokens.asked().size() > 1 || presented("/open/a").isEmpty());
        await().until(() -> fixture.exchange(get("/open/a")).status() == 503);
        tokens.answer(Answer.lasting(3600));
        await().until(() -> fixture.exchange(get("/open/a")).status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "x", "{}", "{\"access_token\":\"%s\"}", "{\"access_token\":\"%s\",\"token_type\":\"mac\"}", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}", "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":0}",
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}", "{\"access_token\":\"\",\"token_type\":\"Bearer\"}"})
    void answerThatIsNoTokenIsNoneAndNothingGoesUp(String body) {
        tokens.answer(new Answer(200, body, 0));
        Reply reply = fixture.exchange(get("/granted/a", KEY));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.field("Retry-After")).isPresent();
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("upstream_credentials_unavailable");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void serverThatRefusesUsIsNotAskedForEachRequest() {
        tokens.answer(new Answer(401, "{\"error\":\"invalid_client\"}", 0));
        for (int each = 0; each < 20; each++) {
            assertThat(fixture.exchange(get("/open/a")).status()).isEqualTo(503);
        }
        assertThat(tokens.asked()).hasSizeLessThan(10);
    }

    @Test
    void reloadKeepsTheTokenInHand() {
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        fixture.reload(CONFIG + "accessLog: { query: masked }\n");
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        fixture.reload(CONFIG.replace("audience: orders-api", "audience: other-api"));
        assertThat(presented("/open/a")).isEqualTo("Bearer token-2");
    }

    @Test
    void upstreamThatRefusesTheTokenGetsAnotherWithALaterRequest() {
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        fixture.upstream().on("/refusing/a", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        await().until(() -> {
            assertThat(fixture.exchange(get("/refusing/a")).status()).isEqualTo(401);
            return tokens.asked().size() > 1;
        });
    }

    @Test
    void noSecretIsEverWritten() {
        assertThat(presented("/open/a")).isEqualTo("Bearer token-1");
        assertThat(fixture.exchange(get("/fixed/a", KEY)).status()).isEqualTo(200);
        String status = fixture.admin("/status", "Authorization: Bearer the-admin-token-of-the-tests").text();
        String written = fixture.gateway().everythingWritten() + status;
        assertThat(written).doesNotContain("token-1", "s-of-the-gateway", "key-of-the-backend");
    }

    @Test
    void headerThatIsNotForCredentialsAndForwardingBesideItAreRefused() {
        for (String name : List.of("Host", "Content-Length", "X-Forwarded-For", "no header")) {
            Path file = fixture.write("wrong.yaml", CONFIG.replace("name: X-Backend-Key", "name: \"" + name + "\""));
            assertThat(CommandLine.sallyport(fixture.folder(), "check", file.toString()).status()).as(name.toLowerCase(Locale.ROOT)).isEqualTo(2);
        }
        Path both = fixture.write("both.yaml", CONFIG.replace("X-API-Key, store", "Authorization, store")
                .replace("auth: partners, upstream: granted", "auth: partners, upstream: granted, forwardCredential: true"));
        assertThat(CommandLine.sallyport(fixture.folder(), "check", both.toString()).status()).isEqualTo(2);
    }
}
