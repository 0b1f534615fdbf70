package dev.sallyport.tests.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Cookie;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.util.List;

/** A gateway that signs browsers in, its provider, and its upstream. */
final class OidcGateway implements AutoCloseable {
    /** What a route's name in front of this is, is the path at which its authenticator takes answers. */
    static final String KEY = "partner-key-01234567";
    static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String COMMON = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            """;
    private final Fixture fixture = new Fixture();
    private final OpenIdProvider provider = new OpenIdProvider();
    private final String config;

    /** In the configuration {@code @provider@} stands for all that an authenticator must say of its provider. */
    OidcGateway(String authenticatorsAndRoutes) {
        config = COMMON + authenticatorsAndRoutes;
        fixture.word("provider", at(provider));
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", KEY, "partner", ""));
    }

    /** Likewise for another provider, under another word. */
    OidcGateway word(String name, OpenIdProvider other) {
        fixture.word(name, at(other));
        return this;
    }

    private static String at(OpenIdProvider provider) {
        return "issuer: \"" + provider.issuer() + "\", client: { id: " + OpenIdProvider.CLIENT_ID + ", secret: \"" + OpenIdProvider.CLIENT_SECRET
                + "\" }, scopes: [openid, profile], algorithms: [RS256, ES256], insecureAllowHttp: true";
    }

    OidcGateway start(String... jvmOptions) {
        fixture.start(config, jvmOptions);
        return this;
    }

    /** As it was started, with these lines at its end. */
    void reload(String more) {
        fixture.reload(config + more);
    }

    Fixture fixture() {
        return fixture;
    }

    OpenIdProvider provider() {
        return provider;
    }

    Browser browser() {
        return new Browser(fixture);
    }

    /** A browser in which this user signed in for this page. */
    Browser signedIn(String subject, String target) {
        provider.user(subject);
        Browser browser = browser();
        Reply reply = browser.signIn(target);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(303);
        return browser;
    }

    /** All is well again, and nothing is remembered. */
    void settle() {
        provider.behave();
        provider.resume();
        provider.forget();
        fixture.upstream().forget();
    }

    /** What a reply leaves with the browser. */
    static List<Cookie> given(Reply reply) {
        return reply.values("Set-Cookie").stream().map(Cookie::parse).filter(cookie -> !cookie.deletes()).toList();
    }

    /** What a reply takes from the browser. */
    static List<Cookie> taken(Reply reply) {
        return reply.values("Set-Cookie").stream().map(Cookie::parse).filter(Cookie::deletes).toList();
    }

    /** The one cookie that a reply leaves. */
    static Cookie only(Reply reply) {
        assertThat(given(reply)).as(reply.toString()).hasSize(1);
        return given(reply).getFirst();
    }

    String reasonOf(Reply reply) {
        return fixture.gateway().reasonOf(reply);
    }

    /** A problem document with this reason in both logs, which leaves no cookie; nothing went up. */
    void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.field("Content-Type")).contains("application/problem+json");
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.field("Referrer-Policy")).contains("no-referrer");
        assertThat(reasonOf(reply)).isEqualTo(reason);
        fixture.gateway().awaitEvent(event -> event.has("outcome") && event.path("requestId").asText().equals(reply.requestId()) && event.path("reason").asText().equals(reason));
        assertThat(given(reply)).isEmpty();
        assertThat(fixture.upstream().received()).isEmpty();
    }

    void assertServed(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    @Override
    public void close() {
        try {
            fixture.close();
        } finally {
            provider.close();
        }
    }
}
