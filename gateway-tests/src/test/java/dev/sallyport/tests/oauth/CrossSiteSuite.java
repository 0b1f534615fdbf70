package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of another site that uses the browser's session changes nothing and opens no tunnel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrossSiteSuite {
    private static final String CONFIG = """
            authenticators:
              people: { oidc: { @provider@ } }
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            routes:
              app: { match: { path: /app/** }, auth: people, upstream: main }
              any: { match: { path: /any/** }, auth: [partners, people], upstream: main }
              all: { match: { path: /all/** }, auth: { all: [partners, people] }, upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
            """;
    private static final String REASON = "cross_site_request";
    private static final String KEY = "X-API-Key: " + OidcGateway.KEY;
    private final OidcGateway gateway = new OidcGateway(CONFIG).start();
    private final Browser browser = gateway.signedIn("alice", "/app/page");

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void settle() {
        gateway.settle();
    }

    private Reply send(String method, String path, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        if (!List.of("GET", "HEAD", "OPTIONS").contains(method)) {
            all.add("Content-Length: 0");
        }
        return browser.send(method, Browser.ORIGIN + path, all.toArray(String[]::new));
    }

    /** Field lines of a table, with a bar between them. */
    private static String[] lines(String fields) {
        return fields.isEmpty() ? new String[0] : fields.split(" \\| ", -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Sec-Fetch-Site: same-origin | Origin: https://api.example.com", "Origin: https://api.example.com",
    })
    void ownPagesMayChangeThings(String fields) {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "PURGE")) {
            Reply reply = send(method, "/app/" + method, lines(fields));
            gateway.assertServed(reply);
            assertThat(gateway.fixture().upstream().only("/app/" + method).field("X-Auth-Subject")).contains("alice");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: ", "Sec-Fetch-Site: Same-Origin-ish", "Sec-Fetch-Site: unheard-of",
        "Sec-Fetch-Site: same-origin, cross-site", "Sec-Fetch-Site: same-origin | Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: cross-site | Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: cross-site | Origin: https://api.example.com", "Sec-Fetch-Site: same-site | Origin: https://api.example.com", "Sec-Fetch-Site: none, none",
        "Origin: https://evil.example.com", "Origin: null", "Origin: ", "Origin: http://api.example.com", "Origin: https://api.example.com.evil.com", "Origin: https://evil.com/https://api.example.com",
        "Origin: https://api.example.com@evil.com", "Origin: https://api.example.com:8443", "Origin: https://xapi.example.com", "Origin: api.example.com", "Origin: https://api.example.com/",
        "Origin: https://api.example.com, https://evil.example.com", "Origin: https://api.example.com | Origin: https://evil.example.com", "Origin: https://example.com", "Origin: https://sub.api.example.com",
        "Referer: https://api.example.com/app/page", "Origin: https://evil.example.com | Referer: https://api.example.com/", "X-Requested-With: XMLHttpRequest",
        "Host-Origin: https://api.example.com", "X-Forwarded-Host: evil.example.com | Origin: https://evil.example.com", "Content-Type: application/json",
    })
    void othersPagesMayNot(String fields) {
        gateway.assertRefused(send("POST", "/app/x", lines(fields)), 403, REASON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "PURGE"})
    void nothingThatChangesSomethingComesFromOthersPages(String method) {
        gateway.assertRefused(send(method, "/app/x", "Sec-Fetch-Site: cross-site"), 403, REASON);
        gateway.assertRefused(send(method, "/app/x", "Origin: https://evil.example.com"), 403, REASON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example.com", "Sec-Fetch-Site: cross-site | Sec-Fetch-Mode: navigate"})
    void whatChangesNothingMayComeFromAnywhere(String fields) {
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            gateway.assertServed(send(method, "/app/x", lines(fields)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST ", "post", "Post", "GETS", "get", "TRACEX"})
    void methodThatIsNotKnownToBeSafeIsNot(String method) {
        Reply reply = browser.send(method, Browser.ORIGIN + "/app/x", "Content-Length: 0", "Sec-Fetch-Site: cross-site");
        assertThat(reply.status()).as(reply.toString()).isIn(400, 403, 405, 501);
        assertThat(gateway.fixture().upstream().received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override: POST", "X-HTTP-Method: DELETE", "X-Method-Override: PUT"})
    void methodIsWhatTheRequestLineSays(String field) {
        Reply reply = send("POST", "/app/x", "X-HTTP-Method-Override: GET", "Sec-Fetch-Site: cross-site", field);
        gateway.assertRefused(reply, 403, REASON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "Upgrade: websocket | Connection: Upgrade | Sec-Fetch-Site: same-origin; 200",
        "Upgrade: websocket | Connection: Upgrade | Origin: https://api.example.com; 200",
        "Upgrade: websocket | Connection: Upgrade | Sec-Fetch-Site: cross-site; 403",
        "Upgrade: websocket | Connection: Upgrade | Sec-Fetch-Site: same-site | Origin: https://api.example.com; 403",
        "Upgrade: websocket | Connection: Upgrade | Origin: https://evil.example.com; 403",
        "Upgrade: websocket | Connection: Upgrade | Origin: null; 403",
        "Upgrade: websocket | Connection: Upgrade; 403",
        "Upgrade: websocket | Connection: keep-alive, UPGRADE | Sec-Fetch-Site: cross-site; 403",
        "Upgrade: h2c | Connection: Upgrade, HTTP2-Settings | HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA | Sec-Fetch-Site: cross-site; 403",
        "upgrade: WebSocket | connection: upgrade | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | Sec-WebSocket-Version: 13 | Origin: https://evil.example.com; 403",
        "Upgrade: websocket | Connection: Upgrade | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | Sec-WebSocket-Version: 13 | Sec-Fetch-Site: cross-site; 403",
        "Upgrade: websocket | Connection: Upgrade | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | Sec-WebSocket-Version: 13; 403",
        "Upgrade: websocket | Connection: Upgrade | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | Sec-WebSocket-Version: 13 | Origin: https://api.example.com; 200",
    })
    void requestThatUpgradesIsHeldToTheSameRule(String fields, int status) {
        Reply reply = send("GET", "/app/socket", lines(fields));
        if (status == 200) {
            gateway.assertServed(reply);
        } else {
            gateway.assertRefused(reply, 403, REASON);
        }
    }

    @Test
    void explicitCredentialIsNoCookieAndMayComeFromAnywhere() {
        gateway.assertServed(send("POST", "/any/x", KEY, "Sec-Fetch-Site: cross-site"));
        assertThat(gateway.fixture().upstream().only("/any/x").field("X-Auth-Subject")).contains("partner");
        gateway.assertServed(gateway.browser().send("POST", Browser.ORIGIN + "/any/y", KEY, "Content-Length: 0"));
        gateway.fixture().upstream().forget();
        gateway.assertRefused(send("POST", "/any/x", "Sec-Fetch-Site: cross-site"), 403, REASON);
    }

    @Test
    void chainThatNeedsTheCookieTooIsHeldToTheRule() {
        gateway.assertRefused(send("POST", "/all/x", KEY, "Sec-Fetch-Site: cross-site"), 403, REASON);
        gateway.assertServed(send("POST", "/all/x", KEY, "Sec-Fetch-Site: same-origin"));
    }

    @Test
    void routesThatTakeNoCookieAreNobodysSession() {
        gateway.assertServed(send("POST", "/open/x", "Sec-Fetch-Site: cross-site"));
        assertThat(gateway.fixture().upstream().only("/open/x").foldedNames()).doesNotContain("cookie", "x-auth-subject");
    }

    @Test
    void withoutASessionItIsTheSessionThatIsMissing() {
        gateway.assertRefused(gateway.browser().send("POST", Browser.ORIGIN + "/app/x", "Content-Length: 0", "Sec-Fetch-Site: cross-site"), 401, "credentials_missing");
    }

    @Test
    void refusedRequestHarmsNoSession() {
        gateway.assertRefused(send("DELETE", "/app/x", "Sec-Fetch-Site: cross-site"), 403, REASON);
        gateway.assertServed(browser.call("/app/x"));
    }
}
