package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.SettableClock;
import dev.sallyport.tests.harness.provider.Browser;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds for minutes and hours, told by a clock that is moved: attempts, and sessions with the lifetimes that nobody wrote down. */
final class SignInClockSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
            """;
    private final OidcGateway gateway = new OidcGateway(CONFIG);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void attemptsHoldForTenMinutesAndSessionsForHalfAnHourOfRest() throws IOException {
        SettableClock clock = SettableClock.of(gateway.fixture());
        gateway.provider().accessTokensLast(Duration.ofDays(1));
        gateway.start();
        Browser late = gateway.browser();
        Reply provided = late.follow(late.open("/app/page"));
        Browser rested = gateway.signedIn("rested", "/app/page");
        jump(clock, 11);
        gateway.assertRefused(late.follow(provided), 400, "sign_in_state_invalid");
        gateway.assertServed(rested.call("/app/x"));
        jump(clock, 40);
        gateway.assertServed(rested.call("/app/x"));
        gateway.fixture().upstream().forget();
        jump(clock, 71);
        gateway.assertRefused(rested.call("/app/x"), 401, "session_expired");
    }

    @Test
    void sessionIsRenewedThoughTheProviderDoesNotSayWhenItsTokensEnd() throws IOException {
        SettableClock clock = SettableClock.of(gateway.fixture());
        gateway.provider().accessTokensNameNoEnd();
        gateway.start();
        Browser browser = gateway.signedIn("untold", "/app/page");
        gateway.assertServed(browser.call("/app/x"));
        assertThat(gateway.provider().granted("refresh_token")).isEmpty();
        jump(clock, 6);
        gateway.provider().clockAhead(Duration.ofMinutes(6));
        gateway.assertServed(browser.call("/app/x"));
        assertThat(gateway.provider().granted("refresh_token")).hasSize(1);
    }

    /** The library looks at its file once in a while: until the log has the new time. */
    private void jump(SettableClock clock, int minutes) {
        Instant due = Instant.now().plus(Duration.ofMinutes(minutes)).minusSeconds(1);
        clock.jump("+" + minutes + "m");
        await().until(() -> {
            Reply reply = gateway.browser().call("/app/clock");
            return !Instant.parse(gateway.fixture().gateway().accessLine(reply.requestId()).path("time").asText()).isBefore(due);
        });
    }
}
