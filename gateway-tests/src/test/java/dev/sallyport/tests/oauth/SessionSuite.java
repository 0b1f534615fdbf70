package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.WholeSeconds;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Cookie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session lives as long as it may, is its user's alone, and stays between the browser and the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionSuite {
    private static final Duration IDLE = Duration.ofMillis(1200);
    private static final Duration ABSOLUTE = Duration.ofMillis(1500);
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              idle: { oidc: { @provider@, session: { idle: 1200ms, absolute: 1h }, callback: /idle/cb, logout: /idle/lo, backChannelLogout: /idle/bc } }
              brief: { oidc: { @provider@, session: { idle: 10m, absolute: 1500ms }, callback: /brief/cb, logout: /brief/lo, backChannelLogout: /brief/bc } }
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            revocation: { journal: revocations.journal }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              idle: { match: { path: /idle/** }, auth: idle, upstream: main }
              brief: { match: { path: /brief/** }, auth: brief, upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              any: { match: { path: /any/** }, auth: [partners, people], upstream: main }
              reversed: { match: { path: /reversed/** }, auth: [people, partners], upstream: main }
              all: { match: { path: /all/** }, auth: { all: [partners, people] }, upstream: main }
            """;
    private static final String KEY = "X-API-Key: " + OidcGateway.KEY;
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    @Test
    void idleSessionEndsAndOneInUseDoesNot() throws InterruptedException {
        Optional<Browser> used = Optional.empty();
        for (int each = 0; used.isEmpty(); each++) {
            assertThat(each).as("the machine stalls each time").isLessThan(20);
            used = keptInUseFor(IDLE.multipliedBy(2));
        }
        gateway.fixture().upstream().forget();
        Thread.sleep(IDLE.plusMillis(200));
        gateway.assertRefused(used.get().call("/idle/x"), 401, "session_expired");
        assertThat(used.get().open("/idle/x").status()).isEqualTo(302);
    }

    /** Empty where the machine stalled, and the session was idle for too long indeed. */
    private Optional<Browser> keptInUseFor(Duration time) throws InterruptedException {
        long begun = System.nanoTime();
        long lastUsed = begun;
        Browser browser = gateway.signedIn("idler", "/idle/page");
        while (since(begun).compareTo(time) < 0) {
            long asked = System.nanoTime();
            int status = browser.call("/idle/x").status();
            if (since(lastUsed).compareTo(IDLE) >= 0) {
                return Optional.empty();
            }
            assertThat(status).isEqualTo(200);
            lastUsed = asked;
            Thread.sleep(IDLE.dividedBy(6));
        }
        return Optional.of(browser);
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    @Test
    void sessionEndsAtItsAbsoluteLifetimeHoweverMuchItIsUsed() {
        long start = System.nanoTime();
        Browser browser = gateway.signedIn("busy", "/brief/page");
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(() -> browser.call("/brief/x").status() == 401);
        assertThat(since(start)).isGreaterThanOrEqualTo(ABSOLUTE);
        gateway.fixture().upstream().forget();
        gateway.assertRefused(browser.call("/brief/x"), 401, "session_expired");
    }

    @Test
    void manyUsersAtOnceAreNeverTakenForEachOther() throws Exception {
        List<Browser> browsers = new ArrayList<>();
        for (int each = 0; each < 8; each++) {
            browsers.add(gateway.signedIn("user-" + each, "/app/page"));
        }
        List<Callable<Void>> calls = new ArrayList<>();
        for (int each = 0; each < 120; each++) {
            int user = each % browsers.size();
            calls.add(() -> {
                gateway.assertServed(browsers.get(user).call("/app/of-user-" + user));
                return null;
            });
        }
        try (ExecutorService many = Executors.newFixedThreadPool(16)) {
            for (Future<Void> each : many.invokeAll(calls)) {
                each.get();
            }
        }
        assertThat(gateway.fixture().upstream().received()).hasSize(120)
                .allSatisfy(received -> assertThat(received.target()).isEqualTo("/app/of-" + received.field("X-Auth-Subject").orElse("")));
    }

    @Test
    void sessionsAndAttemptsOutliveAReload() {
        Browser browser = gateway.signedIn("kept", "/app/page");
        Browser underWay = gateway.browser();
        Reply provided = underWay.follow(underWay.open("/app/page"));
        gateway.reload("accessLog: { query: masked }\n");
        gateway.assertServed(browser.call("/app/x"));
        assertThat(underWay.follow(provided).status()).isEqualTo(303);
        gateway.reload("");
        gateway.assertServed(browser.call("/app/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "%s=%s", "a=b; %s=%s", "%s=%s; a=b", "a=b; %s=%s; c=d", "a=b;%s=%s;c=d", "a=b ;  %s=%s  ; c=d", "%s=%s;", "; %s=%s", "a=\"q; %s=%s; r\"",
    })
    void gatewaysCookieNeverGoesUpAndTheOthersDoAsTheyAre(String form) {
        Browser browser = gateway.signedIn("stripped", "/app/page");
        Cookie session = browser.onlyCookie();
        browser.drop(session.name());
        String line = form.formatted(session.name(), session.value());
        gateway.assertServed(browser.call("/app/x", "Cookie: " + line));
        Received received = gateway.fixture().upstream().only("/app/x");
        assertThat(received.fields().toString()).doesNotContainIgnoringCase(session.name()).doesNotContain(session.value());
        List<String> others = List.of(form.replaceAll("\\s*%s=%s\\s*", "").split(";", -1)).stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
        List<String> up = received.values("Cookie").stream().flatMap(value -> List.of(value.split(";", -1)).stream()).map(String::strip).filter(each -> !each.isEmpty()).toList();
        assertThat(up).isEqualTo(others);
    }

    @Test
    void otherCookieLinesGoUpByteForByte() {
        Browser browser = gateway.signedIn("bytes", "/app/page");
        String odd = "Cookie: a=\"x, y\"; b=; c; =d; e=%41=%42;  f=g";
        gateway.assertServed(browser.call("/app/x", odd, "Cookie: second=line"));
        assertThat(gateway.fixture().upstream().only("/app/x").values("Cookie")).contains(odd.substring(8), "second=line").hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open/x", "/keys/x", "/any/x"})
    void gatewaysCookieStaysBehindOnRoutesThatDoNotAskForIt(String path) {
        Browser browser = gateway.signedIn("leaky", "/app/page");
        gateway.assertServed(browser.call(path, KEY, "Cookie: theme=dark"));
        assertThat(gateway.fixture().upstream().only(path).values("Cookie")).containsExactly("theme=dark");
    }

    @Test
    void gatewaysCookieIsStrippedInEverySpelling() {
        Browser browser = gateway.signedIn("spelt", "/app/page");
        String name = browser.onlyCookie().name();
        for (String spelling : List.of(name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT), "=" + name, " " + name, name + " ")) {
            gateway.fixture().upstream().forget();
            gateway.assertServed(browser.call("/open/x", "Cookie: a=b; " + spelling + "=planted; c=d"));
            assertThat(gateway.fixture().upstream().only("/open/x").fields().toString()).as(spelling).doesNotContain("planted");
        }
    }

    @Test
    void upstreamCannotSetOrClearTheGatewaysCookie() {
        Browser browser = gateway.signedIn("steady", "/app/page");
        Cookie session = browser.onlyCookie();
        gateway.fixture().upstream().on("/app/evil", RecordingUpstream.ok("evil", "Set-Cookie: " + session.name() + "=planted; Path=/; Secure", "Set-Cookie: theme=dark; Path=/",
                "set-cookie: " + session.name() + "=; Max-Age=0; Path=/; Secure", "SET-COOKIE:   " + session.name() + "=planted", "Set-Cookie: =" + session.name() + "=planted; Path=/; Secure",
                "Set-Cookie: " + session.name().toLowerCase(Locale.ROOT) + "=planted; Path=/; Secure", "Set-Cookie: lang=en"));
        Reply reply = browser.call("/app/evil");
        assertThat(reply.values("Set-Cookie")).containsExactly("theme=dark; Path=/", "lang=en");
        gateway.fixture().upstream().on("/open/evil", RecordingUpstream.ok("evil", "Set-Cookie: " + session.name() + "=planted; Path=/; Secure"));
        assertThat(browser.call("/open/evil").values("Set-Cookie")).isEmpty();
        assertThat(browser.cookies().get(session.name())).isEqualTo(session);
        gateway.assertServed(browser.call("/app/x"));
    }

    @Test
    void explicitCredentialIsTheIdentityAndABadOneIsNeverPassedOver() {
        Browser browser = gateway.signedIn("ambient", "/app/page");
        for (String route : List.of("/any", "/reversed")) {
            gateway.assertServed(browser.call(route + "/x", KEY));
            Received received = gateway.fixture().upstream().only(route + "/x");
            assertThat(received.field("X-Auth-Subject")).contains("partner");
            assertThat(received.field("X-Auth-Method")).contains("api_key");
            assertThat(received.foldedNames()).doesNotContain("cookie", "x-api-key");
            gateway.assertServed(browser.call(route + "/y"));
            assertThat(gateway.fixture().upstream().only(route + "/y").field("X-Auth-Subject")).contains("ambient");
            gateway.fixture().upstream().forget();
            gateway.assertRefused(browser.call(route + "/z", "X-API-Key: another-key-0123456789"), 401, "api_key_unknown");
        }
    }

    @Test
    void badSessionBesideAGoodKeyIsNotLookedAt() {
        Browser browser = gateway.signedIn("stale", "/app/page");
        browser.plant(browser.onlyCookie().name(), "c3RhbGUgc2Vzc2lvbiBvZiBzb21lYm9keQ");
        gateway.assertServed(browser.call("/any/x", KEY));
        assertThat(gateway.fixture().upstream().only("/any/x").field("X-Auth-Subject")).contains("partner");
    }

    @Test
    void chainThatNeedsBothNeedsBoth() {
        Browser browser = gateway.signedIn("both", "/app/page");
        gateway.assertServed(browser.call("/all/x", KEY));
        assertThat(gateway.fixture().upstream().only("/all/x").field("X-Auth-Method")).contains("api_key,oidc");
        gateway.fixture().upstream().forget();
        gateway.assertRefused(browser.call("/all/x"), 401, "credentials_missing");
        gateway.assertRefused(gateway.browser().call("/all/x", KEY), 401, "credentials_missing");
    }

    @Test
    void headAndOptionsAreServedAsTheirUser() {
        Browser browser = gateway.signedIn("methodical", "/app/page");
        for (String method : List.of("HEAD", "OPTIONS")) {
            gateway.fixture().upstream().forget();
            gateway.assertServed(browser.callBy(method, "/app/x"));
            assertThat(gateway.fixture().upstream().only("/app/x").field("X-Auth-Subject")).contains("methodical");
        }
    }

    @Test
    void subjectThatWasCalledBackHasNoSessionUntilTheNextSignIn() throws InterruptedException {
        Browser browser = gateway.signedIn("leaver", "/app/page");
        Browser other = gateway.signedIn("stayer", "/app/page");
        assertThat(gateway.fixture().call("/revocations", "{\"subject\":\"leaver\"}", OidcGateway.ADMIN).status()).isIn(200, 204);
        gateway.assertRefused(browser.call("/app/x"), 401, "token_revoked");
        gateway.assertServed(other.call("/app/x"));
        WholeSeconds.awaitNext();
        gateway.provider().user("leaver");
        assertThat(browser.signIn("/app/x").status()).isEqualTo(303);
        gateway.assertServed(browser.call("/app/x"));
    }
}
