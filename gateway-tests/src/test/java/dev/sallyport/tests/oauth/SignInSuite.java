package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Cookie;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.provider.ProviderCall;
import dev.sallyport.tests.harness.token.DpopProofs;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser signs in through its provider and comes back to the page it asked for (OpenID Connect Core §3.1). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignInSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              checked: { oidc: { @provider@, userInfo: true, callback: /checked/cb, logout: /checked/lo, backChannelLogout: /checked/bc } }
              forwarding: { oidc: { @provider@, forwardAccessToken: true, callback: /forwarding/cb, logout: /forwarding/lo, backChannelLogout: /forwarding/bc } }
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            trustedProxies: [ "127.0.0.1" ]
            identity: { claims: { tenant: X-Auth-Tenant } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              profile: { match: { path: /profile/** }, auth: { any: [people], scopes: [profile], claims: { tenant: acme } }, upstream: main }
              admin: { match: { path: /admin/** }, auth: { any: [people], scopes: [admin] }, upstream: main }
              checked: { match: { path: /checked/** }, auth: checked, upstream: main }
              forwarding: { match: { path: /forwarding/** }, auth: forwarding, upstream: main }
              mixed: { match: { path: /mixed/** }, auth: [partners, people], upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
            """;
    private static final Set<String> FLAGS = Set.of("secure", "httponly", "samesite=Lax", "path=/");
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    private static Map<String, String> query(Reply redirect) {
        return ProviderCall.parameters(URI.create(redirect.field("Location").orElseThrow()).getRawQuery());
    }

    @Test
    void navigationIsSentToTheProviderWithAFreshAttempt() {
        Reply reply = gateway.browser().open("/app/page?x=1");
        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.field("Location").orElseThrow()).startsWith(gateway.provider().url(Endpoint.AUTHORIZATION) + "?");
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.field("Referrer-Policy")).contains("no-referrer");
        Map<String, String> query = new TreeMap<>(query(reply));
        assertThat(query).containsEntry("response_type", "code").containsEntry("client_id", "gateway").containsEntry("scope", "openid profile")
                .containsEntry("redirect_uri", "https://api.example.com/oauth2/callback").containsEntry("code_challenge_method", "S256");
        assertThat(query.keySet()).isSubsetOf("response_type", "client_id", "scope", "redirect_uri", "code_challenge_method", "code_challenge", "state", "nonce", "response_mode");
        assertThat(query.get("code_challenge")).matches("[A-Za-z0-9_-]{43}");
        // 128 bits at least, as base64url has them.
        assertThat(List.of(query.getOrDefault("state", ""), query.getOrDefault("nonce", ""))).allMatch(value -> value.matches("[A-Za-z0-9_.~-]{22,}")).doesNotHaveDuplicates();
        Cookie attempt = OidcGateway.only(reply);
        assertThat(attempt.name()).startsWith("__Host-");
        assertThat(attempt.attributes()).containsAll(FLAGS).contains("max-age=600").hasSize(5);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void signedInBrowserComesBackToItsPageAndIsServedAsItsUser() {
        gateway.provider().user("alice");
        Browser browser = gateway.browser();
        Reply away = browser.open("/app/a%20page?x=1&y=%2F%3f&y=//z");
        Reply back = browser.follow(browser.follow(away));
        assertThat(back.status()).as(back.toString()).isEqualTo(303);
        assertThat(back.field("Location").orElseThrow()).isIn("/app/a%20page?x=1&y=%2F%3f&y=//z", Browser.ORIGIN + "/app/a%20page?x=1&y=%2F%3f&y=//z");
        assertThat(back.field("Cache-Control")).contains("no-store");
        assertThat(back.field("Referrer-Policy")).contains("no-referrer");
        assertThat(back.content()).isEmpty();
        Cookie session = OidcGateway.only(back);
        assertThat(session.name()).startsWith("__Host-");
        assertThat(session.value()).matches("[A-Za-z0-9_.~-]{22,}");
        assertThat(session.attributes()).containsExactlyInAnyOrderElementsOf(FLAGS);
        assertThat(OidcGateway.taken(back)).extracting(Cookie::name).containsExactly(OidcGateway.only(away).name());
        assertThat(browser.cookies().keySet()).containsExactly(session.name());
        Reply page = browser.open("/app/a%20page?x=1&y=%2F%3f&y=//z");
        assertThat(page.text()).isEqualTo("ok");
        Received received = gateway.fixture().upstream().received().getFirst();
        assertThat(received.target()).isEqualTo("/app/a%20page?x=1&y=%2F%3f&y=//z");
        assertThat(received.field("X-Auth-Subject")).contains("alice");
        assertThat(received.field("X-Auth-Method")).contains("oidc");
        assertThat(received.field("X-Auth-Authenticator")).contains("people");
        assertThat(received.field("X-Auth-Issuer")).contains(gateway.provider().issuer());
        assertThat(received.field("X-Auth-Scopes")).contains("openid profile");
        assertThat(received.field("X-Auth-Tenant")).contains("acme");
        assertThat(received.foldedNames()).doesNotContain("cookie", "authorization");
    }

    @Test
    void codeIsExchangedOnceByItsClientWithItsVerifier() {
        Browser browser = gateway.browser();
        Reply away = browser.open("/app/page");
        browser.follow(browser.follow(away));
        List<ProviderCall> calls = gateway.provider().granted("authorization_code");
        assertThat(calls).hasSize(1);
        ProviderCall call = calls.getFirst();
        assertThat(call.form()).containsEntry("redirect_uri", "https://api.example.com/oauth2/callback").containsOnlyKeys("grant_type", "code", "redirect_uri", "code_verifier");
        assertThat(call.form("code_verifier")).matches("[A-Za-z0-9._~-]{43,128}");
        assertThat(DpopProofs.sha256(call.form("code_verifier"))).isEqualTo(query(away).get("code_challenge"));
        assertThat(away.toString()).doesNotContain(call.form("code_verifier"));
        assertThat(gateway.provider().asked(Endpoint.USERINFO)).isEmpty();
    }

    @Test
    void everyAttemptAndEverySessionHasSecretsOfItsOwn() {
        Set<String> seen = new HashSet<>();
        for (int each = 0; each < 8; each++) {
            Browser browser = gateway.browser();
            Reply away = browser.open("/app/page");
            Reply back = browser.follow(browser.follow(away));
            Map<String, String> query = query(away);
            for (String secret : List.of(query.get("state"), query.get("nonce"), query.get("code_challenge"), OidcGateway.only(away).value(), OidcGateway.only(back).value())) {
                assertThat(seen.add(secret)).as("a secret that came before: " + secret).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET  | Sec-Fetch-Mode: navigate                            | 302",
        "GET  | Sec-Fetch-Mode: navigate, Accept: */*               | 302",
        "GET  | Accept: text/html                                   | 302",
        "GET  | Accept: application/xhtml+xml;text/html             | 302",
        "GET  | Accept: text/html;q=0.9                             | 302",
        "GET  | Sec-Fetch-Mode: cors, Accept: text/html             | 401",
        "GET  | Sec-Fetch-Mode: no-cors, Accept: text/html          | 401",
        "GET  | Sec-Fetch-Mode: same-origin, Accept: text/html      | 401",
        "GET  | Sec-Fetch-Mode: websocket                           | 401",
        "GET  | Accept: */*                                         | 401",
        "GET  | Accept: application/json                            | 401",
        "GET  | X-Requested-With: XMLHttpRequest                    | 401",
        "POST | Sec-Fetch-Mode: navigate, Accept: text/html         | 401",
        "PUT  | Accept: text/html                                   | 401",
        "HEAD | Sec-Fetch-Mode: cors                                | 401",
        "OPTIONS | Sec-Fetch-Mode: cors                             | 401",
    })
    void navigationsAloneAreRedirected(String method, String fields, int status) {
        Reply reply = gateway.browser().send(method, Browser.ORIGIN + "/app/x", fields.replace(';', ',').split(", (?=[A-Z])", -1));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        if (status == 401 && !method.equals("HEAD")) {
            gateway.assertRefused(reply, 401, "credentials_missing");
        }
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @Test
    void severalTabsSignInBesideEachOther() {
        gateway.provider().user("tabby");
        Browser browser = gateway.browser();
        Reply first = browser.open("/app/one");
        Reply second = browser.open("/app/two");
        Reply third = browser.open("/app/three");
        assertThat(browser.cookies()).hasSize(3);
        assertThat(browser.follow(browser.follow(second)).field("Location").orElseThrow()).endsWith("/app/two");
        assertThat(browser.follow(browser.follow(third)).field("Location").orElseThrow()).endsWith("/app/three");
        assertThat(browser.follow(browser.follow(first)).field("Location").orElseThrow()).endsWith("/app/one");
        gateway.assertServed(browser.call("/app/x"));
        assertThat(browser.cookies()).hasSize(1);
    }

    @Test
    void behindATrustedProxyTheBrowsersOwnAddressCounts() {
        String[] forwarded = {"X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: public.example.com"};
        Reply away = gateway.browser().send("GET", Browser.ORIGIN + "/app/page", more(forwarded, "Sec-Fetch-Mode: navigate"));
        assertThat(query(away)).containsEntry("redirect_uri", "https://public.example.com/oauth2/callback");
        Browser browser = gateway.signedIn("proxied", "/app/page");
        gateway.assertServed(browser.send("POST", Browser.ORIGIN + "/app/x", more(forwarded, "Content-Length: 0", "Origin: https://public.example.com")));
        gateway.fixture().upstream().forget();
        for (String other : List.of("https://api.example.com", "http://public.example.com", "https://192.0.2.1")) {
            gateway.assertRefused(browser.send("POST", Browser.ORIGIN + "/app/x", more(forwarded, "Content-Length: 0", "Origin: " + other)), 403, "cross_site_request");
        }
    }

    private static String[] more(String[] fields, String... others) {
        return Stream.concat(Stream.of(fields), Stream.of(others)).toArray(String[]::new);
    }

    @Test
    void signInGivesANewSessionEachTime() {
        Browser browser = gateway.signedIn("again", "/app/page");
        Map<String, Cookie> before = browser.cookies();
        String name = before.keySet().iterator().next();
        browser.drop(name);
        browser.signIn("/app/page");
        assertThat(browser.cookies()).containsOnlyKeys(name);
        assertThat(browser.cookies().get(name)).isNotEqualTo(before.get(name));
    }

    @Test
    void scopesAndClaimsOfTheRouteHoldForASession() {
        Browser browser = gateway.signedIn("scoped", "/app/page");
        gateway.assertServed(browser.call("/profile/x"));
        gateway.fixture().upstream().forget();
        gateway.assertRefused(browser.call("/admin/x"), 403, "scope_insufficient");
        gateway.assertRefused(browser.open("/admin/x"), 403, "scope_insufficient");
    }

    @Test
    void userInformationIsAskedForOnceAndMustBeTheSameUsers() {
        Browser browser = gateway.signedIn("told", "/checked/page");
        assertThat(gateway.provider().asked(Endpoint.USERINFO)).hasSize(1);
        assertThat(gateway.provider().asked(Endpoint.USERINFO).getFirst().authorization()).contains("Bearer " + gateway.provider().lastAccessToken());
        gateway.assertServed(browser.call("/checked/x"));
        assertThat(gateway.provider().asked(Endpoint.USERINFO)).hasSize(1);
    }

    @Test
    void accessTokenGoesUpOnlyWhereTheAuthenticatorSaysSo() {
        Browser browser = gateway.signedIn("carried", "/forwarding/page");
        String token = gateway.provider().lastAccessToken();
        gateway.assertServed(browser.call("/forwarding/x"));
        assertThat(gateway.fixture().upstream().only("/forwarding/x").values("Authorization")).containsExactly("Bearer " + token);
        browser.signIn("/app/page");
        gateway.assertServed(browser.call("/app/x"));
        assertThat(gateway.fixture().upstream().only("/app/x").foldedNames()).doesNotContain("authorization");
    }

    @Test
    void clientsOwnAuthorizationNeverGoesUpBesideTheAccessToken() {
        Browser browser = gateway.signedIn("forged", "/forwarding/page");
        gateway.assertServed(browser.call("/forwarding/x", "Authorization: Bearer of-the-client"));
        assertThat(gateway.fixture().upstream().only("/forwarding/x").values("Authorization")).containsExactly("Bearer " + gateway.provider().lastAccessToken());
    }

    @Test
    void keysThatTheProviderRotatedAreFetched() {
        gateway.signedIn("before", "/app/page");
        gateway.provider().keys().rotate();
        gateway.assertServed(gateway.signedIn("after", "/app/page").call("/app/x"));
        gateway.provider().keys().signWithRsa();
        gateway.assertServed(gateway.signedIn("later", "/app/page").call("/app/x"));
        gateway.provider().keys().signWithEc();
    }

    @ParameterizedTest
    @ValueSource(longs = {-20, 20})
    void clockThatIsALittleOffIsForgiven(long seconds) {
        gateway.provider().clockAhead(Duration.ofSeconds(seconds));
        try {
            gateway.assertServed(gateway.signedIn("skewed", "/app/page").call("/app/x"));
        } finally {
            gateway.provider().clockAhead(Duration.ZERO);
        }
    }

    @Test
    void routeThatTakesMoreThanASessionInvitesNavigationsToSignIn() {
        gateway.assertServed(gateway.browser().open("/open/x"));
        gateway.fixture().upstream().forget();
        assertThat(gateway.browser().open("/mixed/x").status()).isEqualTo(302);
        gateway.assertRefused(gateway.browser().call("/mixed/x"), 401, "credentials_missing");
        gateway.assertServed(gateway.signedIn("mixed", "/mixed/x").call("/mixed/x"));
    }

    @Test
    void noTokenCodeOrSecretIsEverShownOrWritten() {
        gateway.provider().user("secretive");
        Browser browser = gateway.browser();
        Reply away = browser.open("/app/page");
        Reply provided = browser.follow(away);
        Reply back = browser.follow(provided);
        Reply page = browser.call("/app/x");
        String accessToken = gateway.provider().lastAccessToken();
        ProviderCall exchange = gateway.provider().granted("authorization_code").getFirst();
        assertThat(away + "" + back + page).doesNotContain(accessToken, "eyJ", "rt-", exchange.form("code_verifier"), "s-of");
        String status = gateway.fixture().admin("/status", OidcGateway.ADMIN).text();
        assertThat(gateway.fixture().gateway().everythingWritten() + status).doesNotContain(
                accessToken, "eyJ", "rt-", exchange.form("code"), exchange.form("code_verifier"), "s-of", query(away).get("state"), query(away).get("nonce"),
                OidcGateway.only(away).value(), OidcGateway.only(back).value());
    }
}
