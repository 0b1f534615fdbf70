package dev.sallyport.tests.idp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.idp.ChromeDriver;
import dev.sallyport.tests.harness.idp.Chromium;
import dev.sallyport.tests.harness.idp.KeycloakServer;
import dev.sallyport.tests.harness.pki.TestPki;
import java.time.Duration;
import java.util.List;

/** Keycloak, a gateway that signs users in there, an upstream with pages, and browsers that can reach them by name. */
final class SignInWorld implements AutoCloseable {
    /** Of the same site as {@link Requests#HOST}, but another origin: the browser sends it cookies that are {@code SameSite=Lax}. */
    static final String SIBLING = "sibling.example.com";

    static final String STRANGER = "stranger.example.org";

    /** Of an access token, as the realm says. */
    static final Duration LIFE = Duration.ofSeconds(6);

    static final String COOKIE = "__Host-sallyport.people";
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              people:
                oidc: { issuer: "@issuer@", ca: provider.pem, client: { id: gateway, secret: secret-of-gateway }, scopes: [openid, profile], algorithms: [RS256], afterLogout: /open/farewell }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            identity: { claims: { preferred_username: X-Auth-Name } }
            routes:
              app: { match: { host: api.example.com, path: /** }, auth: people, upstream: main }
              open: { match: { host: api.example.com, path: /open/** }, auth: none, upstream: main }
              sibling: { match: { host: sibling.example.com, path: /** }, auth: none, upstream: main }
              stranger: { match: { host: stranger.example.org, path: /** }, auth: none, upstream: main }
            """;
    /** The first to be asked for: where it is missing, nothing else need be started. */
    private final ChromeDriver driver = new ChromeDriver();
    private final KeycloakServer keycloak = KeycloakServer.shared();
    private final Fixture fixture = new Fixture();
    private final TestPki.Leaf certificate = keycloak.pki().server(Requests.HOST, SIBLING, STRANGER, "localhost");
    private final Chromium.World world =
            new Chromium.World(List.of(Requests.HOST, SIBLING, STRANGER), List.of(certificate, keycloak.certificate()));

    SignInWorld() {
        // Of the provider's own authority, so that its call at a log-out trusts the gateway.
        fixture.write("tls/server.pem", certificate.certificatePem());
        fixture.write("tls/server.key", certificate.keyPem());
        fixture.write("provider.pem", keycloak.pki().pem());
        fixture.word("issuer", keycloak.issuer());
        fixture.start(CONFIG);
        keycloak.admin().change("gateway", client -> {
            client.putArray("redirectUris").add(origin() + "/oauth2/callback");
            client.withObject("/attributes").put("post.logout.redirect.uris", origin() + "/open/farewell")
                    .put("backchannel.logout.url", "https://localhost:" + port() + "/oauth2/backchannel");
        });
    }

    KeycloakServer keycloak() {
        return keycloak;
    }

    Fixture fixture() {
        return fixture;
    }

    int port() {
        return fixture.gateway().port("https");
    }

    String origin() {
        return origin(Requests.HOST);
    }

    String origin(String host) {
        return "https://" + host + ":" + port();
    }

    /** The upstream answers with this page for this path. */
    void page(String path, String html) {
        fixture.upstream().on(path, call -> {
            call.content();
            call.write(Requests.lines("HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "Content-Length: " + html.getBytes(UTF_8).length) + html);
        });
    }

    Chromium browser() {
        return driver.browser(world);
    }

    /** A browser in which this user has just signed in on the way to a page of this path. */
    Chromium signedIn(String user, String path) {
        Chromium browser = browser();
        page(path, "<!doctype html><title>home</title>");
        browser.open(origin() + path);
        submit(browser, user);
        browser.awaitUrl((origin() + path)::equals);
        return browser;
    }

    /** Fills in the provider's form. */
    void submit(Chromium browser, String user) {
        browser.fill("#username", user);
        browser.fill("#password", "password-of-" + user);
        browser.click("#kc-login");
    }

    /** The status of a page's call to its own site. */
    int call(Chromium browser, String path) {
        return browser.script("return fetch(arguments[0]).then(reply => reply.status)", path).asInt();
    }

    /** Statuses of that many calls that a page makes at once. */
    List<Integer> calls(Chromium browser, String path, int count) {
        return browser.script("return Promise.all(Array.from({ length: arguments[1] }, () => fetch(arguments[0]).then(reply => reply.status)))",
                path, Integer.toString(count)).valueStream().map(JsonNode::asInt).toList();
    }

    /** Why a request for this path was refused; waits for it. */
    String reasonAt(String path) {
        return fixture.gateway().awaitEvent(event -> event.has("durationMs") && event.path("path").asText().equals(path) && event.hasNonNull("reason"))
                .path("reason").asText();
    }

    /** Renewals that the provider counts since events were forgotten. */
    int renewals() {
        return keycloak.admin().events("REFRESH_TOKEN", "gateway").size();
    }

    @Override
    public void close() {
        try {
            driver.close();
        } finally {
            fixture.close();
        }
    }
}
