package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken.How;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Access tokens that end while their session goes on: renewed once, by one, with the newest refresh token, or not at all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionRefreshSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@, forwardAccessToken: true } }
              hasty: { oidc: { @provider@, timeout: 2s, callback: /hasty/cb, logout: /hasty/lo, backChannelLogout: /hasty/bc } }
            routes:
              hasty: { match: { path: /hasty/** }, auth: hasty, upstream: main }
              app: { match: { path: /app/** }, auth: people, upstream: main }
              acme: { match: { path: /acme/** }, auth: { any: [people], claims: { tenant: acme } }, upstream: main }
            """;
    private static final Duration BRIEF = Duration.ofSeconds(1);
    private static final int MOST_TESTS = 28;
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.provider().accessTokensLast(Duration.ofHours(1));
        gateway.settle();
    }

    /** Whose access tokens have ended by the first test, where the next one of each lasts. */
    private final Deque<Waiting> ended = new ArrayDeque<>();

    /** A browser and the provider's session behind its own. */
    private record Waiting(Browser browser, String sid) {}

    @BeforeAll
    void signManyIn() throws InterruptedException {
        gateway.provider().accessTokensLast(BRIEF);
        for (int each = 0; each < MOST_TESTS; each++) {
            ended.add(new Waiting(gateway.signedIn("user-" + each, "/app/page"), gateway.provider().lastSid()));
        }
        Thread.sleep(BRIEF);
    }

    private Browser withAnEndedToken() {
        return ended.removeFirst().browser();
    }

    private int refreshes() {
        return gateway.provider().granted("refresh_token").size();
    }

    private static List<Future<Reply>> callAtOnce(ExecutorService threads, Browser browser, int times) {
        List<Future<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < times; each++) {
            Browser copy = browser.copy();
            calls.add(threads.submit(() -> copy.call("/app/x")));
        }
        return calls;
    }

    /** Of callers who wait: each has its own. */
    private void awaitConnections(int callers) {
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.fixture().gateway().metrics().sum("sallyport_connections", "listener=https") >= callers);
    }

    @Test
    void fiftyCallsAcrossAnEndedTokenMakeOneRefresh() throws Exception {
        Browser browser = withAnEndedToken();
        gateway.provider().stall(Endpoint.TOKEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = callAtOnce(threads, browser, 50);
            await().until(() -> refreshes() == 1);
            awaitConnections(50);
            gateway.provider().resume();
            for (Future<Reply> call : calls) {
                gateway.assertServed(call.get());
            }
        }
        assertThat(refreshes()).isEqualTo(1);
        assertThat(gateway.fixture().upstream().received()).hasSize(50)
                .allSatisfy(received -> assertThat(received.values("Authorization")).containsExactly("Bearer " + gateway.provider().lastAccessToken()));
        gateway.assertServed(browser.call("/app/x"));
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void eachRefreshUsesTheNewestTokenAndNoneTwice() throws InterruptedException {
        gateway.provider().accessTokensLast(BRIEF);
        Browser browser = withAnEndedToken();
        int before = gateway.provider().refreshTokensReused();
        for (int each = 0; each < 3; each++) {
            gateway.assertServed(browser.call("/app/x"));
            Thread.sleep(BRIEF);
        }
        List<String> used = gateway.provider().granted("refresh_token").stream().map(call -> call.form("refresh_token")).toList();
        assertThat(used).hasSize(3).doesNotHaveDuplicates();
        assertThat(gateway.provider().refreshTokensReused()).isEqualTo(before);
    }

    @Test
    void tokenThatLastsIsNotRefreshed() {
        Browser browser = gateway.signedIn("lasting", "/app/page");
        for (int each = 0; each < 5; each++) {
            gateway.assertServed(browser.call("/app/x"));
        }
        assertThat(refreshes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_ROTATED", "WITHOUT_ID_TOKEN"})
    void refreshThatSaysLessIsEnough(Misbehaviour.Refresh little) throws InterruptedException {
        gateway.provider().accessTokensLast(BRIEF);
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(little);
        gateway.assertServed(browser.call("/app/x"));
        Thread.sleep(BRIEF);
        gateway.assertServed(browser.call("/app/x"));
        assertThat(refreshes()).isEqualTo(2);
    }

    @Test
    void claimsThatChangedTakeEffectWithTheRefresh() {
        Browser browser = withAnEndedToken();
        gateway.provider().tenant("other");
        try {
            gateway.assertRefused(browser.call("/acme/x"), 403, "claim_not_satisfied");
            gateway.assertServed(browser.call("/app/x"));
        } finally {
            gateway.provider().tenant("acme");
        }
    }

    @Test
    void refusedRefreshEndsTheSession() {
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(Misbehaviour.Refresh.REFUSED);
        gateway.assertRefused(browser.call("/app/x"), 401, "session_expired");
        gateway.provider().behave();
        gateway.assertRefused(browser.call("/app/x"), 401, "session_expired");
        assertThat(browser.open("/app/x").status()).isEqualTo(302);
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void allWhoWaitForARefusedRefreshAreRefused() throws Exception {
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(Misbehaviour.Refresh.REFUSED);
        gateway.provider().stall(Endpoint.TOKEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = callAtOnce(threads, browser, 20);
            await().until(() -> refreshes() == 1);
            awaitConnections(20);
            gateway.provider().resume();
            for (Future<Reply> call : calls) {
                gateway.assertRefused(call.get(), 401, "session_expired");
            }
        }
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void navigationWhoseRefreshIsRefusedSignsInAnew() {
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(Misbehaviour.Refresh.REFUSED);
        Reply away = browser.open("/app/page");
        assertThat(away.status()).isEqualTo(302);
        gateway.provider().behave();
        assertThat(browser.follow(browser.follow(away)).status()).isEqualTo(303);
        gateway.assertServed(browser.call("/app/x"));
    }

    @ParameterizedTest
    @EnumSource(names = {"FOR_ANOTHER_SUBJECT", "WITH_ANOTHER_NONCE", "OF_ANOTHER_ISSUER", "FOR_ANOTHER_AUDIENCE", "SIGNED_BY_ANOTHER", "WITHOUT_ACCESS_TOKEN"})
    void refreshThatDoesNotHoldServesNobody(Misbehaviour.Refresh wrong) {
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(wrong);
        Reply reply = browser.call("/app/x");
        assertThat(reply.status()).as(reply.toString()).isIn(401, 502, 503);
        gateway.assertRefused(reply, reply.status(), gateway.reasonOf(reply));
        assertThat(gateway.reasonOf(reply)).isIn("session_expired", "sign_in_answer_invalid", "provider_unavailable");
        gateway.provider().behave();
        // Its refresh token is spent: the session cannot go on.
        assertThat(browser.call("/app/x").status()).isEqualTo(401);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
        assertThat(browser.open("/app/x").status()).isEqualTo(302);
    }

    @Test
    void providerThatIsDownAtARefreshEndsNoSession() {
        Browser browser = withAnEndedToken();
        gateway.provider().die();
        Reply reply = browser.call("/app/x");
        Reply page = browser.open("/app/x");
        gateway.provider().comeBack();
        gateway.assertRefused(reply, 503, "provider_unavailable");
        gateway.assertRefused(page, 503, "provider_unavailable");
        assertThat(reply.field("Retry-After")).isPresent();
        await().pollInterval(Duration.ofMillis(50)).until(() -> browser.call("/app/x").status() == 200);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "FAILS_WITH_A_GOOD_BODY", "REDIRECTS", "IS_OVERSIZE", "IS_NOT_JSON", "IS_EMPTY", "HANGS_UP"})
    void brokenTokenEndpointAtARefreshServesNobody(How how) {
        Browser browser = withAnEndedToken();
        gateway.provider().misbehave(new Broken(Endpoint.TOKEN, how));
        Reply reply = browser.call("/app/x");
        assertThat(reply.status()).as(reply.toString()).isIn(401, 502, 503);
        gateway.assertRefused(reply, reply.status(), gateway.reasonOf(reply));
        assertThat(gateway.provider().elsewhere()).isEmpty();
    }

    @Test
    void stallingRefreshHoldsItsCallersForTheTimeoutAlone() throws InterruptedException {
        gateway.provider().accessTokensLast(BRIEF);
        Browser browser = gateway.signedIn("stalled", "/hasty/page");
        Thread.sleep(BRIEF);
        gateway.provider().stall(Endpoint.TOKEN);
        long start = System.nanoTime();
        gateway.assertRefused(browser.call("/hasty/x"), 503, "provider_unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void refreshInFlightDoesNotReviveWhatWasLoggedOutMeanwhile() throws Exception {
        Browser browser = withAnEndedToken();
        Browser copy = browser.copy();
        gateway.provider().stall(Endpoint.TOKEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = callAtOnce(threads, browser, 3);
            await().until(() -> refreshes() == 1);
            assertThat(browser.navigate(Browser.ORIGIN + "/oauth2/logout", "same-origin").status()).isIn(302, 303);
            gateway.provider().resume();
            for (Future<Reply> call : calls) {
                assertThat(call.get().status()).isEqualTo(401);
            }
        }
        gateway.assertRefused(copy.call("/app/x"), 401, "session_expired");
    }

    @Test
    void refreshInFlightDoesNotReviveWhatTheProviderEndedMeanwhile() throws Exception {
        Waiting waiting = ended.removeFirst();
        Browser browser = waiting.browser();
        gateway.provider().stall(Endpoint.TOKEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = callAtOnce(threads, browser, 3);
            await().until(() -> refreshes() == 1);
            assertThat(BackChannel.post(gateway, "/oauth2/backchannel", gateway.provider().logoutTokens().signed(gateway.provider().logoutTokens().ofSession(waiting.sid()))).status()).isEqualTo(200);
            gateway.provider().resume();
            for (Future<Reply> call : calls) {
                assertThat(call.get().status()).isEqualTo(401);
            }
        }
        assertThat(browser.call("/app/x").status()).isEqualTo(401);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }
}
