package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.Tokens;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A stolen token is worth nothing without the key to which it is bound: over real TLS, with real certificates and proofs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SenderConstraintSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              throttled:
                bind: 127.0.0.1:0
                failedAttempts: { max: 2, per: 1h }
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: bound }
            admin: { bind: "127.0.0.1:0" }
            trustedProxies: [ "127.0.0.2" ]
            authenticators:
              proven:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: dpop }
              fresh:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: dpop, dpop: { requireNonce: true } }
              certified:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: mtls }
              either:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: any }
              opaque:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x }, senderConstraint: any }
              mesh:
                mtls: { allow: [ { subject: "CN=allowed-*" } ] }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              proven: { match: { path: /proven/** }, auth: proven, upstream: main }
              fresh: { match: { path: /fresh/** }, auth: fresh, upstream: main }
              certified: { match: { path: /certified/** }, auth: certified, upstream: main, forwardClientCertificate: true }
              either: { match: { path: /either/** }, auth: either, upstream: main }
              both: { match: { path: /both/** }, auth: [proven, either], upstream: main }
              scoped: { match: { path: /scoped/** }, auth: { any: [either], scopes: [write] }, upstream: main }
              opaque: { match: { path: /opaque/** }, auth: opaque, upstream: main }
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: main }
            """;

    private final Fixture fixture = new Fixture();
    private final IntrospectionServer provider = new IntrospectionServer();
    private final ECKey issuer = Tokens.ec("u1", Curve.P_256);
    private final ECKey holder = Tokens.ec("h1", Curve.P_256);
    private final TestPki strangers = new TestPki("Nobody's authority");
    private final TestPki.Leaf leaf = strangers.client("CN=allowed-stranger");

    SenderConstraintSuite() {
        fixture.word("provider", provider.url());
        fixture.write("jwks.json", "{\"keys\":[" + issuer.toPublicJWK() + "]}");
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

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private String token(Map<String, Object> confirmation) {
        JWTClaimsSet.Builder claims = Tokens.claims("https://auth.example.com", "api", "alice");
        return Tokens.sign(issuer, "ES256", (confirmation.isEmpty() ? claims : claims.claim("cnf", confirmation)).build());
    }

    private static String url(String path) {
        return "https://" + Requests.HOST + path;
    }

    private String proof(String path, String token) {
        return DpopProofs.sign(holder, DpopProofs.claims("GET", url(path), token).build());
    }

    private static String dpop(String path, String token, String proof) {
        return get(path, "Authorization: DPoP " + token, "DPoP: " + proof);
    }

    private Reply overTls(String request) {
        try (RawClient client = fixture.tls()) {
            return client.exchange(request);
        }
    }

    private Reply presenting(TestPki.Leaf certificate, String request) {
        try (RawClient client = RawClient.tls(fixture.gateway().port("https"), fixture.pki().presenting(certificate), Requests.HOST)) {
            return client.exchange(request);
        }
    }

    private void assertRefused(Reply reply, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void boundTokenPassesWithItsProofAndNeitherGoesUp() {
        String token = token(DpopProofs.confirmation(holder));
        for (String path : List.of("/proven/a", "/either/a")) {
            assertThat(overTls(dpop(path, token, proof(path, token))).status()).isEqualTo(200);
            Received received = fixture.upstream().only(path);
            assertThat(received.field("X-Auth-Subject")).contains("alice");
            assertThat(received.foldedNames()).doesNotContain("authorization", "dpop");
        }
    }

    @Test
    void proofIsTakenOnceThoughTheTokenIsCached() {
        String token = token(DpopProofs.confirmation(holder));
        String request = dpop("/proven/once", token, proof("/proven/once", token));
        assertThat(overTls(request).status()).isEqualTo(200);
        fixture.upstream().forget();
        Reply replayed = overTls(request);
        assertRefused(replayed, "dpop_proof_replayed");
        assertThat(replayed.challenges()).containsExactly("DPoP realm=\"proven\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\", error=\"invalid_dpop_proof\"");
        assertThat(overTls(dpop("/proven/once", token, proof("/proven/once", token))).status()).isEqualTo(200);
    }

    /** Which route its URL leads to may be a matter of the listener's, of other fields, or of the next configuration. */
    @Test
    void proofIsTakenOnceWhicheverAuthenticatorTakesItAndOnceByTwoOfThem() {
        String token = token(DpopProofs.confirmation(holder));
        String request = dpop("/proven/moved", token, proof("/proven/moved", token));
        assertThat(overTls(request).status()).isEqualTo(200);
        fixture.upstream().forget();
        fixture.reload(CONFIG.replace("{ path: /proven/** }, auth: proven", "{ path: /proven/** }, auth: either"));
        try {
            assertRefused(overTls(request), "dpop_proof_replayed");
        } finally {
            fixture.reload(CONFIG);
        }
        String forBoth = dpop("/both/a", token, proof("/both/a", token));
        assertThat(overTls(forBoth).status()).isEqualTo(200);
        fixture.upstream().forget();
        assertRefused(overTls(forBoth), "dpop_proof_replayed");
    }

    @Test
    void replayIsToldUnderTheSchemeThatCame() {
        String token = token(DpopProofs.confirmation(holder));
        String request = dpop("/either/once", token, proof("/either/once", token));
        assertThat(overTls(request).status()).isEqualTo(200);
        assertThat(overTls(request).challenges()).containsExactly(
                "Bearer realm=\"either\"", "DPoP realm=\"either\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\", error=\"invalid_dpop_proof\"");
    }

    @Test
    void stolenTokenIsRefusedWithoutProofWithAnothersAndAsABearerToken() {
        String token = token(DpopProofs.confirmation(holder));
        assertRefused(overTls(get("/proven/a", "Authorization: DPoP " + token)), "dpop_proof_missing");
        ECKey thief = Tokens.ec("t1", Curve.P_256);
        String forged = DpopProofs.sign(thief, DpopProofs.claims("GET", url("/proven/a"), token).build());
        assertRefused(overTls(dpop("/proven/a", token, forged)), "token_binding_mismatch");
        assertRefused(overTls(get("/proven/a", "Authorization: Bearer " + token, "DPoP: " + proof("/proven/a", token))), "token_binding_required");
        assertRefused(overTls(get("/either/a", "Authorization: Bearer " + token)), "token_binding_required");
        Reply twice = overTls(get("/proven/a", "Authorization: DPoP " + token, "DPoP: " + proof("/proven/a", token), "DPoP: " + proof("/proven/a", token)));
        assertThat(twice.status()).isEqualTo(400);
        assertThat(fixture.gateway().reasonOf(twice)).isEqualTo("credentials_ambiguous");
    }

    @Test
    void unboundTokenIsRefusedUnderEveryScheme() {
        String token = token(Map.of());
        assertRefused(overTls(get("/proven/a", "Authorization: Bearer " + token)), "token_binding_required");
        assertRefused(overTls(dpop("/proven/a", token, proof("/proven/a", token))), "token_binding_required");
        assertRefused(overTls(get("/certified/a", "Authorization: Bearer " + token)), "token_binding_required");
        assertRefused(overTls(get("/either/a", "Authorization: Bearer " + token)), "token_binding_required");
    }

    @Test
    void proofForAnotherRequestIsRefused() {
        String token = token(DpopProofs.confirmation(holder));
        assertRefused(overTls(dpop("/proven/b", token, proof("/proven/a", token))), "dpop_proof_invalid");
        assertRefused(overTls(request("DELETE", "/proven/a", "", "Authorization: DPoP " + token, "DPoP: " + proof("/proven/a", token))), "dpop_proof_invalid");
        assertRefused(overTls(dpop("/proven/a", token, proof("/proven/a", "another token"))), "dpop_proof_invalid");
        JWTClaimsSet old = DpopProofs.claims("GET", url("/proven/a"), token).issueTime(Tokens.inSeconds(-90)).build();
        assertRefused(overTls(dpop("/proven/a", token, DpopProofs.sign(holder, old))), "dpop_proof_invalid");
    }

    @Test
    void urlIsTheOneThatTheClientSawBeforeATrustedProxyAndNoStrangersWordCounts() {
        String token = token(DpopProofs.confirmation(holder));
        List<String[]> told = List.of(
                new String[] {"X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: public.example.com"},
                new String[] {"Forwarded: for=192.0.2.1;proto=https;host=public.example.com"},
                new String[] {"Forwarded: for=192.0.2.1;proto=https;host=public.example.com, for=127.0.0.2;proto=http;host=inner"});
        for (String[] forwarded : told) {
            String forPublic = forwarded(proof("https://public.example.com/proven/a", token, holder), token, forwarded);
            assertRefused(fixture.exchange(forPublic), "dpop_proof_invalid");
            assertRefused(overTls(forPublic), "dpop_proof_invalid");
            assertThat(fromTheProxy(forPublic).status()).as(forPublic).isEqualTo(200);
            fixture.upstream().forget();
            assertRefused(fromTheProxy(forwarded(proof("http://" + Requests.HOST + "/proven/a", token, holder), token, forwarded)), "dpop_proof_invalid");
            String forOurs = forwarded(proof("http://" + Requests.HOST + "/proven/a", token, holder), token, forwarded);
            assertThat(fixture.exchange(forOurs).status()).as(forOurs).isEqualTo(200);
            fixture.upstream().forget();
        }
    }

    private static String proof(String url, String token, ECKey key) {
        return DpopProofs.sign(key, DpopProofs.claims("GET", url, token).build());
    }

    private static String forwarded(String proof, String token, String... fields) {
        return get("/proven/a", Stream.concat(Stream.of("Authorization: DPoP " + token, "DPoP: " + proof), Stream.of(fields)).toArray(String[]::new));
    }

    private Reply fromTheProxy(String request) {
        try (RawClient client = RawClient.plainFrom("127.0.0.2", fixture.gateway().port("http"))) {
            return client.exchange(request);
        }
    }

    @Test
    void challengesNameTheSchemeAndTheErrorOfTheOneThatCame() {
        assertThat(overTls(get("/proven/a")).challenges()).containsExactly("DPoP realm=\"proven\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\"");
        assertThat(overTls(get("/either/a")).challenges()).containsExactly(
                "Bearer realm=\"either\"", "DPoP realm=\"either\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\"");
        String token = token(DpopProofs.confirmation(holder));
        assertThat(overTls(get("/either/a", "Authorization: DPoP " + token)).challenges()).containsExactly(
                "Bearer realm=\"either\"", "DPoP realm=\"either\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\", error=\"invalid_dpop_proof\"");
        assertThat(overTls(get("/either/a", "Authorization: Bearer " + token)).challenges().getFirst()).isEqualTo("Bearer realm=\"either\", error=\"invalid_token\"");
    }

    @Test
    void lackingScopeIsToldUnderTheSchemeThatCame() {
        String token = token(DpopProofs.confirmation(holder));
        Reply reply = overTls(dpop("/scoped/a", token, proof("/scoped/a", token)));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.challenges()).containsExactly(
                "DPoP realm=\"scoped\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\", error=\"insufficient_scope\", scope=\"write\"");
    }

    @Test
    void resumedSessionKeepsTheCertificateThatBeganIt() throws CertificateEncodingException {
        String token = token(Map.of("x5t#S256", DpopProofs.sha256(leaf.certificate().getEncoded())));
        String request = get("/certified/a", "Authorization: Bearer " + token);
        SSLContext context = fixture.pki().presenting(leaf);
        for (int each = 0; each < 3; each++) {
            try (RawClient client = RawClient.tls(fixture.gateway().port("https"), context, Requests.HOST)) {
                assertThat(client.exchange(request).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void nonceIsGivenOutAndThenTaken() {
        String token = token(DpopProofs.confirmation(holder));
        Reply first = overTls(dpop("/fresh/a", token, proof("/fresh/a", token)));
        assertRefused(first, "dpop_nonce_required");
        assertThat(first.challenges().getFirst()).endsWith("error=\"use_dpop_nonce\"");
        String nonce = first.field("DPoP-Nonce").orElseThrow();
        String second = DpopProofs.sign(holder, DpopProofs.claims("GET", url("/fresh/a"), token).claim("nonce", nonce).build());
        assertThat(overTls(dpop("/fresh/a", token, second)).status()).isEqualTo(200);
    }

    @Test
    void beingAskedForANonceIsNoFailedAttemptAndAWrongProofIs() {
        String token = token(DpopProofs.confirmation(holder));
        String url = "http://" + Requests.HOST + "/fresh/a";
        for (int each = 0; each < 5; each++) {
            assertRefused(throttled(dpop("/fresh/a", token, proof(url, token, holder))), "dpop_nonce_required");
        }
        String nonce = throttled(dpop("/fresh/a", token, proof(url, token, holder))).field("DPoP-Nonce").orElseThrow();
        String good = DpopProofs.sign(holder, DpopProofs.claims("GET", url, token).claim("nonce", nonce).build());
        assertThat(throttled(dpop("/fresh/a", token, good)).status()).isEqualTo(200);
        fixture.upstream().forget();
        for (int each = 0; each < 2; each++) {
            assertRefused(throttled(dpop("/fresh/a", token, proof(url, "another token", holder))), "dpop_proof_invalid");
        }
        Reply slowed = throttled(dpop("/fresh/a", token, proof(url, token, holder)));
        assertThat(slowed.status()).isEqualTo(429);
        assertThat(fixture.gateway().reasonOf(slowed)).isEqualTo("failed_attempts_exceeded");
    }

    private Reply throttled(String request) {
        try (RawClient client = RawClient.plain(fixture.gateway().port("throttled"))) {
            return client.exchange(request);
        }
    }

    @Test
    void tokenBoundToACertificateOfAnyAuthorityPassesOverItsConnectionAlone() throws CertificateEncodingException {
        String token = token(Map.of("x5t#S256", DpopProofs.sha256(leaf.certificate().getEncoded())));
        String request = get("/certified/a", "Authorization: Bearer " + token);
        assertThat(presenting(leaf, request).status()).isEqualTo(200);
        // Nothing vouches for it, so the upstream must not be told of it.
        assertThat(fixture.upstream().only("/certified/a").foldedNames()).doesNotContain("client-cert");
        fixture.upstream().forget();
        assertRefused(overTls(request), "token_binding_required");
        assertRefused(presenting(strangers.client("CN=allowed-stranger"), request), "token_binding_mismatch");
    }

    @Test
    void certificateThatNobodyVouchesForIsNoIdentity() {
        Reply reply = presenting(leaf, get("/mesh/a"));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("certificate_missing");
    }

    @Test
    void introspectedTokensAreBoundAlike() {
        String told = "{\"active\":true,\"aud\":\"api\",\"sub\":\"bob\",\"token_type\":\"DPoP\",\"cnf\":{\"jkt\":\"" + DpopProofs.confirmation(holder).get("jkt") + "\"}}";
        provider.know("opaque-bound", told);
        assertThat(overTls(dpop("/opaque/a", "opaque-bound", proof("/opaque/a", "opaque-bound"))).status()).isEqualTo(200);
        fixture.upstream().forget();
        assertRefused(overTls(get("/opaque/a", "Authorization: Bearer opaque-bound")), "token_binding_required");
        provider.know("opaque-free", "{\"active\":true,\"aud\":\"api\",\"sub\":\"bob\"}");
        assertRefused(overTls(get("/opaque/a", "Authorization: Bearer opaque-free")), "token_binding_required");
    }
}
