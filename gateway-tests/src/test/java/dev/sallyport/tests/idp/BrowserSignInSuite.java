package dev.sallyport.tests.idp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.idp.Chromium;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A real browser is signed in through a real provider's form, and signed out again by everyone who may do that. */
@Tag("idp")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserSignInSuite {
    private final SignInWorld world = new SignInWorld();

    @AfterAll
    void stop() {
        world.close();
    }

    @BeforeEach
    void forget() {
        world.fixture().upstream().forget();
        world.keycloak().admin().forgetEvents();
    }

    @Test
    void userSignsInThroughTheProvidersFormAndThePageCallsTheApi() {
        world.page("/app/home", "<!doctype html><title>home</title>");
        try (Chromium browser = world.browser()) {
            browser.open(world.origin() + "/app/home?view=all&x=%2F");
            assertThat(browser.url()).startsWith(world.keycloak().endpoint("auth"));
            world.submit(browser, "alice");
            browser.awaitUrl((world.origin() + "/app/home?view=all&x=%2F")::equals);
            assertThat(world.call(browser, "/api/orders")).isEqualTo(200);
            Received received = world.fixture().upstream().only("/api/orders");
            assertThat(received.field("X-Auth-Subject")).contains(world.keycloak().admin().idOf("alice"));
            assertThat(received.field("X-Auth-Name")).contains("alice");
            assertThat(received.field("X-Auth-Method")).contains("oidc");
            assertThat(received.foldedNames()).doesNotContain("cookie", "authorization");
        }
    }

    @Test
    void callOfAScriptWithoutSessionIsLedNowhere() {
        world.page("/open/page", "<!doctype html><title>open</title>");
        try (Chromium browser = world.browser()) {
            browser.open(world.origin() + "/open/page");
            assertThat(world.call(browser, "/api/anonymous")).isEqualTo(401);
            assertThat(world.reasonAt("/api/anonymous")).isEqualTo("credentials_missing");
        }
    }

    @Test
    void sessionIsACookieOutOfReachOfThePageAndNoTokenIsInTheBrowser() {
        try (Chromium browser = world.signedIn("alice", "/app/cookies")) {
            assertThat(browser.cookies()).extracting(cookie -> cookie.path("name").asText()).containsExactly(SignInWorld.COOKIE);
            JsonNode cookie = browser.cookie(SignInWorld.COOKIE);
            assertThat(cookie.path("httpOnly").asBoolean()).isTrue();
            assertThat(cookie.path("secure").asBoolean()).isTrue();
            assertThat(cookie.path("sameSite").asText()).isEqualTo("Lax");
            assertThat(cookie.path("path").asText()).isEqualTo("/");
            assertThat(cookie.path("domain").asText()).isEqualTo(Requests.HOST);
            assertThat(cookie.has("expiry")).isFalse();
            String seen = browser.script("return JSON.stringify([document.cookie, localStorage, sessionStorage, location.href, performance.getEntries()])").asText();
            assertThat(seen + browser.source() + browser.cookies()).doesNotContain("eyJ");
            assertThat(browser.script("return document.cookie").asText()).isEmpty();
        }
        assertThat(world.fixture().gateway().everythingWritten()).doesNotContain("eyJ");
        assertThat(world.fixture().upstream().transcript()).doesNotContain("eyJ");
    }

    @Test
    void wayThroughTheSignInLeavesNoCodeInTheHistoryAndNoReferrer() {
        try (Chromium browser = world.signedIn("alice", "/app/arrived")) {
            List<String> addresses = browser.history();
            assertThat(addresses).endsWith(world.origin() + "/app/arrived");
            assertThat(addresses).noneMatch(address -> address.startsWith(world.origin() + "/oauth2/"));
            assertThat(String.join("\n", addresses)).doesNotContainPattern("[?&#](code|access_token|id_token)=");
            assertThat(browser.script("return document.referrer").asText()).isEmpty();
            assertThat(world.fixture().upstream().only("/app/arrived").field("Referer")).isEmpty();
            assertThat(world.fixture().upstream().transcript()).doesNotContain("code=", "state=");
        }
    }

    @Test
    void fiftyCallsAcrossAnExpiringAccessTokenCauseOneRenewal() {
        try (Chromium browser = world.signedIn("alice", "/app/renewal")) {
            assertThat(world.call(browser, "/api/orders")).isEqualTo(200);
            assertThat(world.renewals()).isZero();
            awaitEndOfAccessToken();
            assertThat(world.calls(browser, "/api/orders", 50)).hasSize(50).containsOnly(200);
            assertThat(world.renewals()).isEqualTo(1);
            awaitEndOfAccessToken();
            String cookie = browser.cookie(SignInWorld.COOKIE).path("value").asText();
            assertThat(atOnce(cookie, 50)).hasSize(50).containsOnly(200);
            assertThat(world.renewals()).isEqualTo(2);
            assertThat(world.keycloak().admin().events("REFRESH_TOKEN_ERROR", "gateway")).isEmpty();
        }
    }

    /** A browser has six connections at most; these are as many as there are requests. */
    private List<Integer> atOnce(String cookie, int count) {
        List<RawClient> clients = new ArrayList<>();
        for (int each = 0; each < count; each++) {
            clients.add(RawClient.tls(world.port(), world.keycloak().pki().trusting(), Requests.HOST));
        }
        clients.forEach(client -> client.send(Requests.get("/api/orders", "Cookie: " + SignInWorld.COOKIE + "=" + cookie)));
        List<Integer> statuses = clients.stream().map(client -> client.read().status()).toList();
        clients.forEach(RawClient::close);
        return statuses;
    }

    private static void awaitEndOfAccessToken() {
        await().pollDelay(SignInWorld.LIFE).until(() -> true);
    }

    @Test
    void providerEndsTheSessionAndTheNextCallIsRefused() {
        try (Chromium browser = world.signedIn("bob", "/app/ended")) {
            assertThat(world.call(browser, "/api/orders")).isEqualTo(200);
            world.keycloak().admin().logOut("bob");
            assertThat(world.call(browser, "/api/ended")).isEqualTo(401);
            assertThat(world.reasonAt("/api/ended")).isEqualTo("session_expired");
            browser.open(world.origin() + "/app/ended");
            assertThat(browser.url()).startsWith(world.keycloak().endpoint("auth"));
        }
    }

    @Test
    void providerThatRenewsNoLongerEndsTheSession() {
        world.keycloak().admin().enable("carol");
        try (Chromium browser = world.signedIn("carol", "/app/disabled")) {
            world.keycloak().admin().disable("carol");
            awaitEndOfAccessToken();
            assertThat(world.calls(browser, "/api/disabled", 10)).hasSize(10).containsOnly(401);
            assertThat(world.keycloak().admin().events("REFRESH_TOKEN_ERROR", "gateway")).hasSize(1);
        }
    }

    @Test
    void userLogsOutHereAndAtTheProvider() {
        world.page("/open/farewell", "<!doctype html><title>farewell</title>");
        try (Chromium browser = world.signedIn("alice", "/app/leaving")) {
            browser.open(world.origin() + "/oauth2/logout");
            browser.click("#kc-logout");
            browser.awaitUrl((world.origin() + "/open/farewell")::equals);
            assertThat(browser.cookies()).isEmpty();
            assertThat(world.call(browser, "/api/left")).isEqualTo(401);
            browser.open(world.origin() + "/app/leaving");
            assertThat(browser.url()).startsWith(world.keycloak().endpoint("auth"));
            assertThat(browser.source()).contains("kc-login");
        }
    }

    @Test
    void severalTabsSignInAtOnceAndEachComesBackToItsOwnPage() {
        List<String> paths = List.of("/app/one", "/app/two", "/app/three");
        try (Chromium browser = world.browser()) {
            List<String> tabs = new ArrayList<>();
            for (String path : paths) {
                world.page(path, "<!doctype html><title>tab</title>");
                tabs.add(browser.newTab());
                browser.open(world.origin() + path);
                assertThat(browser.url()).startsWith(world.keycloak().issuer());
            }
            world.submit(browser, "alice");
            for (int each = paths.size() - 1; each >= 0; each--) {
                browser.goTo(tabs.get(each));
                // The provider's page notices by itself that the user has signed in meanwhile.
                browser.awaitUrl((world.origin() + paths.get(each))::equals);
                assertThat(world.call(browser, "/api/orders")).isEqualTo(200);
            }
            assertThat(browser.cookies()).extracting(cookie -> cookie.path("name").asText()).containsExactly(SignInWorld.COOKIE);
        }
    }

    @Test
    void sessionIsANewOneAtEachSignIn() {
        try (Chromium browser = world.signedIn("alice", "/app/fixation")) {
            String first = browser.cookie(SignInWorld.COOKIE).path("value").asText();
            world.keycloak().admin().logOut("alice");
            browser.open(world.origin() + "/app/fixation");
            world.submit(browser, "alice");
            browser.awaitUrl((world.origin() + "/app/fixation")::equals);
            assertThat(browser.cookie(SignInWorld.COOKIE).path("value").asText()).isNotEqualTo(first);
            assertThat(atOnce(first, 1)).containsExactly(401);
        }
    }

    @Test
    void signInThatAnotherBrowserBeganOpensNothing() {
        try (Chromium attacker = world.browser(); Chromium victim = world.browser()) {
            attacker.open(world.origin() + "/app/forged");
            victim.open(attacker.url());
            world.submit(victim, "alice");
            victim.awaitUrl(url -> url.startsWith(world.origin() + "/oauth2/callback"));
            assertThat(world.reasonAt("/oauth2/callback")).isEqualTo("sign_in_state_invalid");
            assertThat(victim.cookies()).isEmpty();
        }
    }

    @Test
    void noSpellingOfAnAddressLeadsElsewhereAfterSignIn() {
        List<String> before = List.of("//", "/\\", "/%2F", "/%5C", "/.//", "/app/..//", "/%09/", "/app?next=https://", "/@", "/https://", "/app%0d%0aLocation:%20https://");
        try (Chromium browser = world.signedIn("alice", "/app/spelt")) {
            for (String each : before) {
                browser.forgetCookies();
                browser.open(world.origin() + each + SignInWorld.STRANGER + "/x");
                browser.awaitUrl(url -> url.startsWith(world.origin() + "/"));
            }
        }
        assertThat(world.fixture().upstream().received()).noneMatch(received -> received.field("Host").orElse("").startsWith(SignInWorld.STRANGER));
    }

    private String attack(String target) {
        String url = world.origin() + target;
        return """
                <!doctype html><title>attack</title>
                <form method="post" action="%s"><input name="amount" value="1000"><button id="send">win</button></form>
                """.formatted(url);
    }

    @Test
    void formOfASiblingOriginIsRefusedThoughTheBrowserSendsTheCookie() {
        world.page("/attack", attack("/api/transfer"));
        try (Chromium browser = world.signedIn("alice", "/app/victim")) {
            browser.open(world.origin(SignInWorld.SIBLING) + "/attack");
            browser.click("#send");
            browser.awaitUrl((world.origin() + "/api/transfer")::equals);
            assertThat(world.reasonAt("/api/transfer")).isEqualTo("cross_site_request");
            assertThat(world.fixture().upstream().received("/api/transfer")).isEmpty();
            assertThat(browser.text()).contains("forbidden");
        }
    }

    @Test
    void formOfAStrangerComesWithoutTheCookie() {
        world.page("/attack", attack("/api/purchase"));
        try (Chromium browser = world.signedIn("alice", "/app/victim-2")) {
            browser.open(world.origin(SignInWorld.STRANGER) + "/attack");
            browser.click("#send");
            browser.awaitUrl((world.origin() + "/api/purchase")::equals);
            assertThat(world.reasonAt("/api/purchase")).isEqualTo("credentials_missing");
            assertThat(world.fixture().upstream().received("/api/purchase")).isEmpty();
        }
    }

    @Test
    void scriptsOfASiblingOriginNeitherChangeNorOpenNorLogOutAnything() {
        world.page("/attack", attack("/"));
        try (Chromium browser = world.signedIn("alice", "/app/victim-3")) {
            browser.open(world.origin(SignInWorld.SIBLING) + "/attack");
            String blindly = "return fetch(arguments[0], { method: arguments[1], mode: 'no-cors', credentials: 'include', body: arguments[2] || undefined }).then(() => 'sent', () => 'sent')";
            browser.script(blindly, world.origin() + "/api/scripted", "POST", "amount=1000");
            assertThat(world.reasonAt("/api/scripted")).isEqualTo("cross_site_request");
            browser.script("return new Promise(done => { new WebSocket(arguments[0]).onclose = () => done() })", "wss" + world.origin().substring(5) + "/api/socket");
            assertThat(world.reasonAt("/api/socket")).isEqualTo("cross_site_request");
            browser.script(blindly, world.origin() + "/oauth2/logout", "GET", "");
            assertThat(world.reasonAt("/oauth2/logout")).isEqualTo("cross_site_request");
            assertThat(world.fixture().upstream().received()).extracting(Received::target).doesNotContain("/api/scripted", "/api/socket");
            browser.open(world.origin() + "/app/victim-3");
            assertThat(world.call(browser, "/api/orders")).isEqualTo(200);
            assertThat(browser.script("return fetch('/api/own', { method: 'POST', body: 'x' }).then(reply => reply.status)").asInt()).isEqualTo(200);
        }
    }
}
