package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Gatekeeper;
import dev.sallyport.core.gateway.GatewaySnapshot.Notice;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.token.client.ClientSecretFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The token service as a configuration says it, asked through the gatekeeper. */
final class TokenServiceTest {
    private static final Path CONFIG = Path.of("/c.yaml");
    private static final String SECRET = "spc_0123456789";
    private static final String REST = """
            listeners:
              https: { bind: "127.0.0.1:8443", tls: { certificates: [{ certificate: api.pem, key: api.key }] }, failedAttempts: { max: 2, per: 1m } }
              http: { bind: "0.0.0.0:8080" }
              redirecting: { bind: "0.0.0.0:80", redirectToHttps: true }
            authenticators:
              own: { jwt: { issuer: "https://auth.example", audiences: [api], algorithms: [ES256], keys: { tokenService: true } } }
            upstreams: { orders: { targets: ["http://127.0.0.1:9000"] } }
            revocation: { journal: revoked.journal }
            routes:
              api: { match: { host: api.example, path: /** }, auth: own, upstream: orders }
            """;
    private static final String SERVICE = "tokenService: { issuer: \"https://auth.example\", clients: clients.yaml, state: refresh.journal }\n";
    private static final String CLIENTS = """
            clients:
              - { id: app, secrets: ["sha256:%s"], audiences: [api], scopes: [read], refreshTokens: true }
            """.formatted(HexFormat.of().formatHex(ClientSecretFormat.sha256(SECRET)));

    private final MadeFiles files = new MadeFiles().with("/c.yaml", REST + SERVICE).with("/clients.yaml", CLIENTS);
    private final Gatekeeper gatekeeper = new Gatekeeper(
            new InMemoryReplayStore(10, GatewayEvents.IGNORED), new AttemptCounters(GatewayEvents.IGNORED));

    private GatewaySnapshot snapshot() {
        return Compilation.snapshot(CONFIG, files);
    }

    private List<String> problems(String service, String clients) {
        return Compilation.problems(CONFIG, files.with("/c.yaml", REST + service).with("/clients.yaml", clients));
    }

    private static RequestView post(Peer.Transport transport, String listener, String target, String secret) {
        RequestTarget read = ((RequestTarget.Parsed.Valid) RequestTarget.parse("POST", target)).target();
        HeaderFields fields = HeaderFields.of("Content-Type", "application/x-www-form-urlencoded");
        RequestHead head = new RequestHead("POST", read, "api.example", "api.example", fields, BodyLength.NONE);
        return new RequestView(head, new Peer(Requests.STRANGER, 4711, listener, transport), Instant.now())
                .withBody(("grant_type=client_credentials&client_id=app&client_secret=" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static RequestView post(String target, String secret) {
        return post(new Peer.Transport.Tls("TLSv1.3", List.of()), "https", target, secret);
    }

    private Decision decide(GatewaySnapshot snapshot, RequestView request) {
        Decision decision = gatekeeper.decide(snapshot, request);
        return decision instanceof Decision.Await(var settled, var _) ? settled.toCompletableFuture().join() : decision;
    }

    private void assertRejected(GatewaySnapshot snapshot, RequestView request, RejectReason reason) {
        assertThat(decide(snapshot, request)).isInstanceOfSatisfying(Decision.Reject.class, reject -> assertThat(reject.rejection().reason()).isEqualTo(reason));
    }

    private static String token(Decision decision) {
        Decision.Respond respond = (Decision.Respond) decision;
        return String.valueOf(StrictJson.object(respond.response().body()).orElseThrow().get("access_token"));
    }

    @Test
    void tokenOfTheServiceOpensARouteThatTrustsItAndNothingIsFetched() {
        GatewaySnapshot snapshot = snapshot();
        Decision given = decide(snapshot, post("/oauth2/token", SECRET));
        assertThat(given.trail().route()).isEqualTo("_token");
        assertThat(given.trail().steps()).singleElement().satisfies(step -> {
            assertThat(step.outcome()).isEqualTo(Trail.Outcome.ALLOWED);
            assertThat(step.subject()).contains("app");
        });
        RequestView call = Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + token(given)));
        assertThat(decide(snapshot, call)).isInstanceOfSatisfying(Decision.Forward.class, forward -> {
            assertThat(forward.identity().subject()).isEqualTo("app");
            assertThat(forward.identity().scopes()).containsExactly("read");
        });
        assertRejected(snapshot, Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + token(given).replaceFirst(".$", "!"))), RejectReason.TOKEN_MALFORMED);
    }

    @Test
    void secretsNeverComeOverPlainHttpNorInAUrl() {
        GatewaySnapshot snapshot = snapshot();
        assertRejected(snapshot, post(new Peer.Transport.Plain(Peer.Exposure.NETWORK), "http", "/oauth2/token", SECRET), RejectReason.HTTPS_REQUIRED);
        assertRejected(snapshot, post(new Peer.Transport.Plain(Peer.Exposure.NETWORK), "redirecting", "/oauth2/token", SECRET), RejectReason.HTTPS_REQUIRED);
        for (String path : List.of("/oauth2/revoke", "/oauth2/introspect")) {
            assertRejected(snapshot, post(new Peer.Transport.Plain(Peer.Exposure.NETWORK), "http", path, SECRET), RejectReason.HTTPS_REQUIRED);
        }
        assertThat(token(decide(snapshot, post(new Peer.Transport.Plain(Peer.Exposure.LOOPBACK), "http", "/oauth2/token", SECRET)))).contains(".");
        for (String name : List.of("client_secret", "client%5Fassertion", "Refresh_Token", "token", "access_token")) {
            assertRejected(snapshot, post("/oauth2/token?" + name + "=x", SECRET), RejectReason.CREDENTIALS_IN_URL);
        }
        assertThat(token(decide(snapshot, post("/oauth2/token?tenant=x", SECRET)))).contains(".");
    }

    @Test
    void badSecretsAreCountedAsFailedAttemptsAndThenNothingIsLookedAt() {
        GatewaySnapshot snapshot = snapshot();
        assertRejected(snapshot, post("/oauth2/token", "wrong"), RejectReason.CLIENT_PROOF_INVALID);
        assertRejected(snapshot, post("/oauth2/token", "wrong"), RejectReason.CLIENT_PROOF_INVALID);
        assertRejected(snapshot, post("/oauth2/token", SECRET), RejectReason.FAILED_ATTEMPTS_EXCEEDED);
    }

    @Test
    void contentIsReadFirstAndWithinABound() {
        RequestTarget target = ((RequestTarget.Parsed.Valid) RequestTarget.parse("POST", "/oauth2/token")).target();
        RequestHead head = new RequestHead("POST", target, "api.example", "api.example", HeaderFields.empty(), new BodyLength.Fixed(10));
        Peer peer = new Peer(Requests.STRANGER, 4711, "https", new Peer.Transport.Tls("TLSv1.3", List.of()));
        assertThat(gatekeeper.decide(snapshot(), new RequestView(head, peer, Instant.now())))
                .isInstanceOfSatisfying(Decision.NeedBody.class, need -> assertThat(need.maxBytes()).isEqualTo(32 * 1024));
    }

    @Test
    void endpointsAreOnEveryHostAndForTheirMethodAlone() {
        GatewaySnapshot snapshot = snapshot();
        assertRejected(snapshot, Requests.get("/oauth2/token"), RejectReason.METHOD_NOT_ALLOWED);
        for (String path : List.of("/oauth2/jwks", "/.well-known/oauth-authorization-server")) {
            assertThat(decide(snapshot, Requests.get(path))).as(path).isInstanceOf(Decision.Respond.class);
        }
    }

    @Test
    void withoutTheKeyThereIsNoEndpoint() {
        files.with("/c.yaml", REST.replace("keys: { tokenService: true }", "keys: { file: ec-jwks.json }"));
        assertRejected(snapshot(), post("/oauth2/token", SECRET), RejectReason.CREDENTIALS_MISSING);
    }

    @Test
    void reloadKeepsRefreshTokensAndKeysAndTakesUpClients() {
        SnapshotCompiler compiler = Compilation.compiler(CONFIG, files);
        ReloadResult.Applied first = (ReloadResult.Applied) compiler.compile();
        compiler.adopt(first);
        String token = token(decide(first.snapshot(), post("/oauth2/token", SECRET)));
        files.with("/clients.yaml", CLIENTS.replace("scopes: [read]", "scopes: [write]"));
        ReloadResult.Applied second = (ReloadResult.Applied) compiler.compile();
        compiler.adopt(second);
        assertThat(decide(second.snapshot(), Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + token)))).isInstanceOf(Decision.Forward.class);
        assertThat(second.parts().grants()).isEqualTo(first.parts().grants());
        files.with("/c.yaml", REST + SERVICE.replace("clients.yaml,", "clients.yaml, signing: { algorithm: ES256, rotateEvery: 9d },"));
        ReloadResult.Applied third = (ReloadResult.Applied) compiler.compile();
        compiler.adopt(third);
        // Other rules for the same keys: what they signed is good.
        assertThat(decide(third.snapshot(), Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + token)))).isInstanceOf(Decision.Forward.class);
        files.with("/c.yaml", REST + SERVICE.replace("clients.yaml,", "clients.yaml, signing: { keys: other.journal },"));
        ReloadResult.Applied elsewhere = (ReloadResult.Applied) compiler.compile();
        // Other keys: what the former signed is nobody's, though the authenticator was written as before.
        assertRejected(elsewhere.snapshot(), Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + token)), RejectReason.TOKEN_KEY_UNKNOWN);
        compiler.discard(elsewhere);
        files.with("/c.yaml", REST + SERVICE.replace("clients.yaml,", "clients.yaml, signing: { algorithm: RS256 },"));
        assertThat(compiler.compile()).isInstanceOf(ReloadResult.Refused.class);
        files.with("/c.yaml", REST.replace("[ES256]", "[RS256]") + SERVICE.replace("clients.yaml,", "clients.yaml, signing: { algorithm: RS256 },"));
        assertThat(((ReloadResult.Refused) compiler.compile()).problems()).anySatisfy(problem ->
                assertThat(problem.toString()).contains("must have ES256, with which the token service signed before: tokens are out"));
        String fresh = token(decide(third.snapshot(), post("/oauth2/token", SECRET)));
        assertThat(decide(third.snapshot(), Requests.at(Instant.now(), Requests.get("/orders", "Authorization", "Bearer " + fresh)))).isInstanceOf(Decision.Forward.class);
    }

    /** Whatever was spent would be good again. */
    @Test
    void stateDoesNotChangeWhileTheGatewayRuns() {
        SnapshotCompiler compiler = Compilation.compiler(CONFIG, files);
        compiler.adopt((ReloadResult.Applied) compiler.compile());
        files.with("/clients.yaml", CLIENTS.replace(", refreshTokens: true", ""));
        for (String other : List.of(", state: other.journal", "")) {
            files.with("/c.yaml", REST + SERVICE.replace(", state: refresh.journal", other));
            assertThat(((ReloadResult.Refused) compiler.compile()).problems()).singleElement().asString().contains(
                    "`state`: cannot change while the gateway runs, and is /refresh.journal");
        }
        files.with("/c.yaml", REST.replace("{ tokenService: true }", "{ file: ec-jwks.json }"));
        compiler.adopt((ReloadResult.Applied) compiler.compile());
        files.with("/c.yaml", REST + SERVICE.replace(", state: refresh.journal", ""));
        compiler.adopt((ReloadResult.Applied) compiler.compile());
        files.with("/c.yaml", REST + SERVICE);
        assertThat(((ReloadResult.Refused) compiler.compile()).problems()).singleElement().asString().contains("and was not given");
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThat(problems(SERVICE.replace("https://", "http://").replace("clients.yaml,", "clients.yaml, lifetime: 16m,"), CLIENTS)).containsExactlyInAnyOrder(
                "/c.yaml:11:25: `issuer`: must be a URL such as https://auth.example.com, without query and fragment",
                "/c.yaml:11:81: `lifetime`: a stolen token would be good for as long; fifteen minutes at most",
                "/c.yaml:6:25: `issuer`: must be `tokenService.issuer`, http://auth.example");
        assertThat(problems(SERVICE.replace(", state: refresh.journal", ""), CLIENTS)).containsExactly(
                "/c.yaml:11:58: `clients`: client `app` sets `refreshTokens`, and `tokenService.state` does not say where they are kept");
        assertThat(problems(SERVICE.replace("clients.yaml", "nowhere.yaml"), CLIENTS)).containsExactly(
                "/c.yaml:11:58: `clients`: cannot read /nowhere.yaml: there is no such file");
        assertThat(problems(SERVICE.replace("clients.yaml,", "clients.yaml, signing: { algorithm: RS256 },"), CLIENTS)).containsExactly(
                "/c.yaml:6:67: `algorithms`: must have RS256, with which the token service signs");
        assertThat(problems("", CLIENTS)).containsExactly("/c.yaml:6:110: `tokenService`: there is no `tokenService`");
    }

    @Test
    void issuerMustHaveAPathThatCanBeMatched() {
        files.with("/c.yaml", (REST + SERVICE).replace("https://auth.example", "https://auth.example//a"));
        assertThat(Compilation.problems(CONFIG, files)).singleElement().asString().contains("`issuer`", "a path pattern has no empty segment");
    }

    @Test
    void nobodyElseHasItsIssuer() {
        String other = "oidc: { issuer: \"https://auth.example\", client: { id: gateway, secret: s } }";
        files.with("/c.yaml", REST.replace("upstreams:", "  other: { " + other + " }\nupstreams:") + SERVICE);
        assertThat(Compilation.problems(CONFIG, files)).singleElement().asString().endsWith("its `issuer` is `tokenService.issuer`, which has no users");
    }

    @Test
    void otherKeysForItsIssuerAreTold() {
        for (String keys : List.of("file: ec-jwks.json", "jwks: \"https://auth.example/oauth2/jwks\"")) {
            String other = "jwt: { issuer: \"https://auth.example\", audiences: [api], algorithms: [ES256], keys: { " + keys + " } }";
            files.with("/c.yaml", REST.replace("upstreams:", "  other: { " + other + " }\nupstreams:") + SERVICE);
            assertThat(snapshot().notices()).as(keys).anySatisfy(notice ->
                    assertThat(notice.toString()).contains("takes tokens of `tokenService.issuer` by other keys than `keys: { tokenService: true }`"));
        }
    }

    @Test
    void publicKeysOfClientsAreLookedAt() {
        Map<String, String> bad = Map.of(
                "x", "`clients`: `publicKeys` of client `robot`: not a JSON object with an array `keys`",
                "'{\"keys\":[]}'", "`clients`: `publicKeys` of client `robot` hold none that is taken: ",
                "\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n\"",
                "`clients`: `publicKeys` of client `robot`: it holds a private key, which has no business here");
        bad.forEach((keys, why) -> assertThat(problems(SERVICE, "clients: [{ id: robot, publicKeys: " + keys + " }]\n")).containsExactly("/c.yaml:11:58: " + why));
    }

    @Test
    void whatIsOddIsToldByCheck() {
        files.with("/c.yaml", REST.replace("revocation: { journal: revoked.journal }\n", "") + SERVICE)
                .with("/clients.yaml", CLIENTS + "  - { id: mesh, certificates: [{ dns: a.example }] }\n");
        assertThat(snapshot().notices()).extracting(Notice::text).contains(
                "without `revocation.journal` access tokens cannot be called back before they end",
                "client `mesh` proves itself by a certificate, and no listener verifies any",
                "is not given: the keys end with the process, and several gateways have one each");
    }
}
