package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that believes no header verifies the gateway's own token with the gateway's published keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AssertionSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            identity:
              assertion: { signing: { keys: signing.journal } }
            routes:
              keys: { match: { host: api.example.com, path: /** }, auth: { any: [partners] }, upstream: main }
              open: { match: { path: /open/** }, auth: none, upstream: main }
            """;

    private final Fixture fixture = new Fixture();

    AssertionSuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "alice", ", scopes: [read]"));
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

    private String asserted(String path, String... fields) {
        assertThat(fixture.exchange(get(path, fields)).status()).isEqualTo(200);
        String token = fixture.upstream().only(path).field("X-Auth-Assertion").orElseThrow();
        fixture.upstream().forget();
        return token;
    }

    private JWKSet published() throws ParseException {
        Reply reply = fixture.exchange(get("/.well-known/sallyport/jwks.json"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.field("Content-Type")).contains("application/jwk-set+json");
        assertThat(reply.field("Cache-Control")).contains("max-age=300");
        return JWKSet.parse(reply.text());
    }

    private void assertVerifies(SignedJWT token, JWKSet keys) throws JOSEException {
        JWK key = keys.getKeyByKeyId(token.getHeader().getKeyID());
        assertThat(key.isPrivate()).isFalse();
        assertThat(token.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
    }

    @Test
    void upstreamVerifiesWhoWasProvenWithThePublishedKeys() throws Exception {
        SignedJWT token = SignedJWT.parse(asserted("/a", "X-API-Key: good-key-0123456789"));
        assertVerifies(token, published());
        assertThat(token.getHeader().getType().getType()).isEqualTo("identity+jwt");
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("alice");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("main");
        assertThat(token.getJWTClaimsSet().getStringClaim("scope")).isEqualTo("read");
        assertThat(token.getJWTClaimsSet().getStringListClaim("auth_methods")).containsExactly("api_key");
        assertThat(Duration.between(token.getJWTClaimsSet().getIssueTime().toInstant(), token.getJWTClaimsSet().getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void sameCallerGetsTheSameTokenAgain() {
        assertThat(asserted("/b", "X-API-Key: good-key-0123456789")).isEqualTo(asserted("/b", "X-API-Key: good-key-0123456789"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Auth-Assertion", "x-auth-assertion", "X_Auth_Assertion", "X.Auth.Assertion"})
    void clientsCopyIsStrippedOnOpenRoutesToo(String name) {
        assertThat(fixture.exchange(get("/open/a", name + ": forged").replace("Host: api.example.com", "Host: other.example.com")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/open/a").foldedNames()).doesNotContain("x-auth-assertion", "x_auth_assertion", "x.auth.assertion");
        fixture.upstream().forget();
        assertThat(fixture.exchange(get("/c", "X-API-Key: good-key-0123456789", name + ": forged")).status()).isEqualTo(200);
        assertThat(fixture.upstream().only("/c").values("X-Auth-Assertion")).hasSize(1).doesNotContain("forged");
    }

    @Test
    void keysOutliveAKilledProcessAndAreTheOwnersAlone() throws Exception {
        SignedJWT before = SignedJWT.parse(asserted("/d", "X-API-Key: good-key-0123456789"));
        fixture.gateway().kill();
        fixture.start(CONFIG);
        assertVerifies(before, published());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.folder().resolve("signing.journal")))).isEqualTo("rw-------");
        assertThat(fixture.gateway().everythingWritten()).doesNotContain(privatePart());
    }

    private String privatePart() throws IOException, ParseException {
        String line = Files.readAllLines(fixture.folder().resolve("signing.journal")).getLast();
        return JWK.parse(line.substring(line.indexOf('{'))).toECKey().getD().toString();
    }

    @Test
    void keysAreServedOnEveryHostAndTakeNoContent() throws Exception {
        assertThat(published().getKeys()).isNotEmpty();
        String elsewhere = get("/.well-known/sallyport/jwks.json").replace("Host: api.example.com", "Host: another.example.com");
        assertThat(fixture.exchange(elsewhere).status()).isEqualTo(200);
        assertThat(fixture.upstream().received()).isEqualTo(List.of());
    }
}
