package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.ProviderCall;
import dev.sallyport.tests.harness.provider.SecureProvider;
import dev.sallyport.tests.harness.token.Tokens;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks a provider has it prove its name under the authority that is configured, before a secret or token is shown to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProviderTlsSuite {
    private static final String COMMON = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              users: { jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } } }
            """;
    private static final String CLIENT = "client: { id: gateway, secret: secret-of-the-gateway }, ca: provider-ca.pem";

    private final Fixture fixture = new Fixture();
    private final ECKey issuer = Tokens.ec("u1", Curve.P_256);
    private final Map<String, SecureProvider> providers = new LinkedHashMap<>();

    ProviderTlsSuite() {
        TestPki foreign = new TestPki("Foreign authority");
        providers.put("proven", new SecureProvider(fixture.pki().serving(fixture.pki().server("localhost"))));
        providers.put("mistrusted", new SecureProvider(foreign.serving(foreign.server("localhost"))));
        providers.put("misnamed", new SecureProvider(fixture.pki().serving(fixture.pki().server("other.example.com"))));
        providers.put("misleading", new SecureProvider(fixture.pki().serving(fixture.pki().server("localhost"))));
        providers.put("misguiding", new SecureProvider(fixture.pki().serving(fixture.pki().server("localhost"))));
        provider("misleading").leadTo(provider("mistrusted"));
        provider("misguiding").leadTo(provider("misnamed"));
        fixture.write("provider-ca.pem", fixture.pki().pem());
        fixture.write("jwks.json", "{\"keys\":[" + issuer.toPublicJWK() + "]}");
        StringBuilder authenticators = new StringBuilder();
        StringBuilder upstreams = new StringBuilder("upstreams:\n  main: { targets: [ \"@upstream@\" ] }\n");
        StringBuilder routes = new StringBuilder("routes:\n");
        providers.forEach((name, provider) -> {
            authenticators.append("""
                    opaque-%1$s: { introspection: { endpoint: "%2$s", audiences: [api], %4$s } }
                    people-%1$s: { oidc: { issuer: "%3$s", %4$s, callback: /%1$s/cb, logout: /%1$s/lo, backChannelLogout: /%1$s/bc } }
                    """.formatted(name, provider.introspectionUrl(), provider.issuer(), CLIENT).indent(2));
            upstreams.append("""
                    granted-%1$s: { targets: [ "@upstream@" ], credentials: { clientCredentials: { endpoint: "%2$s", %3$s } } }
                    exchanged-%1$s: { targets: [ "@upstream@" ], credentials: { tokenExchange: { endpoint: "%2$s", %3$s } } }
                    """.formatted(name, provider.tokenUrl(), CLIENT).indent(2));
            routes.append("""
                    opaque-%1$s: { match: { path: /opaque/%1$s }, auth: opaque-%1$s, upstream: main }
                    people-%1$s: { match: { path: /people/%1$s }, auth: people-%1$s, upstream: main }
                    granted-%1$s: { match: { path: /granted/%1$s }, auth: none, upstream: granted-%1$s }
                    exchanged-%1$s: { match: { path: /exchanged/%1$s }, auth: users, upstream: exchanged-%1$s }
                    """.formatted(name).indent(2));
        });
        fixture.start(COMMON + authenticators + upstreams + routes);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            providers.values().forEach(SecureProvider::close);
        }
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private SecureProvider provider(String name) {
        return Objects.requireNonNull(providers.get(name), name);
    }

    private Reply send(String path, String... fields) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(get(path, fields));
        }
    }

    private String bearer() {
        return "Authorization: Bearer " + Tokens.sign(issuer, "ES256", Tokens.claims("https://auth.example.com", "api", "anna").build());
    }

    /** Back from the provider, to which no browser went: the code is the nonce. */
    private Reply signIn(String name) {
        Browser browser = new Browser(fixture);
        Reply away = browser.open("/people/" + name);
        assertThat(away.status()).as(away.toString()).isEqualTo(302);
        URI location = URI.create(away.field("Location").orElseThrow());
        Map<String, String> asked = ProviderCall.parameters(location.getRawQuery());
        String back = asked.getOrDefault("redirect_uri", "") + "?code=" + encoded(asked.getOrDefault("nonce", "")) + "&state=" + encoded(asked.getOrDefault("state", ""));
        return browser.navigate(back, "cross-site");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void assertRefused(Reply reply, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
        assertThat(reply.field("Retry-After")).isPresent();
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void providerThatProvesItsNameIsAskedOverItsOwnAuthority() {
        assertThat(send("/opaque/proven", "Authorization: Bearer opaque").status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/opaque/proven").field("X-Auth-Subject")).contains("bob");
        assertThat(send("/granted/proven").status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/granted/proven").field("Authorization")).contains("Bearer token-of-the-provider");
        assertThat(send("/exchanged/proven", bearer()).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/exchanged/proven").field("Authorization")).contains("Bearer token-of-the-provider");
        Reply back = signIn("proven");
        assertThat(back.status()).as(back.toString()).isEqualTo(303);
        assertThat(back.field("Location")).contains("/people/proven");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistrusted", "misnamed"})
    void providerThatDoesNotProveItsNameIsToldNothingAndNobodyIsLetIn(String name) {
        assertRefused(send("/opaque/" + name, "Authorization: Bearer opaque"), "introspection_unavailable");
        assertRefused(new Browser(fixture).open("/people/" + name), "provider_unavailable");
        assertRefused(send("/granted/" + name), "upstream_credentials_unavailable");
        assertRefused(send("/exchanged/" + name, bearer()), "upstream_credentials_unavailable");
        assertThat(provider(name).calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"misleading", "misguiding"})
    void tokenEndpointElsewhereMustProveItsNameAsWell(String name) {
        assertRefused(signIn(name), "provider_unavailable");
        assertThat(provider("mistrusted").calls()).isEmpty();
        assertThat(provider("misnamed").calls()).isEmpty();
    }
}
