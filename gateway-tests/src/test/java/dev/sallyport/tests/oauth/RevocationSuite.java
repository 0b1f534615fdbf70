package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.FullDisk;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is called back through the admin port or the file holds at the next request, and after the process was killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RevocationSuite {
    private static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem }
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            authenticators:
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json } }
              bound:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: mtls }
              opaque:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x }, cacheFor: 1h }
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              mesh:
                mtls: { allow: [ { subject: "CN=allowed-*" } ] }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            revocation: { file: called-back.yaml, journal: revocations.journal }
            routes:
              users: { match: { path: /users/** }, auth: users, upstream: main }
              bound: { match: { path: /bound/** }, auth: bound, upstream: main }
              opaque: { match: { path: /opaque/** }, auth: opaque, upstream: main }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: main }
              either: { match: { path: /either/** }, auth: [partners, mesh], upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final IntrospectionServer provider = new IntrospectionServer();
    private final ECKey key = Tokens.ec("u1", Curve.P_256);
    private final ECKey leaked = Tokens.ec("u2", Curve.P_256);

    RevocationSuite() {
        fixture.word("provider", provider.url());
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "," + leaked.toPublicJWK() + "]}");
        StringBuilder keys = new StringBuilder("keys:\n");
        for (String id : List.of("k-call", "k-file", "k-kill", "k-full", "u2")) {
            keys.append(ApiKeys.entry(id, id + "-key-0123456789", "alice", ""));
        }
        fixture.write("api-keys.yaml", keys.toString());
        fixture.write("called-back.yaml", "");
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            provider.close();
        }
    }

    private Reply revoke(String json) {
        return fixture.call("/revocations", json, ADMIN);
    }

    private void assertRevoked(String json) {
        assertThat(revoke(json).status()).as(json).isEqualTo(204);
    }

    private JWTClaimsSet.Builder claims(String subject) {
        return Tokens.claims("https://auth.example.com", "api", subject);
    }

    private Reply bearer(String path, String token) {
        return fixture.exchange(get(path, "Authorization: Bearer " + token));
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return Tokens.sign(key, "ES256", claims.build());
    }

    private void assertRefused(Reply reply, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
    }

    /** Sent twice before, so that it comes out of the cache. */
    private String cached(JWTClaimsSet.Builder claims) {
        return cached(claims, key);
    }

    private String cached(JWTClaimsSet.Builder claims, ECKey signing) {
        String token = Tokens.sign(signing, "ES256", claims.build());
        assertThat(bearer("/users/a", token).status()).isEqualTo(200);
        assertThat(bearer("/users/a", token).status()).isEqualTo(200);
        return token;
    }

    @Test
    void cachedTokenIsRefusedAtTheNextRequestAfterItsIdWasCalledBack() {
        String token = cached(claims("alice").jwtID("j-1"));
        assertRevoked("{\"jti\":\"j-1\",\"until\":\"" + Instant.now().plusSeconds(900) + "\"}");
        assertRefused(bearer("/users/a", token), "token_revoked");
        assertThat(bearer("/users/a", signed(claims("alice").jwtID("j-2"))).status()).isEqualTo(200);
    }

    @Test
    void subjectsOlderTokensAreRefusedAndNewOnesAreNot() {
        String token = cached(claims("bert").issueTime(Tokens.inSeconds(-10)));
        assertRevoked("{\"subject\":\"bert\",\"issuedBefore\":\"" + Instant.now().minusSeconds(5) + "\"}");
        assertRefused(bearer("/users/a", token), "token_revoked");
        assertThat(bearer("/users/a", signed(claims("bert").issueTime(Tokens.inSeconds(0)))).status()).isEqualTo(200);
        assertThat(bearer("/users/a", signed(claims("bertha").issueTime(Tokens.inSeconds(-10)))).status()).isEqualTo(200);
    }

    /** Nobody can tell a token of a clock that is ahead from one that is issued later; who calls back says how far to go. */
    @Test
    void tokenInUseWhoseIssuersClockIsAheadIsReachedByALaterTimeAlone() {
        String ahead = cached(claims("ruth").issueTime(Tokens.inSeconds(20)));
        assertRevoked("{\"subject\":\"ruth\"}");
        assertThat(bearer("/users/a", ahead).status()).isEqualTo(200);
        assertRevoked("{\"subject\":\"ruth\",\"issuedBefore\":\"" + Tokens.inSeconds(30).toInstant() + "\"}");
        assertRefused(bearer("/users/a", ahead), "token_revoked");
    }

    @Test
    void tokenWithoutTimeOfIssueIsOlderThanAnyRevocation() {
        assertRevoked("{\"subject\":\"carl\",\"issuedBefore\":\"2000-01-01T00:00:00Z\"}");
        assertRefused(bearer("/users/a", signed(claims("carl").issueTime(null))), "token_revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_id", "azp"})
    void clientsOlderTokensAreRefused(String claim) {
        String token = cached(claims("dora").claim(claim, "app-" + claim).issueTime(Tokens.inSeconds(-10)));
        assertRevoked("{\"client\":\"app-" + claim + "\"}");
        assertRefused(bearer("/users/a", token), "token_revoked");
    }

    @Test
    void tokensOfASessionAreRefused() {
        String token = cached(claims("emil").claim("sid", "s-1"));
        assertRevoked("{\"session\":\"s-1\"}");
        assertRefused(bearer("/users/a", token), "token_revoked");
    }

    @Test
    void introspectedTokenThatTheProviderStillCallsActiveIsRefused() {
        provider.know("opaque-1", "{\"active\":true,\"aud\":\"api\",\"sub\":\"fred\",\"jti\":\"o-1\",\"iat\":" + Instant.now().minusSeconds(10).getEpochSecond() + "}");
        assertThat(bearer("/opaque/a", "opaque-1").status()).isEqualTo(200);
        assertRevoked("{\"jti\":\"o-1\"}");
        assertRefused(bearer("/opaque/a", "opaque-1"), "token_revoked");
    }

    @Test
    void keyIsRefusedByItsIdThoughItsFileSaysActive() {
        String request = get("/keys/a", "X-API-Key: k-call-key-0123456789");
        assertThat(fixture.exchange(request).status()).isEqualTo(200);
        assertRevoked("{\"keyId\":\"k-call\"}");
        assertRefused(fixture.exchange(request), "api_key_inactive");
    }

    /** Also where it is shown for want of a `jti`, and for whoever has the key and leaves its name out. */
    @Test
    void allThatAKeyOfTheIssuerSignedIsRefusedByItsIdAndAnothersIsNot() {
        String token = cached(claims("nina").jwtID("by-u2"), leaked);
        String unnamed = Tokens.sign(leaked, new JWSHeader(JWSAlgorithm.ES256), claims("nina").build());
        assertThat(bearer("/users/a", unnamed).status()).isEqualTo(200);
        assertRevoked("{\"keyId\":\"u2\",\"issuer\":\"https://another.example.com\"}");
        assertThat(bearer("/users/a", token).status()).isEqualTo(200);
        assertRevoked("{\"keyId\":\"u2\",\"issuer\":\"https://auth.example.com\"}");
        assertRefused(bearer("/users/a", token), "token_revoked");
        assertRefused(bearer("/users/a", unnamed), "token_revoked");
        assertThat(bearer("/users/a", signed(claims("nina"))).status()).isEqualTo(200);
        assertThat(fixture.exchange(get("/keys/a", "X-API-Key: u2-key-0123456789")).status()).isEqualTo(200);
    }

    @Test
    void certificateIsRefusedByItsSerialOnALiveConnection() {
        TestPki.Leaf leaf = fixture.pki().client("CN=allowed-1");
        try (RawClient client = fixture.tls(leaf)) {
            assertThat(client.exchange(get("/mesh/a")).status()).isEqualTo(200);
            String serial = leaf.certificate().getSerialNumber().toString(16);
            String issuer = leaf.certificate().getIssuerX500Principal().getName();
            assertRevoked("{\"serial\":\"" + serial + "\",\"issuer\":\"CN=Somebody else\"}");
            assertThat(client.exchange(get("/mesh/a")).status()).isEqualTo(200);
            assertRevoked("{\"serial\":\"" + serial.toUpperCase(Locale.ROOT) + "\",\"issuer\":\"" + issuer + "\"}");
            Reply reply = client.exchange(get("/mesh/a"));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("certificate_revoked");
        }
    }

    @Test
    void tokenIsRefusedWithTheCertificateToWhichItIsBoundThoughItIsCached() throws CertificateEncodingException {
        TestPki.Leaf leaf = fixture.pki().client("CN=holder");
        TestPki.Leaf another = fixture.pki().client("CN=another holder");
        try (RawClient client = fixture.tls(leaf); RawClient other = fixture.tls(another)) {
            String request = get("/bound/a", "Authorization: Bearer " + boundTo(leaf));
            String others = get("/bound/a", "Authorization: Bearer " + boundTo(another));
            assertThat(client.exchange(request).status()).isEqualTo(200);
            assertThat(client.exchange(request).status()).isEqualTo(200);
            assertRevoked("{\"serial\":\"" + leaf.certificate().getSerialNumber().toString(16) + "\",\"issuer\":\"" + leaf.certificate().getIssuerX500Principal().getName() + "\"}");
            assertRefused(client.exchange(request), "token_revoked");
            assertThat(other.exchange(others).status()).isEqualTo(200);
        }
    }

    private String boundTo(TestPki.Leaf leaf) throws CertificateEncodingException {
        return signed(claims("kurt").claim("cnf", Map.of("x5t#S256", DpopProofs.sha256(leaf.certificate().getEncoded()))));
    }

    @Test
    void fileHoldsForAllAuthenticatorsAndIsTakenUp() {
        String request = get("/keys/a", "X-API-Key: k-file-key-0123456789");
        String token = cached(claims("gerd").claim("client_id", "app-file").issueTime(Tokens.inSeconds(-10)));
        assertThat(fixture.exchange(request).status()).isEqualTo(200);
        fixture.changeFile("called-back.yaml", "keys: [ k-file ]\nclients: [ { client: app-file, issuedBefore: " + Instant.now() + " } ]\n");
        assertRefused(fixture.exchange(request), "api_key_inactive");
        assertRefused(bearer("/users/a", token), "token_revoked");
        fixture.changeFile("called-back.yaml", "");
        assertThat(fixture.exchange(request).status()).isEqualTo(200);
    }

    @Test
    void whatWasAnsweredIsStillRefusedAfterTheProcessWasKilled() throws Exception {
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 40; each++) {
            String json = "{\"jti\":\"killed-" + each + "\"}";
            calls.add(() -> revoke(json));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(20)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(204);
            }
        }
        assertRevoked("{\"keyId\":\"k-kill\"}");
        fixture.gateway().kill();
        fixture.start(CONFIG);
        for (int each = 0; each < 40; each++) {
            assertRefused(bearer("/users/a", signed(claims("hans").jwtID("killed-" + each))), "token_revoked");
        }
        assertRefused(fixture.exchange(get("/keys/a", "X-API-Key: k-kill-key-0123456789")), "api_key_inactive");
        assertThat(Json.parse(fixture.admin("/revocations", ADMIN).text()).path("revocations").findValuesAsText("name")).contains("killed-0", "k-kill");
    }

    @Test
    void reloadKeepsTheJournalOpen() {
        assertRevoked("{\"jti\":\"before-reload\"}");
        fixture.reload(CONFIG.replace("cacheFor: 1h", "cacheFor: 59m"));
        assertRevoked("{\"jti\":\"after-reload\"}");
        assertRefused(bearer("/users/a", signed(claims("ida").jwtID("before-reload"))), "token_revoked");
        assertRefused(bearer("/users/a", signed(claims("ida").jwtID("after-reload"))), "token_revoked");
        fixture.reload(CONFIG);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "x", "[]", "{}", "{\"jti\":1}", "{\"jti\":\"\"}", "{\"jti\":\"a\",\"jti\":\"b\"}", "{\"jti\":\"a\",\"subject\":\"b\"}",
        "{\"jti\":\"a\",\"issuedBefore\":\"2026-01-01T00:00:00Z\"}", "{\"jti\":\"a\",\"until\":\"soon\"}", "{\"jti\":\"a\",\"until\":\"2026-01-01T00:00:00Z\"}",
        "{\"session\":\"a\",\"until\":\"2026-01-01T00:00:00Z\"}", "{\"token\":\"a\"}",
        "{\"subject\":\"a\",\"issuedBefore\":\"2999-01-01T00:00:00Z\"}", "{\"serial\":\"xyz\"}", "{\"serial\":\"01\",\"issuer\":\"nobody\"}",
        "{\"jti\":\"a\"} {\"jti\":\"b\"}", "{\"until\":\"2026-01-01T00:00:00Z\"}"})
    void callThatIsNotUnderstoodIsRefusedAndChangesNothing(String json) {
        String before = fixture.admin("/revocations", ADMIN).text();
        assertThat(revoke(json).status()).isEqualTo(400);
        assertThat(fixture.admin("/revocations", ADMIN).text()).isEqualTo(before);
    }

    @Test
    void callNeedsTheTokenAndABoundedContent() {
        assertThat(fixture.call("/revocations", "{\"jti\":\"a\"}", "X: y").status()).isEqualTo(401);
        assertThat(fixture.call("/revocations", "{\"jti\":\"a\"}", "Authorization: Bearer wrong").status()).isEqualTo(401);
        assertThat(fixture.admin("/revocations").status()).isEqualTo(401);
        assertThat(revoke("{\"jti\":\"" + "a".repeat(20_000) + "\"}").status()).isEqualTo(413);
        Reply readOnly = fixture.call("/status", "{}", ADMIN);
        assertThat(readOnly.status()).isEqualTo(405);
        assertThat(readOnly.field("Allow")).contains("GET, HEAD");
    }

    @Test
    void subjectIsNotCalledBackWhereSignedTokensMayLiveForEverAndTheAnswerNamesTheSetting() {
        fixture.reload(CONFIG.replaceFirst("keys: \\{ file: jwks.json }", "keys: { file: jwks.json }, maxLifetime: unlimited"));
        try {
            Reply refused = revoke("{\"subject\":\"lena\"}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("detail").asText()).contains("`jwt.maxLifetime`");
            assertThat(bearer("/users/a", signed(claims("lena"))).status()).isEqualTo(200);
            assertRevoked("{\"jti\":\"for ever\"}");
        } finally {
            fixture.reload(CONFIG);
        }
    }

    @Test
    void withoutAJournalNothingIsPromised() {
        fixture.reload(CONFIG.replace(", journal: revocations.journal", ""));
        try {
            assertThat(revoke("{\"jti\":\"unkept\"}").status()).isEqualTo(501);
            assertThat(bearer("/users/a", signed(claims("jan").jwtID("unkept"))).status()).isEqualTo(200);
        } finally {
            fixture.reload(CONFIG);
        }
    }

    @Test
    void fullDiskIsToldAndTheCredentialIsRefusedAllTheSame() {
        try (Fixture small = new Fixture()) {
            small.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
            small.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k-full", "k-full-key-0123456789", "alice", ""));
            small.write("called-back.yaml", "");
            small.word("provider", provider.url());
            small.start(CONFIG);
            try (FullDisk _ = FullDisk.of(small.gateway())) {
                Reply refused = small.call("/revocations", "{\"keyId\":\"k-full\"}", ADMIN);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.field("Retry-After")).isPresent();
                assertThat(small.exchange(get("/keys/a", "X-API-Key: k-full-key-0123456789")).status()).isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sallyport journal 1\n00000000 {\"kind\":\"key\"}\n", "tokens: []\n", "sallyport journal 2\n"})
    void unreadableJournalRefusesToStartAndToBeTakenUp(String content) throws IOException {
        Path damaged = fixture.write("damaged.journal", content);
        String config = CONFIG.replace("revocations.journal", "damaged.journal");
        fixture.change(() -> fixture.write("gateway.yaml", config), "refused");
        assertThat(fixture.exchange(get("/keys/a", "X-API-Key: nobody")).status()).isEqualTo(401);
        Path file = fixture.write("other.yaml", config);
        CommandLine.Outcome started = CommandLine.sallyport(fixture.folder(), "run", file.toString());
        assertThat(started.status()).isEqualTo(2);
        assertThat(started.err()).contains("`journal`: cannot use").contains("damaged.journal");
        assertThat(CommandLine.sallyport(fixture.folder(), "check", file.toString()).status()).isEqualTo(2);
        assertThat(Files.readString(damaged)).isEqualTo(content);
        fixture.change(() -> fixture.write("gateway.yaml", CONFIG), "unchanged");
    }

    @Test
    void journalBelongsToOneProcess() {
        Path file = fixture.write("second.yaml", CONFIG);
        CommandLine.Outcome second = CommandLine.sallyport(fixture.folder(), "run", file.toString());
        assertThat(second.status()).isEqualTo(2);
        assertThat(second.err()).contains("another process writes it");
        assertThat(CommandLine.sallyport(fixture.folder(), "check", file.toString()).status()).isEqualTo(0);
    }
}
