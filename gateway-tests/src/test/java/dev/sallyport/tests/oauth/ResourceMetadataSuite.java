package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that was refused finds out by itself where to get a token (RFC 9728). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResourceMetadataSuite {
    private static final String METADATA = "https://api.example.com/.well-known/oauth-protected-resource/orders";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } }
              bound:
                jwt: { issuer: "https://bound.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: dpop }
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              orders: { match: { path: /orders/** }, auth: { any: [users, partners], scopes: [read] }, upstream: main, resource: "https://api.example.com/orders" }
              bound: { match: { path: /orders/bound/** }, auth: { any: [bound], scopes: [write] }, upstream: main, resource: "https://api.example.com/orders" }
              whole: { match: { path: /bound/** }, auth: bound, upstream: main, resource: "https://bound.example.com" }
              plain: { match: { path: /plain/** }, auth: users, upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final ECKey key = Tokens.ec("u1", Curve.P_256);

    ResourceMetadataSuite() {
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "alice", ""));
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    @Test
    void metadataTellsOfAllRoutesOfTheResource() {
        Reply reply = fixture.exchange(get("/.well-known/oauth-protected-resource/orders"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.field("Content-Type")).contains("application/json");
        JsonNode told = reply.json();
        assertThat(told.path("resource").asText()).isEqualTo("https://api.example.com/orders");
        assertThat(texts(told.path("authorization_servers"))).containsExactly("https://auth.example.com", "https://bound.example.com");
        assertThat(texts(told.path("scopes_supported"))).containsExactly("read", "write");
        assertThat(texts(told.path("bearer_methods_supported"))).containsExactly("header");
        assertThat(texts(told.path("dpop_signing_alg_values_supported"))).contains("ES256");
        assertThat(told.has("dpop_bound_access_tokens_required")).isFalse();
        assertThat(told.has("tls_client_certificate_bound_access_tokens")).isFalse();
    }

    @Test
    void resourceWithoutAPathHasItsMetadataAtTheRootOfItsOwnHost() {
        String there = get("/.well-known/oauth-protected-resource").replace("Host: api.example.com", "Host: bound.example.com");
        JsonNode told = fixture.exchange(there).json();
        assertThat(told.path("resource").asText()).isEqualTo("https://bound.example.com");
        assertThat(told.path("dpop_bound_access_tokens_required").asBoolean()).isTrue();
        assertThat(told.has("scopes_supported")).isFalse();
        assertThat(fixture.exchange(get("/.well-known/oauth-protected-resource")).status()).isEqualTo(404);
        assertThat(fixture.exchange(post("/.well-known/oauth-protected-resource/orders", "x")).status()).isEqualTo(405);
    }

    @Test
    void challengesNameTheMetadataWhateverTheHostOfTheRequest() {
        assertThat(fixture.exchange(get("/orders/a")).challenges()).containsExactly(
                "Bearer realm=\"orders\", resource_metadata=\"" + METADATA + "\"", "ApiKey realm=\"orders\", header=\"X-API-Key\"");
        String forged = get("/orders/a", "Authorization: Bearer x").replace("Host: api.example.com", "Host: evil.example.com");
        assertThat(fixture.exchange(forged).challenges().getFirst())
                .isEqualTo("Bearer realm=\"orders\", resource_metadata=\"" + METADATA + "\", error=\"invalid_token\"");
        assertThat(fixture.exchange(get("/orders/bound/a")).challenges().getFirst()).startsWith("DPoP ").contains("resource_metadata=\"" + METADATA + "\"");
        assertThat(fixture.exchange(get("/plain/a")).challenges()).containsExactly("Bearer realm=\"plain\"");
    }

    @Test
    void lackingScopeNamesTheMetadataToo() {
        String token = Tokens.sign(key, "ES256", Tokens.claims("https://auth.example.com", "api", "alice").claim("scope", "other").build());
        Reply reply = fixture.exchange(get("/orders/a", "Authorization: Bearer " + token));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.challenges()).containsExactly(
                "Bearer realm=\"orders\", resource_metadata=\"" + METADATA + "\", error=\"insufficient_scope\", scope=\"read\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://api.example.com/orders", "/orders", "https:///orders", "https://api.example.com/orders#x", "https://api.example.com/orders?x", "https://u@api.example.com/"})
    void whatIsNoIdentifierOfAResourceIsRefused(String resource) {
        Path file = fixture.write("wrong.yaml", CONFIG.replace("resource: \"https://bound.example.com\"", "resource: \"" + resource + "\""));
        CommandLine.Outcome checked = CommandLine.sallyport(fixture.folder(), "check", file.toString());
        assertThat(checked.status()).isEqualTo(2);
        assertThat(checked.err() + checked.out()).contains("resource");
    }

    @Test
    void metadataWithoutAnAuthorizationServerIsNoticed() {
        String opaque = CONFIG.replace("  partners:", "  opaque:\n    introspection: { endpoint: \"https://auth.example.com/introspect\", audiences: [api], client: { id: gateway, secret: x } }\n  partners:")
                .replace("auth: bound,", "auth: opaque,");
        CommandLine.Outcome checked = CommandLine.sallyport(fixture.folder(), "check", fixture.write("opaque.yaml", opaque).toString());
        assertThat(checked.status()).as(checked.err()).isZero();
        assertThat(checked.out() + checked.err()).contains("routes.whole.resource", "names no authorization server");
        String named = opaque.replace("audiences: [api], client", "issuer: \"https://auth.example.com\", audiences: [api], client");
        CommandLine.Outcome whole = CommandLine.sallyport(fixture.folder(), "check", fixture.write("named.yaml", named).toString());
        assertThat(whole.status()).as(whole.err()).isZero();
        assertThat(whole.out() + whole.err()).doesNotContain("names no authorization server");
    }

    @Test
    void resourceThatAsksForNoTokenIsRefused() {
        for (String auth : List.of("none", "partners")) {
            Path file = fixture.write("wrong.yaml", CONFIG.replace("auth: bound,", "auth: " + auth + ","));
            assertThat(CommandLine.sallyport(fixture.folder(), "check", file.toString()).status()).as(auth).isEqualTo(2);
        }
    }
}
