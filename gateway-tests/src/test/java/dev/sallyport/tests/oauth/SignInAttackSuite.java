package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Cookie;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour.Grants;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever meddles with a sign-in, in the browser or on the way, gets neither a session nor the browser anywhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignInAttackSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              others: { oidc: { @provider@, callback: /others/cb, logout: /others/lo, backChannelLogout: /others/bc } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              others: { match: { path: /others/** }, auth: others, upstream: main }
              raw: { match: { path: /** }, auth: people, upstream: main, path: { duplicateSlashes: keep, encodedSlash: keep } }
            """;
    private static final String INVALID = "sign_in_state_invalid";
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    /** No session came of it, and the provider was not even asked. */
    private void assertUnanswered(Reply reply, int status, String reason) {
        gateway.assertRefused(reply, status, reason);
        assertThat(gateway.provider().granted("authorization_code")).isEmpty();
    }

    /** What the provider sends the browser back with, and the browser as it was before. */
    private record Attempt(Browser browser, Reply provided) {
        String url() {
            return provided.field("Location").orElseThrow();
        }

        Reply answer(String url) {
            return browser.navigate(url, "cross-site");
        }

        String with(String parameter, String value) {
            return url().replaceFirst("(?<=[?&])" + parameter + "=[^&]*", parameter + "=" + value);
        }

        String without(String parameter) {
            return url().replaceFirst("(?<=[?&])" + parameter + "=[^&]*&?", "");
        }

        String value(String parameter) {
            return url().replaceFirst(".*[?&]" + parameter + "=([^&]*).*", "$1");
        }
    }

    private Attempt attempt(String subject, String target) {
        gateway.provider().user(subject);
        Browser browser = gateway.browser();
        return new Attempt(browser, browser.follow(browser.open(target)));
    }

    @Test
    void sessionIdThatWasPlantedBeforeSignInIsNotTakenOver() {
        String name = sessionName();
        Browser victim = gateway.browser();
        victim.plant(name, "cGxhbnRlZCBieSB0aGUgYXR0YWNrZXIgaGVyZQ");
        gateway.provider().user("victim");
        assertThat(victim.signIn("/app/page").status()).isEqualTo(303);
        assertThat(victim.onlyCookie().value()).isNotEqualTo("cGxhbnRlZCBieSB0aGUgYXR0YWNrZXIgaGVyZQ");
        Browser attacker = gateway.browser();
        attacker.plant(name, "cGxhbnRlZCBieSB0aGUgYXR0YWNrZXIgaGVyZQ");
        gateway.assertRefused(attacker.call("/app/x"), 401, "session_expired");
    }

    @Test
    void attackersOwnSessionThatWasPlantedNeverBecomesTheVictims() {
        String name = sessionName();
        Browser attacker = gateway.signedIn("attacker", "/app/page");
        Browser victim = gateway.browser();
        // The attempt was begun before the cookie was planted.
        gateway.provider().user("victim");
        Reply provided = victim.follow(victim.open("/app/page"));
        victim.plant(name, attacker.onlyCookie().value());
        assertThat(victim.follow(provided).status()).isEqualTo(303);
        assertThat(victim.onlyCookie().value()).isNotEqualTo(attacker.onlyCookie().value());
        gateway.assertServed(victim.call("/app/victim"));
        assertThat(gateway.fixture().upstream().only("/app/victim").field("X-Auth-Subject")).contains("victim");
        attacker.call("/app/attacker");
        assertThat(gateway.fixture().upstream().received("/app/attacker")).noneMatch(received -> received.field("X-Auth-Subject").orElse("").equals("victim"));
    }

    private String sessionName() {
        return gateway.signedIn("someone", "/app/page").onlyCookie().name();
    }

    List<String> tamperedIds() {
        return List.of("", "x", "%s.", "%s%%00", "\"%s\"", "%s,%s", "A%s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "../%s", "%%", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "' or 1=1 --", "x".repeat(6000));
    }

    @ParameterizedTest
    @MethodSource("tamperedIds")
    void tamperedSessionIdIsNone(String form) {
        Browser browser = gateway.signedIn("tampered", "/app/page");
        Cookie session = browser.onlyCookie();
        browser.plant(session.name(), form.formatted(session.value(), session.value()));
        gateway.assertRefused(browser.call("/app/x"), 401, "session_expired");
        assertThat(browser.open("/app/x").status()).isEqualTo(302);
    }

    @Test
    void everyCharacterOfTheSessionIdCounts() {
        Browser browser = gateway.signedIn("exact", "/app/page");
        Cookie session = browser.onlyCookie();
        for (int at : List.of(0, 1, 20, 41)) {
            char other = session.value().charAt(at) == 'A' ? 'B' : 'A';
            browser.plant(session.name(), session.value().substring(0, at) + other + session.value().substring(at + 1));
            gateway.assertRefused(browser.call("/app/x"), 401, "session_expired");
        }
        browser.plant(session.name(), session.value());
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void twoSessionCookiesAreNeverChosenFrom() {
        Browser browser = gateway.signedIn("twice", "/app/page");
        Cookie session = browser.onlyCookie();
        for (String value : List.of("planted", session.value())) {
            for (String line : List.of("Cookie: " + session.name() + "=" + value + "; x=1", "Cookie: x=1; " + session.name() + "=" + value)) {
                Reply reply = browser.call("/app/x", line);
                assertThat(reply.status()).as(line).isIn(400, 401);
                assertThat(gateway.reasonOf(reply)).isIn("credentials_ambiguous", "session_expired");
            }
        }
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void sessionOfOneAuthenticatorIsNoneOfAnother() {
        Browser browser = gateway.signedIn("local", "/app/page");
        Cookie session = browser.onlyCookie();
        gateway.assertRefused(browser.call("/others/x"), 401, "credentials_missing");
        String other = gateway.signedIn("other", "/others/page").onlyCookie().name();
        browser.plant(other, session.value());
        gateway.assertRefused(browser.call("/others/x"), 401, "session_expired");
    }

    @Test
    void answerInAnotherBrowserIsNobodysSignIn() {
        Attempt attackers = attempt("attacker", "/app/page");
        Browser victim = gateway.browser();
        assertUnanswered(victim.navigate(attackers.url(), "cross-site"), 400, INVALID);
        // Nor in one that has an attempt of its own under way.
        victim.open("/app/page");
        assertUnanswered(victim.navigate(attackers.url(), "cross-site"), 400, INVALID);
        // Nor with the attacker's cookie gone.
        Browser without = attackers.browser().copy();
        without.drop(without.onlyCookie().name());
        assertUnanswered(without.navigate(attackers.url(), "cross-site"), 400, INVALID);
    }

    @Test
    void alteredStateIsRefused() {
        Attempt attempt = attempt("altered", "/app/page");
        String state = attempt.value("state");
        String flipped = (state.charAt(0) == 'A' ? 'B' : 'A') + state.substring(1);
        String last = state.substring(0, state.length() - 1) + (state.endsWith("A") ? 'B' : 'A');
        for (String wrong : List.of("", flipped, last, state + "A", state.substring(1), "x".repeat(4000), "%00", "..%2f" + state, "%0d%0aSet-Cookie:a=b")) {
            assertUnanswered(attempt.answer(attempt.with("state", wrong)), 400, INVALID);
        }
        assertUnanswered(attempt.answer(attempt.without("state")), 400, INVALID);
        assertUnanswered(attempt.answer(attempt.url() + "&state=" + state), 400, INVALID);
        assertUnanswered(attempt.answer(attempt.url() + "&state=other"), 400, INVALID);
        assertUnanswered(attempt.answer(attempt.url().replace("state=", "State=")), 400, INVALID);
    }

    @Test
    void tamperedAttemptCookieIsRefused() {
        Attempt attempt = attempt("cooked", "/app/page");
        Cookie cookie = attempt.browser().onlyCookie();
        for (String wrong : List.of("", "x", cookie.value() + "A", cookie.value().substring(1), "A".repeat(cookie.value().length()), "x".repeat(5000))) {
            Browser browser = attempt.browser().copy();
            browser.plant(cookie.name(), wrong);
            assertUnanswered(browser.navigate(attempt.url(), "cross-site"), 400, INVALID);
        }
    }

    @Test
    void attemptOfOneAuthenticatorIsNotAnsweredAtAnother() {
        Attempt attempt = attempt("crossed", "/app/page");
        assertUnanswered(attempt.answer(attempt.url().replace("/oauth2/callback", "/others/cb")), 400, INVALID);
    }

    @Test
    void answerIsTakenOnceEvenWhereTheProviderTakesCodesAgain() {
        gateway.provider().misbehave(Grants.CODES_LAST);
        Attempt attempt = attempt("replayed", "/app/page");
        Browser before = attempt.browser().copy();
        assertThat(attempt.answer(attempt.url()).status()).isEqualTo(303);
        assertThat(gateway.provider().granted("authorization_code")).hasSize(1);
        gateway.assertRefused(attempt.answer(attempt.url()), 400, INVALID);
        gateway.assertRefused(before.navigate(attempt.url(), "cross-site"), 400, INVALID);
        assertThat(gateway.provider().granted("authorization_code")).hasSize(1);
    }

    @Test
    void answerThatComesManyTimesAtOnceMakesOneSession() throws Exception {
        gateway.provider().misbehave(Grants.CODES_LAST);
        Attempt attempt = attempt("raced", "/app/page");
        List<Callable<Reply>> answers = new ArrayList<>();
        for (int each = 0; each < 12; each++) {
            Browser copy = attempt.browser().copy();
            answers.add(() -> copy.navigate(attempt.url(), "cross-site"));
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Reply> each : many.invokeAll(answers)) {
                statuses.add(each.get().status());
            }
        }
        assertThat(statuses).containsOnlyOnce(303).containsOnly(303, 400);
        assertThat(gateway.provider().granted("authorization_code")).hasSize(1);
    }

    @Test
    void refusedAnswerSpendsItsAttempt() {
        gateway.provider().misbehave(Misbehaviour.IdToken.NONCE_OF_ANOTHER);
        Attempt attempt = attempt("spent", "/app/page");
        Browser before = attempt.browser().copy();
        gateway.assertRefused(attempt.answer(attempt.url()), 502, "sign_in_answer_invalid");
        gateway.provider().behave();
        gateway.assertRefused(before.navigate(attempt.url(), "cross-site"), 400, INVALID);
    }

    @Test
    void answersThatAnybodyMakesUpSpendNothing() {
        Attempt attempt = attempt("patient", "/app/page");
        for (String made : List.of(attempt.without("code") + "&error=access_denied", attempt.without("code"), attempt.with("code", "made-up"))) {
            Browser before = attempt.browser().copy();
            gateway.assertRefused(before.navigate(made, "cross-site"), 403, "sign_in_refused");
        }
        assertThat(attempt.answer(attempt.url()).status()).isEqualTo(303);
    }

    @Test
    void codeOfAnotherAttemptIsWorthNothing() {
        Attempt own = attempt("attacker", "/app/page");
        String stolen = attempt("victim", "/app/page").value("code");
        gateway.assertRefused(own.answer(own.with("code", stolen)), 403, "sign_in_refused");
        // Nor where the provider checks no verifier: the nonce is another's.
        gateway.provider().misbehave(Grants.VERIFIERS_IGNORED);
        Attempt again = attempt("attacker", "/app/page");
        String stolenAgain = attempt("victim", "/app/page").value("code");
        gateway.assertRefused(again.answer(again.with("code", stolenAgain)), 502, "sign_in_answer_invalid");
    }

    @ParameterizedTest
    @EnumSource(names = {"ISSUER_OF_ANOTHER", "ISSUER_MISSING"})
    void answerOfAnotherIssuerIsRefusedBeforeItsCodeIsUsed(Misbehaviour.Callback wrong) {
        gateway.provider().misbehave(wrong);
        Attempt attempt = attempt("mixed-up", "/app/page");
        assertUnanswered(attempt.answer(attempt.url()), 400, "sign_in_issuer_mismatch");
    }

    @ParameterizedTest
    @EnumSource(names = {"STATE_OF_ANOTHER", "STATE_MISSING", "STATE_TWICE", "ISSUER_TWICE", "CODE_MISSING", "CODE_TWICE", "CODE_AND_ERROR", "CONSENT_DENIED", "FAILS"})
    void answerThatIsNoneNeverSignsIn(Misbehaviour.Callback wrong) {
        gateway.provider().misbehave(wrong);
        Attempt attempt = attempt("confused", "/app/page");
        Reply reply = attempt.answer(attempt.url());
        assertThat(reply.status()).as(reply.toString()).isBetween(400, 503);
        gateway.assertRefused(reply, reply.status(), switch (wrong) {
            case CODE_MISSING, CONSENT_DENIED, CODE_AND_ERROR, FAILS -> "sign_in_refused";
            default -> INVALID;
        });
        assertThat(gateway.provider().granted("authorization_code")).isEmpty();
        assertThat(reply.text()).doesNotContain("script", "access_denied");
    }

    /** Paths that a browser, told to go there, takes for another host. */
    @ParameterizedTest
    @ValueSource(strings = {
        "//evil.example.com", "//evil.example.com/app/x", "///evil.example.com/", "////evil.example.com", "//evil.example.com%2f..", "//evil.example.com:443/", "//evil%E3%80%82example.com/",
        "//user@evil.example.com/", "//%65vil.example.com", "/%2f/evil.example.com", "/%2fevil.example.com", "/%2F%2Fevil.example.com", "/.//evil.example.com", "/app/..//evil.example.com",
        "/app/%2e%2e//evil.example.com", "/..//evil.example.com", "/./%2e//evil.example.com", "/%2e%2e//evil.example.com", "/\\evil.example.com", "/\\/evil.example.com", "//\\evil.example.com", "/%5cevil.example.com", "/%5C%5Cevil.example.com",
        "/%09/evil.example.com", "/%0d%0aLocation:%20https://evil.example.com/", "/%00//evil.example.com", "/%20//evil.example.com", "/;//evil.example.com", "/;@evil.example.com", "/@evil.example.com",
        "https://evil.example.com/", "https:/evil.example.com", "https:evil.example.com", "javascript:alert(1)", "http://evil.example.com/app/x",
        "/app/%E2%80%AE%2f%2fevil", "/app/x?next=//evil.example.com", "/app/x?next=https://evil.example.com", "/app/x?%0d%0aSet-Cookie:a=b", "/app/x#//evil.example.com", "/app/x?a=\\evil.example.com", "?//evil.example.com",
    })
    void browserIsNeverSentToAnotherHost(String target) {
        gateway.provider().user("lured");
        Browser browser = gateway.browser();
        Reply reply = browser.openRaw(target);
        if (reply.status() != 302) {
            assertThat(reply.status()).as(target + ": " + reply).isBetween(400, 431);
            return;
        }
        if (!reply.field("Location").orElseThrow().startsWith(gateway.provider().issuer())) {
            assertStaysHere(reply, target);
            return;
        }
        Reply back = browser.follow(browser.follow(reply));
        if (back.status() == 303) {
            assertStaysHere(back, target);
        } else {
            assertThat(back.status()).as(target + ": " + back).isBetween(400, 431);
        }
    }

    /** As browsers resolve it (WHATWG URL §4.4): a backslash is a slash, tabs and line breaks are nothing. */
    private static void assertStaysHere(Reply back, String target) {
        String location = back.field("Location").orElseThrow().replaceAll("[\t\r\n]", "").replace('\\', '/').strip();
        assertThat(location).as(target).matches("(https://api\\.example\\.com(/.*)?)|(/([^/].*)?)");
        assertThat(URI.create(Browser.ORIGIN + "/oauth2/callback").resolve(location.replaceAll("[^!-~]", "x")).getHost()).as(target).isEqualTo("api.example.com");
        assertThat(back.values("Set-Cookie")).as(target).noneMatch(cookie -> cookie.startsWith("a=b"));
    }

    @Test
    void veryLongPageIsComeBackToOrNotAskedFor() {
        for (int length : List.of(1000, 2000, 3000, 5000, 7000)) {
            String target = "/app/" + "x".repeat(length);
            Browser browser = gateway.browser();
            Reply away = browser.open(target);
            assertThat(away.status()).as(length + ": " + away).isIn(302, 400, 401, 414, 431);
            if (away.status() == 302) {
                Reply back = browser.follow(browser.follow(away));
                assertThat(back.status()).as(length + ": " + back).isEqualTo(303);
                assertThat(back.field("Location").orElseThrow()).isIn(target, Browser.ORIGIN + target, "/", Browser.ORIGIN + "/");
            }
        }
    }

    @Test
    void parametersThatNameAPageAreNotBelieved() {
        gateway.provider().user("parametric");
        for (String parameter : List.of("rd", "return_to", "returnTo", "redirect", "redirect_uri", "next", "url", "RelayState", "target")) {
            Attempt attempt = attempt("parametric", "/app/page");
            Reply back = attempt.answer(attempt.url() + "&" + parameter + "=https://evil.example.com/");
            assertThat(back.status() == 303 ? back.field("Location").orElseThrow() : "/app/page").as(parameter).isIn("/app/page", Browser.ORIGIN + "/app/page");
        }
    }

    @Test
    void hostThatAStrangerNamesIsNotWhereTheAnswerGoes() {
        Reply reply = gateway.browser().send("GET", Browser.ORIGIN + "/app/page", "Sec-Fetch-Mode: navigate", "X-Forwarded-Host: evil.example.com", "X-Forwarded-Proto: http", "Forwarded: host=evil.example.com", "X-Original-URL: /evil");
        assertThat(reply.field("Location").orElseThrow()).contains("redirect_uri=https%3A%2F%2Fapi.example.com%2Foauth2%2Fcallback");
    }

    @Test
    void attemptsOfOneBrowserDoNotPileUp() {
        Browser browser = gateway.browser();
        List<Reply> away = new ArrayList<>();
        for (int each = 0; each < 25; each++) {
            Reply reply = browser.open("/app/page-" + each);
            assertThat(reply.status()).as(each + ": " + reply).isEqualTo(302);
            away.add(reply);
        }
        assertThat(browser.cookieLine("/").orElseThrow().length()).isLessThan(4_000);
        gateway.provider().user("busy");
        assertThat(browser.follow(browser.follow(away.getLast())).status()).isEqualTo(303);
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void floodOfAttemptsHoldsUpNobody() throws Exception {
        Attempt early = attempt("early", "/app/page");
        List<Callable<Integer>> floods = new ArrayList<>();
        for (int each = 0; each < 4; each++) {
            floods.add(this::flood);
        }
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> each : many.invokeAll(floods)) {
                assertThat(each.get()).isIn(302, 429, 503);
            }
        }
        assertThat(early.answer(early.url()).status()).isEqualTo(303);
        gateway.assertServed(gateway.signedIn("late", "/app/page").call("/app/x"));
    }

    private int flood() {
        int last = 0;
        try (RawClient client = gateway.fixture().tls()) {
            for (int each = 0; each < 250; each++) {
                last = client.exchange(Requests.get("/app/flood-" + each, "Sec-Fetch-Mode: navigate")).status();
            }
        }
        return last;
    }

    @Test
    void cookiesOverTheBoundOfAHeadAreRefusedWithIt() {
        Browser browser = gateway.signedIn("stuffed", "/app/page");
        browser.plant("stuffing", "x".repeat(100_000));
        assertThat(browser.call("/app/x").status()).isEqualTo(431);
        browser.drop("stuffing");
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void callbackThatWasNeverAskedForIsRefusedInEveryForm() {
        for (String query : List.of("", "?", "?code=x", "?code=x&state=y", "?state=y", "?error=access_denied", "?code=x&state=y&iss=z", "?code&state", "?&&&", "?code=%ff&state=%ff", "?%00=%00", "?code=" + "x".repeat(6000) + "&state=y")) {
            assertUnanswered(gateway.browser().open("/oauth2/callback" + query), 400, INVALID);
        }
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            Reply reply = gateway.browser().send(method, Browser.ORIGIN + "/oauth2/callback?code=x&state=y", "Content-Length: 0", "Sec-Fetch-Site: cross-site");
            assertThat(reply.status()).as(method).isEqualTo(405);
            assertThat(reply.field("Allow")).contains("GET, HEAD");
        }
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void providersEndpointsAreAskedNothingForNothing() {
        gateway.browser().call("/app/x");
        gateway.browser().send("POST", Browser.ORIGIN + "/app/x", "Content-Length: 0");
        assertThat(gateway.provider().asked(Endpoint.TOKEN)).isEmpty();
        assertThat(gateway.provider().asked(Endpoint.USERINFO)).isEmpty();
    }
}
