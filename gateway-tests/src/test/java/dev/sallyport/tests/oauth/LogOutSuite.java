package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Cookie;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import dev.sallyport.tests.harness.provider.ProviderCall;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser that leaves: its session ends here, and at the provider where that one lets go (OpenID Connect RP-Initiated Logout 1.0). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LogOutSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              clinging: { oidc: { @clinging@, callback: /clinging/cb, logout: /clinging/lo, backChannelLogout: /clinging/bc } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              clinging: { match: { path: /clinging/** }, auth: clinging, upstream: main }
            """;
    private static final String LOGOUT = Browser.ORIGIN + "/oauth2/logout";
    /** Has no end-session endpoint. */
    private final OpenIdProvider clinging = new OpenIdProvider();
    private final OidcGateway gateway = new OidcGateway(CONFIG).word("clinging", clinging);

    LogOutSuite() {
        clinging.misbehave(Misbehaviour.Discovery.END_SESSION_ENDPOINT_MISSING);
        gateway.start();
    }

    @AfterAll
    void stop() {
        try {
            gateway.close();
        } finally {
            clinging.close();
        }
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    private void assertEnded(Browser before, String path) {
        gateway.assertRefused(before.call(path), 401, "session_expired");
    }

    @Test
    void logOutEndsTheSessionHereAndLeadsToTheProvider() {
        Browser browser = gateway.signedIn("leaver", "/app/page");
        Browser before = browser.copy();
        String name = browser.onlyCookie().name();
        Reply reply = browser.navigate(LOGOUT, "same-origin");
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.field("Referrer-Policy")).contains("no-referrer");
        assertThat(OidcGateway.taken(reply)).extracting(Cookie::name).contains(name);
        assertThat(browser.cookies()).isEmpty();
        assertEnded(before, "/app/x");
        String location = reply.field("Location").orElseThrow();
        assertThat(location).startsWith(gateway.provider().url(Endpoint.END_SESSION) + "?");
        Map<String, String> query = ProviderCall.parameters(URI.create(location).getRawQuery());
        assertThat(query.keySet()).containsAnyOf("id_token_hint", "client_id").isSubsetOf("id_token_hint", "client_id", "post_logout_redirect_uri", "logout_hint", "state");
        assertThat(query.getOrDefault("post_logout_redirect_uri", "")).startsWith(Browser.ORIGIN + "/");
        assertThat(location).doesNotContain(gateway.provider().lastAccessToken(), "rt-");
        Reply provided = browser.follow(reply);
        assertThat(provided.field("Location").orElse("")).startsWith(Browser.ORIGIN + "/");
    }

    @Test
    void logOutByPostOfTheOwnPageDoesTheSame() {
        Browser browser = gateway.signedIn("poster", "/app/page");
        Browser before = browser.copy();
        Reply reply = browser.send("POST", LOGOUT, "Content-Length: 0", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate");
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertEnded(before, "/app/x");
    }

    @Test
    void otherSessionsOfTheUserGoOn() {
        Browser one = gateway.signedIn("twofold", "/app/page");
        Browser two = gateway.signedIn("twofold", "/app/page");
        one.navigate(LOGOUT, "same-origin");
        gateway.assertServed(two.call("/app/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void pageOfAnotherSiteCannotLogTheBrowserOutUnseen(String site) {
        Browser browser = gateway.signedIn("pestered", "/app/page");
        Browser before = browser.copy();
        // As an image or a form of that page would.
        for (Reply reply : List.of(
                browser.copy().send("GET", LOGOUT, "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
                browser.copy().send("POST", LOGOUT, "Content-Length: 0", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: navigate"))) {
            gateway.assertRefused(reply, 403, "cross_site_request");
        }
        gateway.assertServed(before.call("/app/x"));
    }

    @Test
    void logOutWithoutASessionHarmsNobody() {
        Reply reply = gateway.browser().navigate(LOGOUT, "none");
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertThat(OidcGateway.given(reply)).isEmpty();
    }

    @Test
    void logOutWithASessionThatIsNoneClearsTheCookie() {
        Browser browser = gateway.signedIn("forgotten", "/app/page");
        String name = browser.onlyCookie().name();
        browser.plant(name, "Zm9yZ290dGVuIHNlc3Npb24gb2Ygc29tZWJvZHk");
        Reply reply = browser.navigate(LOGOUT, "same-origin");
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertThat(browser.cookies()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"post_logout_redirect_uri", "redirect_uri", "rd", "next", "returnTo", "url"})
    void parametersOfTheLogOutLeadNowhere(String parameter) {
        Browser browser = gateway.signedIn("lured", "/app/page");
        Reply reply = browser.navigate(LOGOUT + "?" + parameter + "=https%3A%2F%2Fevil.example.com%2F", "same-origin");
        assertThat(reply.field("Location").orElse("")).doesNotContain("evil");
    }

    @Test
    void providerThatKnowsNoLogOutIsNotAskedForIt() {
        clinging.user("clung");
        Browser browser = gateway.browser();
        assertThat(browser.signIn("/clinging/page").status()).isEqualTo(303);
        Browser before = browser.copy();
        Reply reply = browser.navigate(Browser.ORIGIN + "/clinging/lo", "same-origin");
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertThat(reply.field("Location").orElseThrow()).isIn("/", Browser.ORIGIN + "/");
        assertEnded(before, "/clinging/x");
    }

    @Test
    void providerThatIsDownKeepsNobodySignedIn() {
        Browser browser = gateway.signedIn("stranded", "/app/page");
        Browser before = browser.copy();
        gateway.provider().die();
        Reply reply = browser.navigate(LOGOUT, "same-origin");
        gateway.provider().comeBack();
        assertThat(reply.status()).as(reply.toString()).isIn(302, 303);
        assertEnded(before, "/app/x");
    }

    @Test
    void logOutOfOneAuthenticatorIsNoneOfAnother() {
        Browser browser = gateway.signedIn("divided", "/app/page");
        clinging.user("divided");
        browser.signIn("/clinging/page");
        browser.navigate(Browser.ORIGIN + "/clinging/lo", "same-origin");
        gateway.assertServed(browser.call("/app/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS"})
    void otherMethodsLogNobodyOut(String method) {
        Browser browser = gateway.signedIn("odd-" + method, "/app/page");
        Browser before = browser.copy();
        Reply reply = browser.send(method, LOGOUT, "Content-Length: 0", "Sec-Fetch-Site: same-origin");
        assertThat(reply.status()).isIn(403, 404, 405);
        gateway.assertServed(before.call("/app/x"));
    }

    @Test
    void idTokenIsSeenInNoLog() {
        Browser browser = gateway.signedIn("unlogged", "/app/page");
        browser.navigate(LOGOUT, "same-origin");
        BackChannel.send(gateway, Requests.get("/oauth2/logout?x=1"));
        assertThat(gateway.fixture().gateway().everythingWritten()).doesNotContain("eyJ", "at-", "rt-");
    }
}
