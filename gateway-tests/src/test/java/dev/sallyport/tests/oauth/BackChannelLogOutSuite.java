package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.WholeSeconds;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.LogoutTokens;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that ends sessions past the browser, and everybody who would like to (OpenID Connect Back-Channel Logout 1.0 §2.4 to §2.8). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BackChannelLogOutSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              others: { oidc: { @other@, callback: /others/cb, logout: /others/lo, backChannelLogout: /others/bc } }
            revocation: { journal: revocations.journal }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              others: { match: { path: /others/** }, auth: others, upstream: main }
            """;
    private static final String PATH = "/oauth2/backchannel";
    private static final String INVALID = "logout_token_invalid";
    private final OpenIdProvider other = new OpenIdProvider();
    private final OidcGateway gateway = new OidcGateway(CONFIG).word("other", other).start();
    private final LogoutTokens tokens = gateway.provider().logoutTokens();
    private final Browser steadfast = gateway.signedIn("steadfast", "/app/page");
    private final String steadfastSid = gateway.provider().lastSid();

    @AfterAll
    void stop() {
        try {
            gateway.close();
        } finally {
            other.close();
        }
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    private Reply post(String token) {
        return BackChannel.post(gateway, PATH, token);
    }

    private void assertTaken(String token) {
        Reply reply = post(token);
        assertThat(reply.status()).as(reply.toString()).isIn(200, 204);
        assertThat(reply.field("Cache-Control").orElse("")).contains("no-store");
        assertThat(reply.values("Set-Cookie")).isEmpty();
    }

    private void assertRefused(String token) {
        gateway.assertRefused(post(token), 400, INVALID);
    }

    private void assertEnded(Browser browser) {
        gateway.fixture().upstream().forget();
        Reply reply = browser.call("/app/x");
        gateway.assertRefused(reply, 401, gateway.reasonOf(reply));
        assertThat(gateway.reasonOf(reply)).isIn("session_expired", "token_revoked");
    }

    /** What a browser does next: it signs in anew, and is served. */
    private void assertSignsInAnew(Browser browser, String subject) {
        gateway.provider().user(subject);
        Reply away = browser.open("/app/page");
        assertThat(away.status()).as(away.toString()).isEqualTo(302);
        assertThat(browser.follow(browser.follow(away)).status()).isEqualTo(303);
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void sidEndsThatSessionAlone() {
        Browser one = gateway.signedIn("sided", "/app/page");
        String sid = gateway.provider().lastSid();
        Browser two = gateway.signedIn("sided", "/app/page");
        assertTaken(tokens.signed(tokens.ofSession(sid)));
        assertEnded(one);
        gateway.assertServed(two.call("/app/x"));
        assertSignsInAnew(one, "sided");
    }

    @Test
    void subEndsAllOfTheSubjectBegunBeforeAndNoOthers() throws InterruptedException {
        Browser one = gateway.signedIn("subbed", "/app/page");
        Browser two = gateway.signedIn("subbed", "/app/page");
        Browser bystander = gateway.signedIn("bystander", "/app/page");
        WholeSeconds.awaitNext();
        assertTaken(tokens.signed(tokens.ofSubject("subbed")));
        assertEnded(one);
        assertEnded(two);
        gateway.assertServed(bystander.call("/app/x"));
        WholeSeconds.awaitNext();
        assertSignsInAnew(one, "subbed");
        gateway.fixture().upstream().forget();
        assertEnded(two);
    }

    @Test
    void subIsToldByTheClockOfTheProvider() throws InterruptedException {
        gateway.provider().clockAhead(Duration.ofSeconds(-20));
        try {
            Browser browser = gateway.signedIn("behind", "/app/page");
            WholeSeconds.awaitNext();
            assertTaken(tokens.signed(tokens.ofSubject("behind").issueTime(Tokens.inSeconds(-20))));
            assertEnded(browser);
            WholeSeconds.awaitNext();
            assertSignsInAnew(browser, "behind");
        } finally {
            gateway.provider().clockAhead(Duration.ZERO);
        }
    }

    @Test
    void sidWithItsSubEndsThatSessionAlone() {
        Browser one = gateway.signedIn("paired", "/app/page");
        String sid = gateway.provider().lastSid();
        Browser two = gateway.signedIn("paired", "/app/page");
        assertTaken(tokens.signed(tokens.ofSession(sid).subject("paired")));
        assertEnded(one);
        gateway.assertServed(two.call("/app/x"));
    }

    /** The log-out names a session that no ID token named: it may be each of the user's that has no name. */
    @Test
    void sidWithItsSubEndsTheSessionsThatTheProviderNeverNamed() throws InterruptedException {
        Browser browser = gateway.signedIn(OpenIdProvider.UNNAMED, "/app/page");
        WholeSeconds.awaitNext();
        assertTaken(tokens.signed(tokens.ofSession(gateway.provider().lastSid()).subject("somebody else")));
        gateway.assertServed(browser.call("/app/x"));
        assertTaken(tokens.signed(tokens.ofSession(gateway.provider().lastSid()).subject(OpenIdProvider.UNNAMED)));
        assertEnded(browser);
        WholeSeconds.awaitNext();
        assertSignsInAnew(browser, OpenIdProvider.UNNAMED);
    }

    /** All that an operator has of it. */
    @Test
    void sessionThatTheProviderNeverNamedIsCalledBackByTheIdInTheLog() {
        gateway.provider().user(OpenIdProvider.UNNAMED);
        Browser browser = gateway.browser();
        Reply begun = browser.follow(browser.follow(browser.open("/app/page")));
        gateway.assertServed(browser.call("/app/x"));
        String logged = gateway.fixture().gateway().auditLine(begun.requestId()).path("detail").asText();
        assertThat(logged).startsWith("signed in, session ");
        String id = logged.substring(logged.lastIndexOf(' ') + 1);
        assertThat(gateway.fixture().call("/revocations", "{\"session\":\"" + id + "\"}", OidcGateway.ADMIN).status()).isEqualTo(204);
        assertEnded(browser);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logout+jwt", "LOGOUT+JWT", "application/logout+jwt", "JWT", ""})
    void typeMayBeSpeltOrLeftOut(String type) {
        Browser browser = gateway.signedIn("typed", "/app/page");
        assertTaken(LogoutTokens.signed(gateway.provider().keys().ec(), type, tokens.ofSession(gateway.provider().lastSid())));
        assertEnded(browser);
    }

    @Test
    void tokenForNobodyKnownIsTakenToo() {
        assertTaken(tokens.signed(tokens.ofSession("unheard-of")));
        assertTaken(tokens.signed(tokens.ofSubject("unheard-of")));
    }

    /** The steps of §2.6, and what may be tried instead of a good token; each with the live session's own sid. */
    Map<String, String> wrongTokens() {
        String sid = steadfastSid;
        Map<String, String> wrong = new LinkedHashMap<>();
        Map<String, Object> event = Map.of(LogoutTokens.EVENT, Map.of());
        wrong.put("step 1: not a token", "no token");
        wrong.put("step 1: encrypted", "a.b.c.d.e");
        wrong.put("step 1: empty", "");
        wrong.put("step 2: unsigned", LogoutTokens.unsigned(tokens.ofSession(sid)));
        wrong.put("step 2: signature stripped", tokens.signed(tokens.ofSession(sid)).replaceAll("[^.]*$", ""));
        wrong.put("step 2: signed with the client's secret", tokens.signedWithTheClientSecret(tokens.ofSession(sid)));
        wrong.put("step 2: signed by another under the provider's key id", LogoutTokens.signed(gateway.provider().keys().impostor, "logout+jwt", tokens.ofSession(sid)));
        wrong.put("step 2: signed by a key that is not published", LogoutTokens.signed(gateway.provider().keys().unpublished, "logout+jwt", tokens.ofSession(sid)));
        wrong.put("step 2: signed by another provider", other.logoutTokens().signed(tokens.ofSession(sid)));
        wrong.put("step 3: issuer of another", signed(tokens.ofSession(sid).issuer("https://evil.example.com")));
        wrong.put("step 3: issuer missing", signed(tokens.ofSession(sid).issuer(null)));
        wrong.put("step 3: audience of another", signed(tokens.ofSession(sid).audience("another-client")));
        wrong.put("step 3: audience missing", signed(tokens.ofSession(sid).audience(List.of())));
        wrong.put("step 3: issued in the future", signed(tokens.ofSession(sid).issueTime(Tokens.inSeconds(3600)).expirationTime(Tokens.inSeconds(3700))));
        wrong.put("step 3: issued when missing", signed(tokens.ofSession(sid).issueTime(null)));
        wrong.put("step 3: expired", signed(tokens.ofSession(sid).issueTime(Tokens.inSeconds(-900)).expirationTime(Tokens.inSeconds(-600))));
        wrong.put("step 3: expiry missing", signed(tokens.ofSession(sid).expirationTime(null)));
        wrong.put("step 4: neither sub nor sid", signed(tokens.claims()));
        wrong.put("step 4: sid empty", signed(tokens.ofSession("")));
        wrong.put("step 4: sid a number", signed(tokens.claims().claim("sid", 7)));
        wrong.put("step 4: sub empty", signed(tokens.ofSubject("")));
        wrong.put("step 5: events missing", signed(tokens.ofSession(sid).claim("events", null)));
        wrong.put("step 5: events of another kind", signed(tokens.ofSession(sid).claim("events", Map.of("http://schemas.openid.net/event/other", Map.of()))));
        wrong.put("step 5: events a list", signed(tokens.ofSession(sid).claim("events", List.of(LogoutTokens.EVENT))));
        wrong.put("step 5: events a text", signed(tokens.ofSession(sid).claim("events", LogoutTokens.EVENT)));
        wrong.put("step 5: event no object", signed(tokens.ofSession(sid).claim("events", Map.of(LogoutTokens.EVENT, true))));
        wrong.put("step 6: nonce there", signed(tokens.ofSession(sid).claim("nonce", "n")));
        wrong.put("step 6: nonce empty", signed(tokens.ofSession(sid).claim("nonce", "")));
        wrong.put("step 7: jti missing", signed(tokens.ofSession(sid).jwtID(null)));
        wrong.put("§2.4: type of another", LogoutTokens.signed(gateway.provider().keys().ec(), "at+jwt", tokens.ofSession(sid).claim("events", event)));
        wrong.put("oversize", signed(tokens.ofSession(sid).claim("padding", "x".repeat(12_000))));
        return wrong;
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return tokens.signed(claims);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void tokenThatDoesNotHoldEndsNothing(String name) {
        assertRefused(wrongTokens().getOrDefault(name, ""));
        gateway.assertServed(steadfast.call("/app/x"));
    }

    Set<String> names() {
        return wrongTokens().keySet();
    }

    @Test
    void idTokenIsNoLogOutToken() {
        Browser browser = gateway.signedIn("confused", "/app/page");
        assertThat(gateway.provider().lastIdToken()).contains(".");
        assertRefused(gateway.provider().lastIdToken());
        // All of an ID token but its nonce, which one from a refresh lacks, under the type of a log-out token.
        JWTClaimsSet.Builder withoutNonce = tokens.ofSession(gateway.provider().lastSid()).subject("confused").claim("events", null).claim("at_hash", "x");
        assertRefused(signed(withoutNonce));
        assertRefused(LogoutTokens.signed(gateway.provider().keys().ec(), "", withoutNonce));
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void tokenIsTakenOnce() throws InterruptedException {
        Browser browser = gateway.signedIn("replayed", "/app/page");
        WholeSeconds.awaitNext();
        String token = tokens.signed(tokens.ofSubject("replayed"));
        assertTaken(token);
        assertEnded(browser);
        WholeSeconds.awaitNext();
        assertSignsInAnew(browser, "replayed");
        gateway.fixture().upstream().forget();
        assertRefused(token);
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void tokenThatComesManyTimesAtOnceIsTakenOnce() throws Exception {
        String token = tokens.signed(tokens.ofSubject("raced"));
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int each = 0; each < 10; each++) {
            posts.add(() -> post(token).status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> each : many.invokeAll(posts)) {
                statuses.add(each.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 400);
    }

    @Test
    void refusedTokenSpendsNoIdentifier() {
        Browser browser = gateway.signedIn("guessed", "/app/page");
        JWTClaimsSet.Builder claims = tokens.ofSession(gateway.provider().lastSid()).jwtID("guessed-in-advance");
        assertRefused(LogoutTokens.signed(gateway.provider().keys().impostor, "logout+jwt", claims));
        assertTaken(signed(claims));
        assertEnded(browser);
    }

    @Test
    void tokenOfOneProviderEndsNothingOfAnother() throws InterruptedException {
        Browser browser = gateway.signedIn("shared", "/app/page");
        String sid = gateway.provider().lastSid();
        WholeSeconds.awaitNext();
        LogoutTokens others = other.logoutTokens();
        assertThat(BackChannel.post(gateway, "/others/bc", others.signed(others.ofSubject("shared"))).status()).isIn(200, 204);
        assertThat(BackChannel.post(gateway, "/others/bc", others.signed(others.ofSession(sid))).status()).isIn(200, 204);
        gateway.assertServed(browser.call("/app/x"));
        gateway.fixture().upstream().forget();
        gateway.assertRefused(BackChannel.post(gateway, "/others/bc", signed(tokens.ofSession(sid))), 400, INVALID);
        gateway.assertRefused(post(others.signed(others.ofSession(sid))), 400, INVALID);
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void sessionThatBeginsAfterItsProviderEndedItIsNone() throws Exception {
        gateway.provider().user("overtaken");
        Browser browser = gateway.browser();
        Reply provided = browser.follow(browser.open("/app/page"));
        String sid = gateway.provider().lastSid();
        gateway.provider().stall(Endpoint.TOKEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> back = threads.submit(() -> browser.follow(provided));
            await().until(() -> !gateway.provider().asked(Endpoint.TOKEN).isEmpty());
            assertTaken(signed(tokens.ofSession(sid)));
            gateway.provider().resume();
            back.get();
        }
        assertThat(browser.call("/app/x").status()).isEqualTo(401);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void tokenComesInAFormOfAPostAlone() {
        Browser browser = gateway.signedIn("formal", "/app/page");
        String token = signed(tokens.ofSession(gateway.provider().lastSid()));
        List<String> requests = List.of(
                Requests.get(PATH + "?logout_token=" + token), Requests.get(PATH), Requests.post(PATH + "?logout_token=" + token, "", BackChannel.FORM),
                Requests.post(PATH, "{\"logout_token\":\"" + token + "\"}", "Content-Type: application/json"), Requests.post(PATH, "logout_token=" + token, "Content-Type: text/plain"),
                Requests.post(PATH, "logout_token=" + token + "&logout_token=" + token, BackChannel.FORM), Requests.post(PATH, "token=" + token, BackChannel.FORM),
                Requests.post(PATH, "LOGOUT_TOKEN=" + token, BackChannel.FORM), Requests.post(PATH, "", BackChannel.FORM), Requests.post(PATH, "=&&=%", BackChannel.FORM),
                Requests.request("PUT", PATH, "", "Content-Length: 0"), Requests.request("DELETE", PATH, ""));
        for (String request : requests) {
            Reply reply = BackChannel.send(gateway, request);
            assertThat(reply.status()).as(request + reply).isIn(400, 404, 405, 415);
        }
        gateway.assertServed(browser.call("/app/x"));
        assertThat(BackChannel.send(gateway, Requests.post(PATH, "x=y&logout_token=" + token, "Content-Type: application/x-www-form-urlencoded; charset=UTF-8")).status()).isIn(200, 204);
        gateway.fixture().upstream().forget();
        assertEnded(browser);
    }

    @Test
    void contentOverTheBoundIsRefused() {
        String request = Requests.post(PATH, "logout_token=" + "x".repeat(200_000), BackChannel.FORM);
        try (RawClient client = gateway.fixture().tls()) {
            assertThat(client.sendRegardless(request.getBytes(StandardCharsets.ISO_8859_1)).read().status()).isEqualTo(413);
        }
    }

    @Test
    void logOutTokenIsNeverWritten() {
        assertTaken(signed(tokens.ofSession("unspeakable")));
        assertRefused(LogoutTokens.unsigned(tokens.ofSession("unspeakable")));
        assertThat(gateway.fixture().gateway().everythingWritten()).doesNotContain("eyJ");
    }
}
