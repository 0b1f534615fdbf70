package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import dev.sallyport.tests.harness.token.Webhooks;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChainSuite {
    private static final String ISSUER = "https://auth.example.com";
    private static final String KEY = "X-API-Key: partner-key-01234567";
    private static final String SECRET = "hook-secret-0123456789";
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api.example.com], algorithms: [ES256], keys: { file: jwks.json } }
              hooks:
                hmac: { scheme: github, secrets: { a: hook-secret-0123456789 }, scopes: [hook] }
              mesh:
                mtls: { allow: [ { spiffe: "spiffe://prod/ns/*/sa/orders" } ] }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            identity: { claims: { tenant: X-Auth-Tenant } }
            routes:
              any: { match: { path: /any/** }, auth: { any: [users, partners, mesh] }, upstream: orders }
              all: { match: { path: /all/** }, auth: { all: [mesh, users] }, upstream: orders }
              both: { match: { path: /both/** }, auth: { all: [users, partners], scopes: [user:scope] }, upstream: orders }
              nested: { match: { path: /nested/** }, auth: { any: [ { all: [mesh, users] }, partners ] }, upstream: orders }
              hooks: { match: { path: /hooks/** }, auth: { any: [hooks, partners] }, upstream: orders }
              claims: { match: { path: /claims/** }, auth: { any: [users], claims: { tenant: acme, roles: { contains: admin } } }, upstream: orders }
              open: { match: { path: /open/** }, auth: none, upstream: orders }
            """;

    private final Fixture fixture = new Fixture();
    private final ECKey key = Tokens.ec("k1", Curve.P_256);
    private final TestPki.Leaf orders = fixture.pki().client("CN=orders", "spiffe://prod/ns/shop/sa/orders");

    ChainSuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "partner-key-01234567", "partner", ", scopes: [key:scope]"));
        fixture.write("jwks.json", new JWKSet(key.toPublicJWK()).toString());
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private JWTClaimsSet.Builder claims() {
        return Tokens.claims(ISSUER, "api.example.com", "alice");
    }

    private String bearer(JWTClaimsSet claims) {
        return "Authorization: Bearer " + Tokens.sign(key, "ES256", claims);
    }

    private String good() {
        return bearer(claims().claim("scope", "user:scope").build());
    }

    private Reply exchange(String request) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(request);
        }
    }

    private Reply exchangeAsOrders(String request) {
        try (RawClient client = fixture.tls(orders)) {
            return client.exchange(request);
        }
    }

    private void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(status);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void anyTakesTheFirstInItsOrderAndStripsEveryCredential() {
        assertThat(exchange(get("/any/a", KEY, good())).status()).isEqualTo(200);
        Received received = fixture.upstream().only("/any/a");
        assertThat(received.field("X-Auth-Subject")).contains("alice");
        assertThat(received.field("X-Auth-Issuer")).contains(ISSUER);
        assertThat(received.field("X-Auth-Method")).contains("jwt,api_key");
        assertThat(received.field("X-Auth-Authenticator")).contains("users,partners");
        assertThat(received.values("X-API-Key")).isEmpty();
        assertThat(received.values("Authorization")).isEmpty();
    }

    @Test
    void anyRefusesABadCredentialBesideAGoodOne() {
        assertRefused(exchange(get("/any/b", "X-API-Key: unknown-key-01234567", good())), 401, "api_key_unknown");
        assertRefused(exchange(get("/any/b", KEY, bearer(claims().expirationTime(Tokens.inSeconds(-600)).build()))), 401, "token_expired");
    }

    @Test
    void anyLooksAtACertificateOnlyWhereNoExplicitCredentialIsThere() {
        assertThat(exchangeAsOrders(get("/any/c")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/any/c").field("X-Auth-Method")).contains("mtls");
        assertThat(exchangeAsOrders(get("/any/d", KEY)).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/any/d").field("X-Auth-Method")).contains("api_key");
        fixture.upstream().forget();
        assertRefused(exchangeAsOrders(get("/any/e", "X-API-Key: unknown-key-01234567")), 401, "api_key_unknown");
    }

    @Test
    void anyWithoutCredentialsChallengesOncePerScheme() {
        Reply reply = exchange(get("/any/f"));
        assertRefused(reply, 401, "credentials_missing");
        assertThat(reply.challenges()).containsExactly("Bearer realm=\"any\"", "ApiKey realm=\"any\", header=\"X-API-Key\"");
    }

    @Test
    void allNeedsEachAndTheFirstIsTheIdentity() {
        assertThat(exchangeAsOrders(get("/all/a", good())).status()).isEqualTo(200);
        Received received = fixture.upstream().only("/all/a");
        assertThat(received.field("X-Auth-Subject")).contains("spiffe://prod/ns/shop/sa/orders");
        assertThat(received.field("X-Auth-Method")).contains("mtls,jwt");
        assertThat(received.field("X-Auth-Authenticator")).contains("mesh,users");
    }

    @Test
    void allRefusesWhereOneIsMissing() {
        Reply withoutCertificate = exchange(get("/all/b", good()));
        assertThat(withoutCertificate.status()).isEqualTo(401);
        assertThat(exchangeAsOrders(get("/all/c")).status()).isEqualTo(401);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void allChecksScopesOnTheFirstAlone() {
        assertThat(exchange(get("/both/a", KEY, good())).status()).isEqualTo(200);
        fixture.upstream().forget();
        Reply reply = exchange(get("/both/b", KEY, bearer(claims().claim("scope", "key:scope").build())));
        assertRefused(reply, 403, "scope_insufficient");
        assertThat(reply.challenges()).singleElement().asString().contains("Bearer", "error=\"insufficient_scope\"", "scope=\"user:scope\"");
    }

    @Test
    void aNestedAllIsOneAlternativeOfAny() {
        assertThat(exchangeAsOrders(get("/nested/a", good())).status()).isEqualTo(200);
        assertThat(exchange(get("/nested/b", KEY)).status()).isEqualTo(200);
        fixture.upstream().forget();
        assertThat(exchange(get("/nested/c", good())).status()).isEqualTo(401);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void claimsMustBeSatisfied() {
        assertThat(exchange(get("/claims/a", bearer(claims().claim("tenant", "acme").claim("roles", List.of("user", "admin")).build()))).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/claims/a").field("X-Auth-Tenant")).contains("acme");
        fixture.upstream().forget();
        assertRefused(exchange(get("/claims/b", bearer(claims().claim("tenant", "other").claim("roles", List.of("admin")).build()))), 403, "claim_not_satisfied");
        assertRefused(exchange(get("/claims/c", bearer(claims().claim("tenant", "acme").claim("roles", List.of("admins")).build()))), 403, "claim_not_satisfied");
        assertRefused(exchange(get("/claims/d", bearer(claims().build()))), 403, "claim_not_satisfied");
    }

    @Test
    void aCachedTokenIsHeldToTheScopesOfEachRouteAgain() {
        String token = bearer(claims().claim("scope", "other").build());
        assertThat(exchange(get("/any/warm", token)).status()).isEqualTo(200);
        fixture.upstream().forget();
        assertRefused(exchange(get("/both/warm", token, KEY)), 403, "scope_insufficient");
    }

    @Test
    void theBodyIsAskedForOnlyAfterWhatCanBeDecidedAtOnce() {
        try (RawClient client = fixture.tls()) {
            client.send(Requests.lines("POST /hooks/a HTTP/1.1", "Host: api.example.com", "Expect: 100-continue", "Content-Length: 5"));
            assertThat(client.readOne("POST").status()).isEqualTo(401);
        }
        try (RawClient client = fixture.tls()) {
            client.send(Requests.lines("POST /hooks/b HTTP/1.1", "Host: api.example.com", "Expect: 100-continue", "Content-Length: 5",
                    Webhooks.github(SECRET, "hello")));
            assertThat(client.readOne("POST").status()).isEqualTo(100);
            assertThat(client.send("hello").read().status()).isEqualTo(200);
        }
        assertThat(fixture.upstream().only("/hooks/b").text()).isEqualTo("hello");
    }

    @Test
    void aBadKeyBesideASignatureIsRefusedToo() {
        assertRefused(exchange(post("/hooks/c", "hello", Webhooks.github(SECRET, "hello"), "X-API-Key: unknown-key-01234567")), 401, "api_key_unknown");
    }

    @Test
    void anOpenRouteForwardsWithoutIdentity() {
        assertThat(exchange(get("/open/a", "X-Auth-Subject: forged")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/open/a").foldedNames()).noneMatch(name -> name.startsWith("x-auth"));
    }
}
