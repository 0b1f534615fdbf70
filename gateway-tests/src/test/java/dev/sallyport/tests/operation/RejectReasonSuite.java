package dev.sallyport.tests.operation;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static dev.sallyport.tests.harness.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Distribution;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.FullDisk;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RawServer;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.provider.Browser;
import dev.sallyport.tests.harness.provider.Misbehaviour;
import dev.sallyport.tests.harness.provider.OpenIdProvider;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.DpopProofs;
import dev.sallyport.tests.harness.token.Forms;
import dev.sallyport.tests.harness.token.IntrospectionServer;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import dev.sallyport.tests.harness.token.Tokens;
import dev.sallyport.tests.harness.token.Webhooks;
import dev.sallyport.tests.harness.websocket.WebSocketPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every way of refusing that the documents list is produced here, over a real socket, on the real process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RejectReasonSuite {
    private static final Pattern ROW = Pattern.compile("^\\| *`([a-z_]+)`", Pattern.MULTILINE);
    private static final String CLIENT_SECRET = "client-secret-0123456789";
    /** Told in the protocol of a stream, behind a 101. */
    private static final Set<String> OF_STREAMS = Set.of("credential_ended");
    private static final String SECRET = "hook-secret-0123456789";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 250ms, bodyTimeout: 250ms, maxBody: 64KiB }
              throttled:
                bind: 127.0.0.1:0
                failedAttempts: { max: 2, per: 1h }
              network:
                bind: 0.0.0.0:0
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [ { certificate: tls/server.pem, key: tls/server.key } ]
                  clientCertificate: { mode: optional, ca: tls/clients-ca.pem, crl: tls/clients.crl }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, clockSkew: 0s, revocations: { file: revoked.yaml } }
              bound:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: any, dpop: { requireNonce: true } }
              once:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, senderConstraint: dpop }
              unreachable:
                jwt: { issuer: "https://gone.example.com", audiences: [api], algorithms: [ES256], keys: { jwks: "http://127.0.0.1:1/j", insecureAllowHttp: true } }
              opaque:
                introspection: { endpoint: "@provider@", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x } }
              mute:
                introspection: { endpoint: "http://127.0.0.1:1/i", insecureAllowHttp: true, audiences: [api], client: { id: gateway, secret: x } }
              timed:
                hmac: { scheme: stripe, secrets: { a: hook-secret-0123456789, leaked: leaked-secret-0123456789 }, maxBody: 32KiB }
              github:
                hmac: { scheme: github, secrets: { a: hook-secret-0123456789 }, maxBody: 32KiB }
              mesh:
                mtls: { allow: [ { subject: "CN=allowed-*" } ] }
              people:
                oidc: { issuer: "@issuer@", insecureAllowHttp: true, client: { id: @clientId@, secret: "@clientSecret@" } }
              crowd:
                oidc:
                  { issuer: "@issuer@", insecureAllowHttp: true, client: { id: @clientId@, secret: "@clientSecret@" }, session: { max: 1 },
                    callback: /crowd-in, logout: /crowd-out, backChannelLogout: /crowd-back }
              strangers:
                oidc:
                  { issuer: "http://127.0.0.1:1", insecureAllowHttp: true, client: { id: gateway, secret: x },
                    callback: /strangers-in, logout: /strangers-out, backChannelLogout: /strangers-back }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 300ms }
              dead: { targets: [ "http://127.0.0.1:1" ] }
              unroutable: { targets: [ "http://127.0.0.1:@full@" ], connectTimeout: 200ms }
              unproven: { targets: [ "https://localhost:@tls@" ] }
              alerting: { targets: [ "https://localhost:@tls@" ], tls: { ca: tls/clients-ca.pem } }
              noTls: { targets: [ "https://localhost:@plain@" ] }
              one: { targets: [ "@upstream@" ], maxConnections: 1, responseTimeout: 5s }
              tokenless:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "http://127.0.0.1:1/token", insecureAllowHttp: true, client: { id: gateway, secret: x } } }
              exchanging:
                targets: [ "@upstream@" ]
                credentials: { tokenExchange: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: x }, audience: unknown } }
            tokenService: { issuer: "https://tokens.example.com", clients: clients.yaml, state: refresh.journal }
            identity: { claims: { tenant: X-Auth-Tenant } }
            revocation: { file: called-back.yaml }
            routes:
              open: { match: { path: /open/**, methods: [GET, POST] }, auth: none, upstream: main }
              bound: { match: { path: /bound/** }, auth: bound, upstream: main }
              once: { match: { path: /once/** }, auth: once, upstream: main }
              tokenless: { match: { path: /tokenless/** }, auth: none, upstream: tokenless }
              exchanging: { match: { path: /exchanging/** }, auth: users, upstream: exchanging }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              scoped: { match: { path: /scoped/** }, auth: { any: [users], scopes: [x] }, upstream: main }
              claimed: { match: { path: /claimed/** }, auth: { any: [users], claims: { tenant: acme } }, upstream: main }
              users: { match: { path: /users/** }, auth: users, upstream: main }
              gone: { match: { path: /gone/** }, auth: unreachable, upstream: main }
              opaque: { match: { path: /opaque/** }, auth: opaque, upstream: main }
              mute: { match: { path: /mute/** }, auth: mute, upstream: main }
              timed: { match: { path: /timed/** }, auth: timed, upstream: main }
              github: { match: { path: /github/** }, auth: github, upstream: main }
              mesh: { match: { path: /mesh/** }, auth: mesh, upstream: main }
              people: { match: { path: /people/** }, auth: people, upstream: main }
              crowd: { match: { path: /crowd/** }, auth: crowd, upstream: main }
              strangers: { match: { path: /strangers/** }, auth: strangers, upstream: main }
              dead: { match: { path: /dead/** }, auth: none, upstream: dead }
              unroutable: { match: { path: /unroutable/** }, auth: none, upstream: unroutable }
              unproven: { match: { path: /unproven/** }, auth: none, upstream: unproven }
              alerting: { match: { path: /alerting/** }, auth: none, upstream: alerting }
              noTls: { match: { path: /noTls/** }, auth: none, upstream: noTls }
              one: { match: { path: /one/** }, auth: none, upstream: one }
            """;
    private final Fixture fixture = new Fixture();
    private final SaturatedPort saturated = SaturatedPort.open();
    private final RecordingUpstream demanding = RecordingUpstream.startTls(
            fixture.pki().serving(fixture.pki().server("localhost")), socket -> socket.setNeedClientAuth(true));
    private final RawServer noTls = RawServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    private final IntrospectionServer provider = new IntrospectionServer();
    private final TokenEndpoint endpoint = new TokenEndpoint();
    private final OpenIdProvider openId = new OpenIdProvider();
    private final ECKey key = Tokens.ec("k1", Curve.P_256);
    private final TestPki.Leaf revoked = fixture.pki().client("CN=allowed-revoked");
    /** In the order written: what fills a store comes after what needs room in it. */
    private final Map<String, Supplier<Reply>> cases = new LinkedHashMap<>();

    RejectReasonSuite() {
        fixture.word("tls", Integer.toString(demanding.port())).word("plain", Integer.toString(noTls.port()));
        fixture.word("full", Integer.toString(saturated.port())).word("provider", provider.url()).word("tokens", endpoint.url())
                .word("issuer", openId.issuer()).word("clientId", OpenIdProvider.CLIENT_ID).word("clientSecret", OpenIdProvider.CLIENT_SECRET);
        endpoint.answer(TokenEndpoint.Answer.error(400, "invalid_target"));
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "good-key-0123456789", "alice", "") + ApiKeys.entry("k2", "off-key-01234567890", "bob", ", active: false")
                + ApiKeys.entry("k3", "old-key-01234567890", "bob", ", expiresAt: 2020-01-01T00:00:00Z") + ApiKeys.entry("k4", "new-key-01234567890", "bob", ", notBefore: 2099-01-01T00:00:00Z"));
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        String hash = "secrets: [ \"sha256:" + ApiKeys.sha256(CLIENT_SECRET) + "\" ]";
        fixture.write("clients.yaml", "clients:\n  - { id: app, " + hash + ", audiences: [ api ], refreshTokens: true }\n  - { id: watcher, " + hash + " }\n"
                + "  - { id: robot, publicKeys: '{\"keys\":[" + key.toPublicJWK() + "]}', audiences: [ api ] }\n");
        fixture.write("called-back.yaml", "keys: [ leaked ]\n");
        fixture.write("revoked.yaml", "tokens:\n  - { jti: revoked-1 }\nsubjects: []\n");
        fixture.write("tls/clients.crl", fixture.pki().crlPem(Duration.ofDays(1), revoked));
        fixture.start(CONFIG, "-Dsallyport.maxBufferedBytes=40000", "-Dsallyport.maxReplayEntries=3", "-Dsallyport.maxQueuedVerifications=1");
        receiving();
        routing();
        tokens();
        proofs();
        clients();
        signIns();
        keysAndSignatures();
        certificates();
        forwarding();
        scarcity();
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            saturated.close();
            demanding.close();
            noTls.close();
            provider.close();
            endpoint.close();
            openId.close();
        }
    }

    private void on(String reason, Supplier<Reply> provoke) {
        cases.put(reason, provoke);
    }

    private void on(String reason, String request) {
        on(reason, () -> fixture.exchange(request));
    }

    private void receiving() {
        on("request_line_malformed", "GET  /open/a HTTP/1.1\r\nHost: a\r\n\r\n");
        on("method_unsupported", lines("TRACE /open/a HTTP/1.1", "Host: a"));
        on("target_malformed", get("/open/%zz"));
        on("target_too_long", get("/open/" + "a".repeat(40_000)));
        on("host_invalid", lines("GET /open/a HTTP/1.1", "X: y"));
        on("header_malformed", get("/open/a", "X-A : 1"));
        on("line_ending_invalid", "GET /open/a HTTP/1.1\nHost: a\n\n");
        on("headers_too_large", get("/open/a", "X: " + "a".repeat(40_000)));
        on("framing_ambiguous", post("/open/a", "x", "Transfer-Encoding: chunked"));
        on("content_length_invalid", request("POST", "/open/a", "hello", "Content-Length: +5"));
        on("transfer_coding_unsupported", request("POST", "/open/a", "", "Transfer-Encoding: gzip"));
        on("chunk_malformed", request("POST", "/open/a", "zz\r\n", "Transfer-Encoding: chunked"));
        on("expectation_unsupported", request("POST", "/open/a", "", "Expect: miracles", "Content-Length: 0"));
        on("body_too_large", request("POST", "/open/a", "", "Content-Length: 100000"));
        on("header_timeout", "GET /open/a HTTP/1.1\r\nHo");
        on("body_timeout", request("POST", "/open/a", "x", "Content-Length: 10"));
    }

    private void routing() {
        on("path_ambiguous", get("/open/%2e%2e/keys"));
        on("route_not_found", get("/nothing"));
        on("method_not_allowed", request("DELETE", "/open/a", ""));
        on("failed_attempts_exceeded", () -> {
            try (RawClient client = RawClient.plain(fixture.gateway().port("throttled"))) {
                client.exchange(get("/keys/a", "X-API-Key: bad-key-0123456789"));
                client.exchange(get("/keys/a", "X-API-Key: bad-key-0123456789"));
                return client.exchange(get("/keys/a", "X-API-Key: bad-key-0123456789"));
            }
        });
        on("https_required", () -> {
            try (RawClient client = RawClient.plain(fixture.gateway().port("network"))) {
                return client.exchange(get("/keys/a", "X-API-Key: good-key-0123456789"));
            }
        });
        on("credentials_in_url", get("/keys/a?api_key=x"));
        on("credentials_ambiguous", get("/keys/a", "X-API-Key: a", "X-API-Key: b"));
        on("credentials_missing", get("/keys/a"));
    }

    private static JWTClaimsSet.Builder claims() {
        return Tokens.claims("https://auth.example.com", "api", "alice");
    }

    private String bearer(String path, JWTClaimsSet.Builder claims) {
        return get(path, "Authorization: Bearer " + Tokens.sign(key, "ES256", claims.build()));
    }

    private void tokens() {
        on("token_malformed", get("/users/a", "Authorization: Bearer x"));
        on("token_issuer_mismatch", bearer("/users/a", claims().issuer("https://other.example.com")));
        on("token_algorithm_not_allowed", get("/users/a", "Authorization: Bearer " + Tokens.signHmac(new byte[32], "{\"alg\":\"HS256\"}", claims().build().toString())));
        on("token_key_unknown", get("/users/a", "Authorization: Bearer " + Tokens.sign(Tokens.ec("k2", Curve.P_256), "ES256", claims().build())));
        on("token_signature_invalid", get("/users/a", "Authorization: Bearer " + Tokens.sign(Tokens.ec("k1", Curve.P_256), "ES256", claims().build())));
        on("token_type_not_allowed", bearer("/users/a", claims().claim("nonce", "n")));
        on("token_expired", bearer("/users/a", claims().expirationTime(Tokens.inSeconds(-5))));
        on("credential_ended", () -> {
            fixture.upstream().on("/users/socket", WebSocketPeer.echo());
            String token = Tokens.sign(key, "ES256", claims().expirationTime(Tokens.inSeconds(2)).build());
            try (RawClient client = fixture.plain()) {
                client.send(get("/users/socket", "Authorization: Bearer " + token, "Connection: Upgrade", "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
                Reply switching = client.readHead();
                client.readBytes(1); // of the Close frame
                return switching;
            }
        });
        on("token_expiry_missing", bearer("/users/a", claims().expirationTime(null)));
        on("token_not_yet_valid", bearer("/users/a", claims().notBeforeTime(Tokens.inSeconds(90))));
        on("token_audience_mismatch", bearer("/users/a", claims().audience("other")));
        on("token_lifetime_too_long", bearer("/users/a", claims().expirationTime(Tokens.inSeconds(7200))));
        on("token_binding_required", bearer("/users/a", claims().claim("cnf", Map.of("jkt", "x"))));
        on("token_revoked", bearer("/users/a", claims().jwtID("revoked-1")));
        on("scope_insufficient", bearer("/scoped/a", claims()));
        on("claim_not_satisfied", bearer("/claimed/a", claims()));
        on("identity_value_too_large", bearer("/users/a", claims().claim("tenant", "t".repeat(5000))));
        on("token_inactive", get("/opaque/a", "Authorization: Bearer unknown"));
        on("upstream_credentials_unavailable", get("/tokenless/a"));
        on("token_exchange_refused", bearer("/exchanging/a", claims()));
        on("introspection_unavailable", get("/mute/a", "Authorization: Bearer unknown"));
        on("keys_unavailable", bearer("/gone/a", claims().issuer("https://gone.example.com")));
    }

    private void proofs() {
        ECKey holder = Tokens.ec("h", Curve.P_256);
        String token = Tokens.sign(key, "ES256", claims().claim("cnf", DpopProofs.confirmation(holder)).build());
        String proof = DpopProofs.sign(holder, DpopProofs.claims("GET", "http://api.example.com/once/a", token).build());
        String withoutNonce = DpopProofs.sign(holder, DpopProofs.claims("GET", "http://api.example.com/bound/a", token).build());
        ECKey other = Tokens.ec("o", Curve.P_256);
        String anothers = DpopProofs.sign(other, DpopProofs.claims("GET", "http://api.example.com/once/a", token).build());
        on("dpop_proof_missing", get("/once/a", "Authorization: DPoP " + token));
        on("dpop_proof_invalid", get("/once/b", "Authorization: DPoP " + token, "DPoP: " + proof));
        on("dpop_nonce_required", get("/bound/a", "Authorization: DPoP " + token, "DPoP: " + withoutNonce));
        on("token_binding_mismatch", get("/once/a", "Authorization: DPoP " + token, "DPoP: " + anothers));
        on("dpop_proof_replayed", () -> {
            String request = get("/once/a", "Authorization: DPoP " + token, "DPoP: " + proof);
            fixture.exchange(request);
            return fixture.exchange(request);
        });
    }

    private void onGrant(String reason, String client, String form) {
        on(reason, Forms.post("/oauth2/token", form, Forms.basic(client, CLIENT_SECRET)));
    }

    private void clients() {
        String grant = "grant_type=client_credentials";
        onGrant("client_unknown", "nobody", grant);
        onGrant("client_proof_invalid", "robot", grant);
        onGrant("oauth_request_malformed", "app", grant + "&" + grant);
        onGrant("grant_type_unsupported", "app", "grant_type=password");
        onGrant("grant_not_allowed", "watcher", grant);
        onGrant("grant_scope_not_allowed", "app", grant + "&scope=all");
        onGrant("grant_target_not_allowed", "app", grant + "&audience=other");
        onGrant("refresh_token_unknown", "app", "grant_type=refresh_token&refresh_token=x");
        on("refresh_token_reused", () -> {
            String token = grant(grant).json().path("refresh_token").asText();
            grant("grant_type=refresh_token&refresh_token=" + token);
            return grant("grant_type=refresh_token&refresh_token=" + token);
        });
        on("token_not_revocable", () -> fixture.exchange(Forms.post(
                "/oauth2/revoke", "token=" + grant(grant).json().path("access_token").asText(), Forms.basic("app", CLIENT_SECRET))));
        String assertion = Tokens.sign(key, "ES256", Tokens.claims("robot", "https://tokens.example.com", "robot").jwtID("once").build());
        on("client_assertion_replayed", () -> {
            String request = Forms.post("/oauth2/token", grant + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=" + assertion);
            fixture.exchange(request);
            return fixture.exchange(request);
        });
        on("state_unavailable", this::grantOnAFullDisk);
    }

    /** With a client that gets refresh tokens, which must be on disk. */
    private Reply grantOnAFullDisk() {
        try (FullDisk _ = FullDisk.of(fixture.gateway())) {
            return grant("grant_type=client_credentials");
        }
    }

    private void signIns() {
        on("session_expired", get("/people/a", "Cookie: __Host-sallyport.people=x"));
        on("sign_in_state_invalid", get("/oauth2/callback?state=x&code=y"));
        on("logout_token_invalid", Forms.post("/oauth2/backchannel", "logout_token=x"));
        on("provider_unavailable", get("/strangers/a", "Sec-Fetch-Mode: navigate"));
        on("cross_site_request", () -> {
            Browser browser = new Browser(fixture);
            browser.signIn("/people/a");
            return browser.send("POST", Browser.ORIGIN + "/people/a", "Sec-Fetch-Site: cross-site", "Content-Length: 0");
        });
        on("sign_in_issuer_mismatch", () -> signInWith(Misbehaviour.Callback.ISSUER_OF_ANOTHER));
        on("sign_in_refused", () -> signInWith(Misbehaviour.Callback.CONSENT_DENIED));
        on("sign_in_answer_invalid", () -> signInWith(Misbehaviour.IdToken.NONCE_OF_ANOTHER));
        on("session_store_full", () -> {
            new Browser(fixture).signIn("/crowd/a");
            return new Browser(fixture).signIn("/crowd/a");
        });
    }

    private Reply signInWith(Misbehaviour wrong) {
        openId.misbehave(wrong);
        try {
            return new Browser(fixture).signIn("/people/a");
        } finally {
            openId.behave();
        }
    }

    private Reply grant(String form) {
        return fixture.exchange(Forms.post("/oauth2/token", form, Forms.basic("app", CLIENT_SECRET)));
    }

    private void keysAndSignatures() {
        on("api_key_malformed", get("/keys/a", "X-API-Key: sp_abc_0123456789"));
        on("api_key_unknown", get("/keys/a", "X-API-Key: nobodys-key-0123456"));
        on("api_key_inactive", get("/keys/a", "X-API-Key: off-key-01234567890"));
        on("api_key_not_yet_valid", get("/keys/a", "X-API-Key: new-key-01234567890"));
        on("api_key_expired", get("/keys/a", "X-API-Key: old-key-01234567890"));
        on("signature_malformed", post("/github/a", "x", "X-Hub-Signature-256: x"));
        on("signature_body_missing", get("/github/a", Webhooks.github(SECRET, "")));
        on("signature_timestamp_out_of_tolerance", post("/timed/a", "x", Webhooks.stripe(SECRET, 1_000_000_000L, "x")));
        on("signature_mismatch", post("/github/a", "x", Webhooks.github(SECRET, "y")));
        on("signature_key_revoked", () -> fixture.exchange(signedByLeaked()));
        on("signature_replayed", () -> {
            String request = post("/timed/a", "replayed", Webhooks.stripe(SECRET, Instant.now().getEpochSecond(), "replayed"));
            fixture.exchange(request);
            return fixture.exchange(request);
        });
    }

    private static String signedByLeaked() {
        return post("/timed/a", "x", Webhooks.stripe("leaked-secret-0123456789", Instant.now().getEpochSecond(), "x"));
    }

    private Reply overTls(TestPki.Leaf leaf) {
        try (RawClient client = fixture.tls(leaf)) {
            return client.exchange(get("/mesh/a"));
        }
    }

    private void certificates() {
        on("certificate_missing", () -> {
            try (RawClient client = fixture.tls()) {
                return client.exchange(get("/mesh/a"));
            }
        });
        on("certificate_not_allowed", () -> overTls(fixture.pki().client("CN=other")));
        on("certificate_revoked", () -> overTls(revoked));
        RawClient living = fixture.tls(fixture.pki().client(Duration.ofSeconds(5), "CN=allowed-short"));
        assertThat(living.exchange(get("/mesh/a")).status()).isEqualTo(200);
        on("certificate_expired", () -> {
            try (living) {
                Reply[] last = {living.exchange(get("/mesh/a"))};
                org.awaitility.Awaitility.await().until(() -> {
                    last[0] = living.exchange(get("/mesh/a"));
                    return last[0].status() != 200;
                });
                return last[0];
            }
        });
    }

    private void forwarding() {
        CountDownLatch hold = new CountDownLatch(1);
        fixture.upstream().on("/open/silent", call -> {
            call.content();
            awaitQuietly(hold);
        });
        fixture.upstream().on("/one/held", call -> {
            call.content();
            awaitQuietly(hold);
            call.write(RecordingUpstream.ok("held"));
        });
        fixture.upstream().on("/open/closes", call -> {
            call.content();
            call.closeConnection();
        });
        fixture.upstream().on("/open/garbage", "nonsense\r\n\r\n");
        fixture.upstream().on("/open/huge", "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\n\r\n");
        on("upstream_timeout", get("/open/silent"));
        on("upstream_closed", get("/open/closes"));
        on("upstream_malformed", get("/open/garbage"));
        on("upstream_headers_too_large", get("/open/huge"));
        on("upstream_connect_failed", get("/dead/a"));
        on("upstream_connect_timeout", get("/unroutable/a"));
        on("upstream_certificate_invalid", get("/unproven/a"));
        on("upstream_tls_alert", get("/alerting/a"));
        on("upstream_tls_failed", get("/noTls/a"));
        on("upstream_unavailable", () -> {
            try (RawClient client = fixture.plain()) {
                client.send(get("/one/held"));
                fixture.upstream().awaitOne("/one/held");
                Reply refused = fixture.exchange(get("/one/more"));
                hold.countDown();
                client.read();
                return refused;
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(8, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void scarcity() {
        on("buffer_exhausted", () -> {
            String head = lines("POST /github/big HTTP/1.1", "Host: a", "Content-Length: 30000", Webhooks.github(SECRET, "x"));
            try (RawClient first = fixture.plain(); RawClient second = fixture.plain()) {
                first.send(head + "a".repeat(29_000));
                second.sendRegardless((head + "a".repeat(29_000)).getBytes(StandardCharsets.US_ASCII));
                Reply one = second.read();
                return one.status() == 503 ? one : first.read();
            }
        });
        on("replay_store_full", () -> {
            Reply last = fixture.exchange(get("/open/x"));
            for (int i = 0; i < 6 && last.status() != 503; i++) {
                last = fixture.exchange(post("/timed/a", "n" + i, Webhooks.stripe(SECRET, Instant.now().getEpochSecond(), "n" + i)));
            }
            return last;
        });
        on("overloaded", () -> {
            // Signed before anybody connects: the limit on heads is short here.
            List<String> requests = IntStream.range(0, 60).mapToObj(i -> bearer("/users/a", claims().jwtID("overload-" + i))).toList();
            List<RawClient> clients = new ArrayList<>();
            for (String request : requests) {
                RawClient client = fixture.plain();
                clients.add(client);
                client.send(request);
            }
            List<Reply> replies = clients.stream().map(RawClient::read).toList();
            clients.forEach(RawClient::close);
            return replies.stream().filter(reply -> reply.status() == 503).findFirst().orElse(replies.getFirst());
        });
        on("internal_error", this::provokeInternalError);
    }

    /** A process whose Java machine has lost its HMAC: an authenticator that throws must refuse. */
    private Reply provokeInternalError() {
        try (Fixture own = new Fixture()) {
            own.write("override.security", "jdk.security.provider.preferred=\nsecurity.provider.1=SUN\nsecurity.provider.2=SunRsaSign\nsecurity.provider.3=SunEC\nsecurity.provider.4=SunJSSE\n");
            own.start("""
                    listeners:
                      http:
                        bind: 127.0.0.1:0
                    admin: { bind: "127.0.0.1:0" }
                    authenticators:
                      github:
                        hmac: { scheme: github, secrets: { a: hook-secret-0123456789 } }
                    upstreams:
                      main: { targets: [ "@upstream@" ] }
                    routes:
                      github: { match: { path: /github/** }, auth: github, upstream: main }
                    """, "-Dcom.amazon.corretto.crypto.provider.useExternalLib=true", "-Djava.security.properties==" + own.folder().resolve("override.security"));
            Reply reply = own.exchange(post("/github/a", "x", Webhooks.github(SECRET, "x")));
            assertThat(own.gateway().reasonOf(reply)).isEqualTo("internal_error");
            assertThat(reply.text()).doesNotContain("Exception", "java.");
            assertThat(own.upstream().received()).isEmpty();
            return reply;
        }
    }

    @TestFactory
    List<DynamicTest> everyReasonIsProduced() {
        List<DynamicTest> tests = new ArrayList<>();
        cases.forEach((reason, provoke) -> tests.add(DynamicTest.dynamicTest(reason, () -> {
            Reply reply = provoke.get();
            if (OF_STREAMS.contains(reason)) {
                assertThat(reply.status()).isEqualTo(101);
                assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
                return;
            }
            assertThat(reply.status()).describedAs(reply.toString()).isGreaterThanOrEqualTo(400);
            assertThat(reply.field("Content-Type").orElse("")).matches("application/(problem\\+)?json");
            assertThat(reply.field("Cache-Control")).contains("no-store");
            if (!reason.equals("internal_error")) {
                assertThat(fixture.gateway().reasonOf(reply)).describedAs(reply.toString()).isEqualTo(reason);
            }
            if (reply.status() == 503 || reply.status() == 429) {
                assertThat(reply.field("Retry-After")).isPresent();
            }
        })));
        return tests;
    }

    @Test
    void everyRowOfTheDocumentHasItsCaseHere() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Distribution.root().resolve("docs/reject-reasons.md")));
        while (row.find()) {
            documented.add(row.group(1));
        }
        assertThat(documented).hasSizeGreaterThan(50);
        assertThat(cases.keySet()).isEqualTo(documented);
    }
}
