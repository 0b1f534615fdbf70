package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.token.Forms.basic;
import static dev.sallyport.tests.harness.token.Forms.form;
import static dev.sallyport.tests.harness.token.Forms.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.CertificateEncodingException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in token service over real TLS: its clients, its tokens, what it calls back, and what a kill leaves of that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenServiceSuite {
    private static final String ISSUER = "https://api.example.com";
    private static final String ORDERS = ISSUER + "/orders";
    private static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String CONFIG = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
              http:
                bind: 127.0.0.1:0
              network:
                bind: 0.0.0.0:0
              redirecting:
                bind: 0.0.0.0:0
                redirectToHttps: true
              throttled:
                bind: 127.0.0.1:0
                failedAttempts: { max: 2, per: 1h }
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            tokenService:
              issuer: https://api.example.com
              clients: clients.yaml
              state: refresh.journal
              signing: { keys: token-keys.journal }
            revocation: { journal: revocations.journal }
            authenticators:
              clients:
                jwt: { issuer: "https://api.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], type: at+jwt, keys: { tokenService: true } }
              bound:
                jwt: { issuer: "https://api.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], type: at+jwt, keys: { tokenService: true }, senderConstraint: any }
              users:
                jwt: { issuer: "https://users.example.com", audiences: [ "https://api.example.com/orders" ], algorithms: [ES256], keys: { file: robot.json } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              shared: { match: { host: api.example.com, path: /shared/** }, auth: [clients, users], upstream: main }
              orders: { match: { path: /orders/** }, auth: { any: [clients], scopes: [read] }, upstream: main }
              bound: { match: { host: api.example.com, path: /bound/** }, auth: bound, upstream: main }
              all: { match: { host: api.example.com, path: /** }, auth: clients, upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final ECKey robot = Tokens.ec("r1", Curve.P_256);
    private final String app;
    private final String watcher;

    TokenServiceSuite() {
        fixture.write("robot.json", "{\"keys\":[" + robot.toPublicJWK() + "]}");
        app = create("--id", "app", "--audience", ORDERS, "--scope", "read", "--scope", "write", "--refresh-tokens");
        watcher = create("--id", "watcher", "--introspects", ORDERS);
        create("--id", "robot", "--audience", ORDERS, "--scope", "read", "--public-keys", "robot.json");
        create("--id", "mesh", "--audience", ORDERS, "--scope", "read", "--certificate-dns", "mesh.example.com");
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

    /** What it printed: the secret, if there is one. */
    private String create(String... words) {
        List<String> all = new ArrayList<>(List.of("clients", "create", "--store", "clients.yaml"));
        all.addAll(List.of(words));
        CommandLine.Outcome outcome = CommandLine.sallyport(fixture.folder(), all.toArray(String[]::new));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out().strip();
    }

    private Reply overTls(String request) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(request);
        }
    }

    private Reply ask(String path, String... parameters) {
        return overTls(post(path, form(parameters), basic("app", app)));
    }

    private JsonNode issued() {
        Reply reply = ask("/oauth2/token", "grant_type", "client_credentials");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json();
    }

    private Reply refresh(String token) {
        return ask("/oauth2/token", "grant_type", "refresh_token", "refresh_token", token);
    }

    private static String access(JsonNode issued) {
        return issued.path("access_token").asText();
    }

    private static String refreshToken(JsonNode issued) {
        return issued.path("refresh_token").asText();
    }

    private Reply call(String path, String token) {
        return overTls(get(path, "Authorization: Bearer " + token));
    }

    private void assertRefused(Reply reply, int status, String error, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.text()).isEqualTo("{\"error\":\"" + error + "\"}");
        assertThat(reply.field("Content-Type")).contains("application/json");
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.challenges()).isEqualTo(status == 401 ? List.of("Basic realm=\"" + ISSUER + "\"") : List.of());
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
    }

    private void restart() {
        fixture.gateway().kill();
        fixture.start(CONFIG);
    }

    @Test
    void clientGetsATokenThatOpensARouteOfTheGatewayAndVerifiesUnderThePublishedKeys() throws ParseException, JOSEException {
        Reply reply = ask("/oauth2/token", "grant_type", "client_credentials", "scope", "read", "resource", ORDERS);
        assertThat(reply.field("Cache-Control")).contains("no-store");
        assertThat(reply.field("Pragma")).contains("no-cache");
        assertThat(reply.json().path("token_type").asText()).isEqualTo("Bearer");
        assertThat(reply.json().path("expires_in").asInt()).isEqualTo(900);
        SignedJWT token = SignedJWT.parse(access(reply.json()));
        ECKey key = JWKSet.parse(overTls(get("/oauth2/jwks")).text()).getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
        assertThat(key.isPrivate()).isFalse();
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(ISSUER);
        assertThat(claims.getAudience()).containsExactly(ORDERS);
        assertThat(claims.getSubject()).isEqualTo("app");
        assertThat(claims.getStringClaim("client_id")).isEqualTo("app");
        assertThat(claims.getStringClaim("scope")).isEqualTo("read");
        assertThat(Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant())).isEqualTo(Duration.ofMinutes(15));
        assertThat(call("/orders/1", token.serialize()).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/orders/1").field("X-Auth-Subject")).contains("app");
        JsonNode audited = fixture.gateway().auditLine(reply.requestId());
        assertThat(audited.path("subject").asText()).isEqualTo("app");
        assertThat(audited.path("credentialId").asText()).isEqualTo(claims.getJWTID());
    }

    @Test
    void clientIsItselfWhomeverItAsksToBe() throws ParseException {
        for (String asked : List.of("sub", "subject", "username", "requested_subject", "act", "login_hint")) {
            JWTClaimsSet claims = SignedJWT.parse(access(ask("/oauth2/token", "grant_type", "client_credentials", asked, "alice").json())).getJWTClaimsSet();
            assertThat(claims.getSubject()).as(asked).isEqualTo("app");
            assertThat(claims.getStringClaim("client_id")).as(asked).isEqualTo("app");
            assertThat(claims.getClaims()).as(asked).doesNotContainValue("alice");
        }
        assertThat(ask("/oauth2/token", "grant_type", "client_credentials", "client_id", "robot").status()).isBetween(400, 401);
    }

    @Test
    void userOfAnotherIssuerWithTheNameOfAClientIsSomebodyElse() {
        String user = Tokens.sign(robot, "ES256", Tokens.claims("https://users.example.com", ORDERS, "app").build());
        assertThat(call("/shared/client", access(issued())).status()).isEqualTo(200);
        assertThat(call("/shared/user", user).status()).isEqualTo(200);
        Received client = fixture.upstream().only("/shared/client");
        Received other = fixture.upstream().only("/shared/user");
        assertThat(client.field("X-Auth-Subject")).isEqualTo(other.field("X-Auth-Subject")).contains("app");
        assertThat(client.field("X-Auth-Issuer")).contains(ISSUER);
        assertThat(client.field("X-Auth-Authenticator")).contains("clients");
        assertThat(other.field("X-Auth-Issuer")).contains("https://users.example.com");
        assertThat(other.field("X-Auth-Authenticator")).contains("users");
        String forged = Tokens.sign(robot, "ES256", Tokens.claims(ISSUER, ORDERS, "app").build());
        assertThat(call("/shared/forged", forged).status()).isEqualTo(401);
    }

    @Test
    void metadataLeadsToEveryEndpoint() {
        JsonNode metadata = overTls(get("/.well-known/oauth-authorization-server")).json();
        assertThat(metadata.path("issuer").asText()).isEqualTo(ISSUER);
        assertThat(metadata.path("grant_types_supported")).extracting(JsonNode::asText).containsExactly("client_credentials", "refresh_token");
        for (String endpoint : List.of("token_endpoint", "revocation_endpoint", "introspection_endpoint")) {
            String path = metadata.path(endpoint).asText().substring(ISSUER.length());
            assertThat(overTls(post(path, "token=x&grant_type=client_credentials", basic("app", app))).status()).as(path).isEqualTo(200);
            Reply wrongMethod = overTls(get(path));
            // A route for `/**` takes it: what is shadowed is the endpoint's method alone.
            assertThat(wrongMethod.status()).isEqualTo(401);
        }
        assertThat(overTls(get(metadata.path("jwks_uri").asText().substring(ISSUER.length()))).status()).isEqualTo(200);
    }

    @Test
    void assertionSignedByTheClientPassesOnce() {
        String assertion = Tokens.sign(robot, "ES256", Tokens.claims("robot", ISSUER + "/oauth2/token", "robot").jwtID("once").build());
        String request = post("/oauth2/token", form("grant_type", "client_credentials",
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", assertion));
        Reply first = overTls(request);
        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        assertThat(call("/orders/1", access(first.json())).status()).isEqualTo(200);
        assertRefused(overTls(request), 401, "invalid_client", "client_assertion_replayed");
        restart();
        assertRefused(overTls(request), 401, "invalid_client", "client_assertion_replayed");
    }

    @Test
    void certificateProvesTheClientAndBindsItsTokens() throws CertificateEncodingException, ParseException {
        TestPki.Leaf leaf = fixture.pki().client("CN=anything", "mesh.example.com");
        String request = post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "mesh"));
        String token;
        try (RawClient client = fixture.tls(leaf)) {
            token = access(client.exchange(request).json());
            assertThat(client.exchange(get("/bound/a", "Authorization: Bearer " + token)).status()).isEqualTo(200);
        }
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf"))
                .containsEntry("x5t#S256", DpopProofs.sha256(leaf.certificate().getEncoded()));
        assertThat(call("/bound/a", token).status()).isEqualTo(401);
        assertThat(call("/orders/1", token).status()).isEqualTo(401);
        assertRefused(overTls(request), 401, "invalid_client", "certificate_missing");
        try (RawClient client = fixture.tls(fixture.pki().client("CN=anything", "other.example.com"))) {
            assertRefused(client.exchange(request), 401, "invalid_client", "certificate_not_allowed");
        }
    }

    @Test
    void proofOfAKeyBindsTheTokenToIt() {
        ECKey holder = Tokens.ec("h1", Curve.P_256);
        String proof = DpopProofs.sign(holder, DpopProofs.claims("POST", ISSUER + "/oauth2/token", "").build());
        String request = post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", app), "DPoP: " + proof);
        JsonNode issued = overTls(request).json();
        assertThat(issued.path("token_type").asText()).isEqualTo("DPoP");
        String token = access(issued);
        String use = DpopProofs.sign(holder, DpopProofs.claims("GET", ISSUER + "/bound/b", token).build());
        assertThat(overTls(get("/bound/b", "Authorization: DPoP " + token, "DPoP: " + use)).status()).isEqualTo(200);
        assertThat(call("/bound/b", token).status()).isEqualTo(401);
        assertRefused(overTls(request), 400, "invalid_dpop_proof", "dpop_proof_replayed");
        String elsewhere = DpopProofs.sign(holder, DpopProofs.claims("POST", ISSUER + "/oauth2/revoke", "").build());
        Reply refused = overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", app), "DPoP: " + elsewhere));
        assertRefused(refused, 400, "invalid_dpop_proof", "dpop_proof_invalid");
    }

    @Test
    void clientThatDoesNotProveItselfGetsNothing() {
        String grant = form("grant_type", "client_credentials");
        assertRefused(overTls(post("/oauth2/token", grant, basic("app", app + "x"))), 401, "invalid_client", "client_proof_invalid");
        assertRefused(overTls(post("/oauth2/token", grant, basic("nobody", app))), 401, "invalid_client", "client_unknown");
        assertRefused(overTls(post("/oauth2/token", grant, basic("robot", app))), 401, "invalid_client", "client_proof_invalid");
        assertRefused(overTls(post("/oauth2/token", grant)), 401, "invalid_client", "credentials_missing");
        assertRefused(overTls(post("/oauth2/token", grant, "Authorization: Bearer " + app)), 401, "invalid_client", "client_proof_invalid");
        for (String path : List.of("/oauth2/revoke", "/oauth2/introspect")) {
            assertRefused(overTls(post(path, form("token", "x"))), 401, "invalid_client", "credentials_missing");
        }
        Reply twice = overTls(post("/oauth2/token", grant + "&client_id=app&client_secret=" + app, basic("app", app)));
        assertRefused(twice, 400, "invalid_request", "credentials_ambiguous");
        assertRefused(overTls(post("/oauth2/token", grant + "&" + grant, basic("app", app))), 400, "invalid_request", "oauth_request_malformed");
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type=password, unsupported_grant_type, grant_type_unsupported",
        "grant_type=client_credentials&scope=admin, invalid_scope, grant_scope_not_allowed",
        "grant_type=client_credentials&resource=https://other.example.com, invalid_target, grant_target_not_allowed",
        "grant_type=refresh_token&refresh_token=x, invalid_grant, refresh_token_unknown",
        "scope=read, invalid_request, oauth_request_malformed"})
    void requestForWhatIsNotToBeHadIsRefused(String asked, String error, String reason) {
        assertRefused(overTls(post("/oauth2/token", asked, basic("app", app))), 400, error, reason);
    }

    @Test
    void resourceServerAloneHasNoTokensAndIsToldOfItsAudience() {
        String token = access(issued());
        Reply told = overTls(post("/oauth2/introspect", form("token", token), basic("watcher", watcher)));
        assertThat(told.json().path("active").asBoolean()).isTrue();
        assertThat(told.json().path("client_id").asText()).isEqualTo("app");
        Reply refused = overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("watcher", watcher)));
        assertRefused(refused, 400, "unauthorized_client", "grant_not_allowed");
        assertThat(overTls(post("/oauth2/introspect", form("token", "x"), basic("watcher", watcher))).text()).isEqualTo("{\"active\":false}");
    }

    @Test
    void secretsAreNeverTakenOverPlainHttpNorLedToHttps() {
        String request = post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "app", "client_secret", app));
        for (String listener : List.of("network", "redirecting")) {
            try (RawClient client = RawClient.plain(fixture.gateway().port(listener))) {
                Reply reply = client.exchange(request);
                assertThat(reply.status()).as(listener).isEqualTo(403);
                assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("https_required");
            }
        }
        assertThat(fixture.exchange(request).status()).isEqualTo(200);
        Reply inUrl = overTls(post("/oauth2/token?client_secret=" + app, form("grant_type", "client_credentials", "client_id", "app")));
        assertThat(fixture.gateway().reasonOf(inUrl)).isEqualTo("credentials_in_url");
    }

    @Test
    void guessingIsSlowedDown() {
        String guess = post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", "guess"));
        try (RawClient client = RawClient.plain(fixture.gateway().port("throttled"))) {
            assertThat(client.exchange(guess).status()).isEqualTo(401);
            assertThat(client.exchange(guess).status()).isEqualTo(401);
            Reply third = client.exchange(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", app)));
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.field("Retry-After")).isPresent();
        }
    }

    @Test
    void contentIsBounded() {
        Reply reply = overTls(post("/oauth2/token", form("grant_type", "client_credentials", "x", "a".repeat(40_000)), basic("app", app)));
        assertThat(reply.status()).isEqualTo(413);
    }

    @Test
    void accessTokenThatWasCalledBackIsRefusedAtTheNextRequestAndAfterAKill() {
        JsonNode issued = issued();
        assertThat(call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(ask("/oauth2/revoke", "token", access(issued), "token_type_hint", "access_token").status()).isEqualTo(200);
        Reply refused = call("/orders/1", access(issued));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(refused)).isEqualTo("token_revoked");
        assertThat(ask("/oauth2/introspect", "token", access(issued)).text()).isEqualTo("{\"active\":false}");
        restart();
        assertThat(fixture.gateway().reasonOf(call("/orders/1", access(issued)))).isEqualTo("token_revoked");
        Reply others = overTls(post("/oauth2/revoke", form("token", access(issued())), basic("watcher", watcher)));
        assertRefused(others, 400, "invalid_grant", "token_not_revocable");
    }

    @Test
    void refreshTokenIsReplacedByItsUseAndTheOldOneEndsTheWholeFamily() {
        JsonNode first = issued();
        JsonNode second = refresh(refreshToken(first)).json();
        assertThat(refreshToken(second)).startsWith("spr_").isNotEqualTo(refreshToken(first));
        assertThat(call("/orders/1", access(first)).status()).isEqualTo(200);
        assertThat(call("/orders/1", access(second)).status()).isEqualTo(200);
        assertRefused(refresh(refreshToken(first)), 400, "invalid_grant", "refresh_token_reused");
        assertRefused(refresh(refreshToken(second)), 400, "invalid_grant", "refresh_token_unknown");
        for (JsonNode each : List.of(first, second)) {
            assertThat(fixture.gateway().reasonOf(call("/orders/1", access(each)))).isEqualTo("token_revoked");
        }
    }

    @Test
    void killBringsNoSpentOrRevokedRefreshTokenBack() {
        String spent = refreshToken(issued());
        String next = refreshToken(refresh(spent).json());
        String revoked = refreshToken(issued());
        String reused = refreshToken(issued());
        refresh(reused);
        assertThat(ask("/oauth2/revoke", "token", revoked).status()).isEqualTo(200);
        assertRefused(refresh(reused), 400, "invalid_grant", "refresh_token_reused");
        restart();
        assertRefused(refresh(revoked), 400, "invalid_grant", "refresh_token_unknown");
        assertRefused(refresh(reused), 400, "invalid_grant", "refresh_token_unknown");
        String third = refreshToken(refresh(next).json());
        assertRefused(refresh(spent), 400, "invalid_grant", "refresh_token_reused");
        restart();
        assertRefused(refresh(third), 400, "invalid_grant", "refresh_token_unknown");
    }

    @Test
    void ofManyWhoUseOneRefreshTokenAtOnceOneWinsAndTheFamilyEnds() throws Exception {
        String token = refreshToken(issued());
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 20; each++) {
            calls.add(() -> refresh(token));
        }
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService many = Executors.newFixedThreadPool(20)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                replies.add(call.get());
            }
        }
        List<Reply> winners = replies.stream().filter(reply -> reply.status() == 200).toList();
        assertThat(winners).hasSize(1);
        assertThat(replies).filteredOn(reply -> reply.status() != 200).allSatisfy(reply -> assertThat(reply.text()).isEqualTo("{\"error\":\"invalid_grant\"}"));
        JsonNode won = winners.getFirst().json();
        assertRefused(refresh(refreshToken(won)), 400, "invalid_grant", "refresh_token_unknown");
        assertThat(fixture.gateway().reasonOf(call("/orders/1", access(won)))).isEqualTo("token_revoked");
    }

    @Test
    void keysOutliveAKillSoThatTokensDo() {
        String token = access(issued());
        restart();
        assertThat(call("/orders/1", token).status()).isEqualTo(200);
    }

    @Test
    void noSecretIsEverWritten() throws IOException {
        JsonNode issued = issued();
        refresh(refreshToken(issued));
        overTls(post("/oauth2/token", form("grant_type", "client_credentials", "client_id", "app", "client_secret", app + "y")));
        String written = fixture.gateway().everythingWritten() + Files.readString(fixture.folder().resolve("refresh.journal"))
                + Files.readString(fixture.folder().resolve("clients.yaml"));
        assertThat(written).doesNotContain(app, watcher, refreshToken(issued), access(issued));
    }

    @Test
    void revokedClientGetsNothingMoreFromTheNextRequestOn() {
        String[] made = new String[1];
        fixture.change(() -> made[0] = create("--id", "leaving", "--audience", ORDERS, "--refresh-tokens"), "applied");
        String secret = made[0];
        String grant = post("/oauth2/token", form("grant_type", "client_credentials"), basic("leaving", secret));
        String token = refreshToken(overTls(grant).json());
        fixture.change(() -> CommandLine.sallyport(fixture.folder(), "clients", "revoke", "--store", "clients.yaml", "leaving"), "applied");
        assertRefused(overTls(grant), 401, "invalid_client", "client_unknown");
        String again = post("/oauth2/token", form("grant_type", "refresh_token", "refresh_token", token), basic("leaving", secret));
        assertRefused(overTls(again), 401, "invalid_client", "client_unknown");
        assertThat(CommandLine.sallyport(fixture.folder(), "clients", "list", "--store", "clients.yaml").out())
                .containsPattern("leaving +secret +" + ORDERS + " +- +- +yes +revoked").doesNotContain(secret, "sha256");
    }

    @Test
    void tokensOfAClientThatTheAdminCallsBackAreRefusedRefreshTokensToo() {
        String secret = create("--id", "suspect", "--audience", ORDERS, "--scope", "read", "--refresh-tokens");
        fixture.change(() -> create("--id", "touch-2", "--audience", ORDERS), "applied");
        JsonNode issued = overTls(post("/oauth2/token", form("grant_type", "client_credentials"), basic("suspect", secret))).json();
        assertThat(call("/orders/1", access(issued)).status()).isEqualTo(200);
        assertThat(fixture.call("/revocations", "{\"client\":\"suspect\"}", ADMIN).status()).isEqualTo(204);
        assertThat(fixture.gateway().reasonOf(call("/orders/1", access(issued)))).isEqualTo("token_revoked");
        Reply refreshed = overTls(post("/oauth2/token", form("grant_type", "refresh_token", "refresh_token", refreshToken(issued)), basic("suspect", secret)));
        assertRefused(refreshed, 400, "invalid_grant", "refresh_token_unknown");
    }

    @Test
    void fullDiskPromisesNothing() throws Exception {
        try (Fixture small = new Fixture()) {
            for (String file : List.of("clients.yaml", "robot.json")) {
                Files.copy(fixture.folder().resolve(file), small.folder().resolve(file));
            }
            small.start(CONFIG);
            String pid = Long.toString(small.gateway().pid());
            CommandLine.run(small.folder(), List.of("prlimit", "--pid", pid, "--fsize=64:64"));
            try (RawClient client = small.tls()) {
                Reply refused = client.exchange(post("/oauth2/token", form("grant_type", "client_credentials"), basic("app", app)));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.field("Retry-After")).isPresent();
                assertThat(small.gateway().reasonOf(refused)).isEqualTo("state_unavailable");
            }
            CommandLine.run(small.folder(), List.of("prlimit", "--pid", pid, "--fsize=unlimited:unlimited"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sallyport journal 1\n00000000 {}\n", "tokens: []\n"})
    void unreadableStateRefusesToStart(String content) {
        fixture.write("damaged.journal", content);
        String file = fixture.write("other.yaml", CONFIG.replace("refresh.journal", "damaged.journal")).toString();
        CommandLine.Outcome started = CommandLine.sallyport(fixture.folder(), "run", file);
        assertThat(started.status()).isEqualTo(2);
        assertThat(started.err()).contains("`state`: cannot use").contains("damaged.journal");
    }

    @Test
    void detailIsToldWhereTheOperatorWantsIt() {
        fixture.reload(CONFIG + "errors: { detail: true }\n");
        try {
            JsonNode told = Json.parse(overTls(post("/oauth2/token", "grant_type=client_credentials&scope=admin", basic("app", app))).text());
            assertThat(told.path("error").asText()).isEqualTo("invalid_scope");
            assertThat(told.path("error_description").asText()).contains("[read, write]");
        } finally {
            fixture.reload(CONFIG);
        }
    }

    @Test
    void commandRefusesWhatTheGatewayWouldNotRead() {
        for (String[] words : List.of(
                new String[] {"--id", "app", "--audience", ORDERS}, new String[] {"--id", "a b"}, new String[] {"--id", "x", "--scope", "a b"},
                new String[] {"--id", "x", "--public-keys", "nowhere.pem"}, new String[] {"--id", "x", "--public-keys", "clients.yaml"},
                new String[] {"--id", "x", "--public-keys", "robot.json", "--certificate-dns", "a.example"}, new String[] {})) {
            List<String> all = new ArrayList<>(List.of("clients", "create", "--store", "clients.yaml"));
            all.addAll(List.of(words));
            CommandLine.Outcome outcome = CommandLine.sallyport(fixture.folder(), all.toArray(String[]::new));
            assertThat(outcome.status()).as(String.join(" ", words)).isNotZero();
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(CommandLine.sallyport(fixture.folder(), "clients", "revoke", "--store", "clients.yaml", "nobody").status()).isEqualTo(1);
        assertThat(CommandLine.sallyport(fixture.folder(), "clients", "list", "--store", "nowhere.yaml").status()).isEqualTo(2);
    }
}
