package dev.sallyport.tests.idp;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.idp.KeycloakServer;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.Tokens;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What other suites hold with a provider of the tests' own holds with one that others wrote. */
@Tag("idp")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeycloakSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: bound }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              signed:
                jwt: { issuer: "@issuer@", audiences: [api], algorithms: [RS256], keys: { discovery: true, ca: provider.pem, refreshEvery: 500ms, coolDown: 200ms }, senderConstraint: none }
              bound:
                jwt: { issuer: "@issuer@", audiences: [api], algorithms: [RS256], keys: { discovery: true, ca: provider.pem }, senderConstraint: any }
              opaque:
                introspection: { endpoint: "@introspection@", ca: provider.pem, issuer: "@issuer@", audiences: [api], client: { id: api, secret: secret-of-api }, cacheFor: 300ms, negativeFor: 200ms }
              keyed:
                introspection: { endpoint: "@introspection@", ca: provider.pem, issuer: "@issuer@", audiences: [keyed], client: { id: keyed, key: client.pem, keyId: k1 }, senderConstraint: any }
            upstreams:
              plain: { targets: [ "@upstream@" ] }
              granted:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "@tokens@", ca: provider.pem, client: { id: caller, secret: secret-of-caller }, scopes: [backend] } }
              granted-by-key:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "@tokens@", ca: provider.pem, client: { id: keyed, key: client.pem, keyId: k1 } } }
            identity: { claims: { preferred_username: X-Auth-Name } }
            routes:
              signed: { match: { path: /signed/** }, auth: { any: [signed], scopes: ["read:orders"] }, upstream: plain }
              bound: { match: { path: /bound/** }, auth: bound, upstream: plain }
              opaque: { match: { path: /opaque/** }, auth: { any: [opaque], scopes: ["read:orders"] }, upstream: plain }
              keyed: { match: { path: /keyed/** }, auth: keyed, upstream: plain }
              granted: { match: { path: /granted/** }, auth: none, upstream: granted }
              granted-by-key: { match: { path: /granted-by-key/** }, auth: none, upstream: granted-by-key }
            """;
    private final KeycloakServer keycloak = KeycloakServer.shared();
    private final Fixture fixture = new Fixture();
    private final ECKey holder = Tokens.ec("h1", Curve.P_256);

    KeycloakSuite() throws JOSEException {
        ECKey client = new ECKey.Builder(Tokens.ec("k1", Curve.P_256)).keyUse(KeyUse.SIGNATURE).build();
        keycloak.admin().change("keyed", keyed -> keyed.withObject("/attributes").put("jwks.string", "{\"keys\":[" + client.toPublicJWK() + "]}"));
        String pem = Base64.getMimeEncoder().encodeToString(client.toECPrivateKey().getEncoded());
        fixture.write("client.pem", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
        fixture.write("provider.pem", keycloak.pki().pem());
        fixture.word("issuer", keycloak.issuer()).word("introspection", keycloak.endpoint("token/introspect")).word("tokens", keycloak.endpoint("token"));
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

    private JsonNode tokensOfAlice() {
        return keycloak.tokens("grant_type", "password", "client_id", "console", "username", "alice", "password", "password-of-alice", "scope", "openid");
    }

    private String tokenOfMachine() {
        return access(keycloak.tokens("grant_type", "client_credentials", "client_id", "caller", "client_secret", "secret-of-caller"));
    }

    private void assertForwarded(Reply reply) {
        assertThat(reply.status()).as(() -> fixture.gateway().auditLine(reply.requestId()).toString()).isEqualTo(200);
    }

    private static String access(JsonNode tokens) {
        return tokens.path("access_token").asText();
    }

    private Reply send(String path, String token) {
        return fixture.exchange(get(path, "Authorization: Bearer " + token));
    }

    private void assertRefused(Reply reply, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void signedTokenIsTakenByKeysThatDiscoveryFindsAmongKeysForEncryption() {
        assertThat(keycloak.keys()).extracting(key -> key.path("use").asText()).contains("enc", "sig");
        assertForwarded(send("/signed/user", access(tokensOfAlice())));
        Received received = fixture.upstream().only("/signed/user");
        assertThat(received.field("X-Auth-Subject")).contains(keycloak.admin().idOf("alice"));
        assertThat(received.field("X-Auth-Issuer")).contains(keycloak.issuer());
        assertThat(received.field("X-Auth-Name")).contains("alice");
        assertThat(received.field("X-Auth-Scopes").orElse("").split(" ")).contains("openid", "read:orders");
        assertForwarded(send("/signed/machine", tokenOfMachine()));
    }

    @Test
    void tokensOfOtherKindsAreNoAccessTokens() {
        JsonNode tokens = tokensOfAlice();
        assertRefused(send("/signed/a", tokens.path("id_token").asText()), "token_type_not_allowed");
        assertRefused(send("/signed/a", tokens.path("refresh_token").asText()), "token_algorithm_not_allowed");
        assertRefused(send("/opaque/a", tokens.path("id_token").asText()), "token_inactive");
        assertRefused(send("/opaque/a", tokens.path("refresh_token").asText()), "token_inactive");
    }

    @Test
    void keyThatIsRotatedInServesAtOnceAndOneThatIsWithdrawnServesNoLonger() {
        String before = tokenOfMachine();
        assertForwarded(send("/signed/before", before));
        String key = keycloak.admin().addSigningKey("RS256");
        String after = tokenOfMachine();
        assertThat(Tokens.keyId(after)).isNotEqualTo(Tokens.keyId(before));
        assertForwarded(send("/signed/after", after));
        assertForwarded(send("/signed/before", before));
        keycloak.admin().removeKey(key);
        await().until(() -> send("/signed/after", after).status() == 401);
        fixture.upstream().forget();
        assertRefused(send("/signed/after", after), "token_key_unknown");
        assertForwarded(send("/signed/before", before));
    }

    @Test
    void opaqueTokenIsTakenUntilItIsRevoked() {
        JsonNode tokens = tokensOfAlice();
        assertForwarded(send("/opaque/user", access(tokens)));
        Received received = fixture.upstream().only("/opaque/user");
        assertThat(received.field("X-Auth-Subject")).contains(keycloak.admin().idOf("alice"));
        assertThat(received.field("X-Auth-Method")).contains("introspection");
        assertThat(keycloak.post("revoke", "client_id", "console", "token", access(tokens)).status()).isEqualTo(200);
        await().until(() -> send("/opaque/user", access(tokens)).status() == 401);
        fixture.upstream().forget();
        assertRefused(send("/opaque/user", access(tokens)), "token_inactive");
    }

    @Test
    void opaqueTokenEndsWithTheSessionOfItsUser() {
        String token = access(keycloak.tokens("grant_type", "password", "client_id", "console", "username", "bob", "password", "password-of-bob"));
        assertForwarded(send("/opaque/bob", token));
        keycloak.admin().logOut("bob");
        await().until(() -> send("/opaque/bob", token).status() == 401);
        fixture.upstream().forget();
        assertRefused(send("/opaque/bob", token), "token_inactive");
    }

    @Test
    void whatTheProviderNeverGaveOutIsInactive() {
        assertRefused(send("/opaque/a", "invented"), "token_inactive");
    }

    @Test
    void gatewayAsksWithItsOwnKeyInsteadOfASecret() {
        String token = tokenBoundToTheHolder();
        assertForwarded(overTls(fixture.pki().trusting(), proving("/keyed/a", token)));
        fixture.upstream().forget();
        assertRefused(send("/keyed/a", token), "token_binding_required");
        assertRefused(send("/keyed/a", tokenOfMachine()), "token_binding_required");
    }

    @Test
    void upstreamGetsATokenThatTheProviderGaveTheGateway() {
        keycloak.admin().forgetEvents();
        for (String client : new String[] {"caller", "keyed"}) {
            String path = client.equals("caller") ? "/granted/a" : "/granted-by-key/a";
            assertThat(fixture.exchange(get(path)).status()).isEqualTo(200);
            assertThat(fixture.exchange(get(path)).status()).isEqualTo(200);
            String token = fixture.upstream().received(path).getLast().field("Authorization").orElseThrow().substring("Bearer ".length());
            JsonNode told = keycloak.post("token/introspect", "client_id", "orders-backend", "client_secret", "secret-of-backend", "token", token).json();
            assertThat(told.path("active").asBoolean()).as(told.toString()).isTrue();
            assertThat(told.path("client_id").asText()).isEqualTo(client);
            assertThat(keycloak.admin().events("CLIENT_LOGIN", client)).hasSize(1);
        }
    }

    @Test
    void tokenBoundByDpopNeedsItsProof() {
        String token = tokenBoundToTheHolder();
        assertForwarded(overTls(fixture.pki().trusting(), proving("/bound/a", token)));
        fixture.upstream().forget();
        assertRefused(overTls(fixture.pki().trusting(), get("/bound/a", "Authorization: DPoP " + token)), "dpop_proof_missing");
        assertRefused(send("/bound/a", token), "token_binding_required");
        assertRefused(send("/signed/a", token), "token_binding_required");
    }

    @Test
    void tokenBoundToACertificateNeedsItsConnection() {
        TestPki.Leaf leaf = keycloak.pki().client("CN=certified");
        String token = access(KeycloakServer.granted(keycloak.post(keycloak.pki().presenting(leaf), "token", "",
                "grant_type", "client_credentials", "client_id", "certified", "client_secret", "secret-of-certified")));
        String request = get("/bound/a", "Authorization: Bearer " + token);
        assertForwarded(overTls(fixture.pki().presenting(leaf), request));
        fixture.upstream().forget();
        assertRefused(overTls(fixture.pki().trusting(), request), "token_binding_required");
        assertRefused(overTls(fixture.pki().presenting(keycloak.pki().client("CN=certified")), request), "token_binding_mismatch");
    }

    private String tokenBoundToTheHolder() {
        JWTClaimsSet proof = DpopProofs.claims("POST", keycloak.endpoint("token")).build();
        return access(KeycloakServer.granted(keycloak.post(keycloak.pki().trusting(), "token", "DPoP: " + DpopProofs.sign(holder, proof),
                "grant_type", "client_credentials", "client_id", "proven", "client_secret", "secret-of-proven")));
    }

    private String proving(String path, String token) {
        JWTClaimsSet claims = DpopProofs.claims("GET", "https://" + Requests.HOST + path, token).build();
        return get(path, "Authorization: DPoP " + token, "DPoP: " + DpopProofs.sign(holder, claims));
    }

    private Reply overTls(SSLContext context, String request) {
        try (RawClient client = RawClient.tls(fixture.gateway().port("https"), context, Requests.HOST)) {
            return client.exchange(request);
        }
    }
}
