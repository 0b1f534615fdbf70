package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An upstream gets a token for the user of a browser's session, in exchange for the access token of that session (RFC 8693). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionExchangeSuite {
    private static final String CONFIG = """
              orders:
                targets: [ "@upstream@" ]
                credentials: { tokenExchange: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: s-of-the-gateway }, audience: orders-api } }
            authenticators:
              people: { oidc: { @provider@ } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: orders }
            """;
    private final TokenEndpoint tokens = new TokenEndpoint();
    private final OidcGateway gateway = new OidcGateway(CONFIG);

    SessionExchangeSuite() {
        gateway.fixture().word("tokens", tokens.url());
        gateway.start();
    }

    @AfterAll
    void stop() {
        try {
            gateway.close();
        } finally {
            tokens.close();
        }
    }

    @BeforeEach
    void settle() {
        gateway.provider().accessTokensLast(Duration.ofHours(1));
        gateway.settle();
        tokens.answer(Answer.exchanged(3600));
        tokens.forget();
    }

    /** What the upstream is shown for this browser. */
    private String presented(Browser browser) {
        gateway.fixture().upstream().forget();
        gateway.assertServed(browser.call("/app/x"));
        Received received = gateway.fixture().upstream().only("/app/x");
        assertThat(received.values("Authorization")).hasSize(1);
        return received.field("Authorization").orElseThrow();
    }

    private static String subject(String token) {
        return "subject_token=" + token + "&";
    }

    @Test
    void upstreamGetsATokenOnBehalfOfTheUserAndNeverTheSessionsOwn() {
        Browser anna = gateway.signedIn("anna", "/app/page");
        String ofAnna = gateway.provider().lastAccessToken();
        Browser ben = gateway.signedIn("ben", "/app/page");
        String ofBen = gateway.provider().lastAccessToken();
        String forAnna = presented(anna);
        assertThat(gateway.fixture().upstream().only("/app/x").field("X-Auth-Subject")).contains("anna");
        assertThat(gateway.fixture().upstream().transcript()).doesNotContain(ofAnna, "__Host-sallyport");
        assertThat(presented(ben)).startsWith("Bearer token-").isNotEqualTo(forAnna);
        assertThat(presented(anna)).isEqualTo(forAnna);
        assertThat(tokens.asked()).hasSize(2);
        assertThat(tokens.asked().getFirst().form()).contains(subject(ofAnna), "audience=orders-api");
        assertThat(tokens.asked().getLast().form()).contains(subject(ofBen));
        assertThat(gateway.fixture().gateway().everythingWritten()).doesNotContain(ofAnna, ofBen, forAnna.substring(7));
    }

    @Test
    void accessTokenThatWasRenewedIsExchangedAnew() {
        gateway.provider().accessTokensLast(Duration.ofSeconds(1));
        Browser browser = gateway.signedIn("renewed", "/app/page");
        String first = presented(browser);
        await().atMost(Duration.ofSeconds(8)).pollInterval(Duration.ofMillis(100)).until(() -> !presented(browser).equals(first));
        assertThat(gateway.provider().granted("refresh_token")).isNotEmpty();
        assertThat(tokens.asked().getLast().form()).contains(subject(gateway.provider().lastAccessToken()));
    }

    @Test
    void userForWhomTheServerGivesNothingIsRefusedAndSoIsASessionThatEnded() {
        tokens.answer(Answer.error(400, "invalid_target"));
        Browser browser = gateway.signedIn("unwanted", "/app/page");
        gateway.assertRefused(browser.call("/app/x"), 403, "token_exchange_refused");
        tokens.answer(Answer.exchanged(3600));
        Browser ended = gateway.signedIn("ended", "/app/page");
        assertThat(presented(ended)).startsWith("Bearer token-");
        int asked = tokens.asked().size();
        Browser copy = ended.copy();
        Reply away = ended.navigate(Browser.ORIGIN + "/oauth2/logout", "same-origin");
        assertThat(away.status()).isIn(302, 303);
        gateway.fixture().upstream().forget();
        gateway.assertRefused(copy.call("/app/x"), 401, "session_expired");
        assertThat(tokens.asked()).hasSize(asked);
    }
}
