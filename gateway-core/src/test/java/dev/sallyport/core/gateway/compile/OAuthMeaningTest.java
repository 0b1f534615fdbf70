package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.GatewaySnapshot.Notice;
import dev.sallyport.core.gateway.GatewaySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is well written about tokens, and yet makes no sense or is not safe, is refused with its place. */
final class OAuthMeaningTest {
    private static final Path CONFIG = Path.of("/c.yaml");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String LOGGED_OUT = """
            listeners: { https: { bind: "127.0.0.1:8443", tls: { certificates: [{ certificate: api.pem, key: api.key }] } } }
            revocation: { journal: revocations.journal }
            authenticators:
              people: { oidc: { issuer: "https://idp.example", client: { id: g, secret: s }, session: { absolute: 12h } } }
              apps: { jwt: { issuer: "https://idp.example", audiences: [x], algorithms: [RS256], keys: { file: public.pem }, clockSkew: 30s, maxLifetime: 15m } }
            """;

    private final MadeFiles files = new MadeFiles();

    @Test
    void clocksThatAreAnHourApartAreWrong() {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                authenticators:
                  a: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g, secret: s }, clockSkew: 61m } }
                  b: { jwt: { issuer: i, audiences: [x], algorithms: [RS256], keys: { file: public.pem }, clockSkew: 61m } }
                  c: { jwt: { issuer: i, audiences: [x], algorithms: [RS256], keys: { file: public.pem }, clockSkew: 60m } }
                """)).containsExactly(
                "/c.yaml:3:119: `clockSkew`: clocks that are more than an hour apart are wrong; set them",
                "/c.yaml:4:102: `clockSkew`: clocks that are more than an hour apart are wrong; set them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://api.example.com/*", "https://api.example.com/a/**", "https://api.example.com/a/../b", "https://api.example.com//a", "https://api.example.com/%2e"})
    void resourceIsOnePathAndNoPattern(String resource) {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
                authenticators:
                  opaque: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g, secret: s } } }
                routes: { a: { match: {}, auth: opaque, upstream: orders, resource: "%s" } }
                """.formatted(resource))).singleElement().asString().contains("/c.yaml:5:69: `resource`: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Auth-Subject", "x_auth_scopes", "X-Auth-Assertion", "X.Auth.Tenant", "Client-Cert", "client_cert_chain", "x_request_id"})
    void credentialOfAnUpstreamDoesNotStandWhereTheGatewaySaysWhoWasProven(String header) {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"], credentials: { header: { name: %s, value: abc } } } }
                identity: { claims: { tenant: X-Auth-Tenant } }
                routes: { a: { match: {}, auth: none, upstream: orders } }
                """.formatted(header))).singleElement().asString().contains("/c.yaml:2:").contains(header);
    }

    @Test
    void tokenOfTheGatewaysOwnDoesNotGoUpBesideAnAssertion() {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"], credentials: { clientCredentials: { endpoint: "https://idp.example/t", client: { id: g, secret: s } } } } }
                identity: { assertion: { header: Authorization } }
                routes: { a: { match: {}, auth: none, upstream: orders } }
                """)).singleElement().asString().endsWith("`credentials`: `Authorization` says who was proven, and would go up twice");
    }

    @Test
    void tokenThatMayBeGoodElsewhereIsTold() {
        String config = """
                listeners: { https: { bind: "127.0.0.1:8443", tls: { certificates: [{ certificate: api.pem, key: api.key }] } } }
                upstreams:
                  plain: { targets: ["http://127.0.0.1:9001"] }
                  orders: { targets: ["http://127.0.0.1:9000"], credentials: { clientCredentials: { endpoint: "https://idp.example/t", client: { id: g, secret: s } } } }
                authenticators: { people: { oidc: { issuer: "https://idp.example", client: { id: g, secret: s }, forwardAccessToken: true } } }
                routes: { a: { match: { path: /a }, auth: none, upstream: orders }, b: { match: { path: /b }, auth: people, upstream: plain } }
                """;
        assertThat(told(config)).contains("upstreams.orders.credentials.clientCredentials", "authenticators.people.oidc.forwardAccessToken");
        for (String audience : List.of("audience: orders", "resource: \"https://orders.example\"", "scopes: [orders]")) {
            assertThat(told(config.replace("secret: s } } } }", "secret: s }, " + audience + " } } }"))).doesNotContain("upstreams.orders.credentials.clientCredentials");
        }
    }

    @Test
    void resourceWhoseMetadataNamesNoAuthorizationServerIsTold() {
        String config = """
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
                authenticators:
                  opaque: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g, secret: s } } }
                routes: { a: { match: {}, auth: opaque, upstream: orders, resource: "https://api.example.com/orders" } }
                """;
        assertThat(told(config)).contains("routes.a.resource");
        assertThat(told(config.replace("audiences:", "issuer: \"https://idp.example\", audiences:"))).doesNotContain("routes.a.resource");
    }

    /** Of an introspected token the provider is asked again, and knows of the log-out by then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "maxLifetime: 15m       | PT12H     | .*",
        "maxLifetime: 13h       | PT13H30S  | .*",
        "maxLifetime: unlimited | -         | some tokens may live for ever, .*, and so do log-outs at a provider"})
    void logOutAtAProviderStaysAsLongAsWhatTheProviderSaidBeforeIsBelieved(String lifetime, String stays, String told) {
        String signed = LOGGED_OUT.replace("maxLifetime: 15m", lifetime);
        assertThat(compiled(signed).revocations().logOutEnds(NOW)).isEqualTo(stays.equals("-") ? Instant.MAX : NOW.plus(Duration.parse(stays)));
        assertThat(sentences(signed)).allSatisfy(sentence -> assertThat(sentence).matches(told));
        String opaque = signed.replace("authenticators:", "authenticators:\n  opaque: { introspection: { endpoint: \"https://idp.example/i\", audiences: [api], client: { id: g, secret: s }, cacheFor: 14h } }");
        assertThat(compiled(opaque).revocations().logOutEnds(NOW)).isEqualTo(stays.equals("-") ? Instant.MAX : NOW.plus(Duration.ofHours(14)));
        assertThat(compiled(opaque).revocations().bounds().longestLifetime()).isEmpty();
        assertThat(sentences(opaque)).singleElement().asString().contains("log-outs");
    }

    private GatewaySnapshot compiled(String config) {
        return Compilation.snapshot(CONFIG, files.with(CONFIG.toString(), config));
    }

    private List<String> sentences(String config) {
        return compiled(config).notices().stream().filter(notice -> notice.key().equals("revocation.journal")).map(Notice::text).toList();
    }

    private List<String> told(String config) {
        return Compilation.snapshot(CONFIG, files.with(CONFIG.toString(), config)).notices().stream().map(Notice::key).toList();
    }

    @Test
    void twoResourcesWhoseMetadataWouldLieInOnePlaceAreRefused() {
        assertThat(problems("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
                authenticators:
                  opaque: { introspection: { endpoint: "https://idp.example/i", audiences: [api], client: { id: g, secret: s } } }
                routes:
                  a: { match: { path: /a }, auth: opaque, upstream: orders, resource: "https://api.example.com/orders" }
                  b: { match: { path: /b }, auth: opaque, upstream: orders, resource: "https://api.example.com:8443/orders" }
                """)).containsExactly(
                "/c.yaml:7:71: `resource`: ties with `routes.a.resource`: some requests fit both, and neither is more specific");
    }

    private List<String> problems(String text) {
        return Compilation.problems(CONFIG, files.with(CONFIG.toString(), text));
    }
}
