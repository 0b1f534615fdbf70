package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.apikey.ApiKeyAuthenticator;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.auth.jwt.JwtAuthenticator;
import dev.sallyport.core.auth.signature.HmacAuthenticator;
import dev.sallyport.core.gateway.GatewaySnapshot.Notice;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.TlsPlan.ClientCertificates;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.key.JwksKeySource;
import dev.sallyport.core.key.JwksRules.Location;
import dev.sallyport.core.key.StaticKeySource;
import dev.sallyport.core.policy.RequireClaim;
import dev.sallyport.core.policy.RequireScopes;
import dev.sallyport.core.route.PathRewrite;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamTls.Trust;
import dev.sallyport.core.upstream.UpstreamTls;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SnapshotCompilerTest {
    private static final Path CONFIG = Path.of("/conf/gateway.yaml");

    private static final String REST = """
            listeners: { http: { bind: "127.0.0.1:8080" } }
            upstreams: { u: { targets: ["http://127.0.0.1:9000"] } }
            """;

    private final MadeFiles files = new MadeFiles();

    @Test
    void apiKeysComeFromTheirFile() {
        GatewaySnapshot snapshot = compile(REST + route("partners") + """
                authenticators: { partners: { apiKey: { store: { file: api-keys.yaml } } } }
                """);

        assertThat(authenticator(snapshot, "partners")).isInstanceOf(ApiKeyAuthenticator.class);
        assertThat(snapshot.notices()).isEmpty();
    }

    @Test
    void tokenKeysComeFromAFileASecretOrTheProvider() {
        GatewaySnapshot snapshot = compile(REST + route("[pem, set, secret, fetched, discovered]") + """
                authenticators:
                  pem: { jwt: { issuer: a, audiences: [x], algorithms: [RS256], keys: { file: public.pem }, revocations: { file: revoked.yaml } } }
                  set: { jwt: { issuer: b, audiences: [x], algorithms: [RS256, PS256], keys: { file: jwks.json } } }
                  secret: { jwt: { issuer: c, audiences: [x], algorithms: [HS256], secret: "${file:secrets/shared}" } }
                  fetched: { jwt: { issuer: d, audiences: [x], algorithms: [ES256], keys: { jwks: "https://a.example/keys", ca: authority.pem } } }
                  discovered: { jwt: { issuer: "https://b.example", audiences: [x], algorithms: [EdDSA], keys: { discovery: true } } }
                """);

        assertThat(jwt(snapshot, "pem").keys()).isInstanceOf(StaticKeySource.class);
        assertThat(jwt(snapshot, "set").keys()).isInstanceOf(StaticKeySource.class);
        assertThat(jwt(snapshot, "secret").keys()).isInstanceOf(StaticKeySource.class);
        assertThat(location(snapshot, "fetched")).isEqualTo(new Location.Fixed(URI.create("https://a.example/keys")));
        assertThat(location(snapshot, "discovered")).isEqualTo(new Location.Discovered("https://b.example"));
    }

    @Test
    void everyWebhookSchemeCompiles() {
        GatewaySnapshot snapshot = compile(REST + route("[a, b, c, d, e]") + """
                authenticators:
                  a: { hmac: { scheme: body, header: X-Signature, timestampHeader: X-Time, secrets: { one: "${file:secrets/a}", two: "${file:secrets/b}" } } }
                  b: { hmac: { scheme: github, secrets: { one: "${file:secrets/a}" } } }
                  c: { hmac: { scheme: stripe, secrets: { one: "${file:secrets/a}" }, subject: stripe, scopes: [events] } }
                  d: { hmac: { scheme: slack, secrets: { one: "${file:secrets/a}" } } }
                  e: { hmac: { scheme: standard-webhooks, secrets: { one: "${file:secrets/a}" } } }
                """);

        assertThat(snapshot.authenticators().values()).hasSize(5).allSatisfy(each -> assertThat(each).isInstanceOf(HmacAuthenticator.class));
    }

    @Test
    void tlsListenersHaveTheirCertificatesAndAskForTheClients() {
        GatewaySnapshot snapshot = compile("""
                listeners:
                  https:
                    bind: 0.0.0.0:8443
                    tls:
                      certificates: [{ certificate: api.pem, key: api.key }, { certificate: shop.pem, key: shop.key }]
                      minVersion: "1.3"
                      clientCertificate: { mode: optional, ca: clients-ca.pem, crl: clients.crl }
                  http: { bind: "0.0.0.0:8080", redirectToHttps: true }
                authenticators:
                  mesh: { mtls: { allow: [{ spiffe: "spiffe://prod/ns/*/sa/orders" }, { dns: "*.partner.example" }, { subject: "CN=partner-*" }] } }
                upstreams: { u: { targets: ["http://127.0.0.1:9000"] } }
                """ + route("mesh"));

        ListenerPlan https = snapshot.listeners().get("https");
        assertThat(https).isNotNull();
        assertThat(https.mode()).isInstanceOfSatisfying(ListenerPlan.Mode.Tls.class, mode -> {
            assertThat(mode.tls().certificates()).hasSize(2);
            assertThat(mode.tls().oldest()).isEqualTo(OldestVersion.TLS_1_3);
            assertThat(mode.tls().clientCertificates()).isInstanceOf(ClientCertificates.Optional.class);
        });
        ListenerPlan http = snapshot.listeners().get("http");
        assertThat(http).isNotNull();
        assertThat(http.mode()).isEqualTo(new ListenerPlan.Mode.RedirectToHttps(8443));
        assertThat(authenticator(snapshot, "mesh")).isInstanceOf(CertificateAuthenticator.class);
    }

    @Test
    void upstreamsAreVerifiedByThePlatformUnlessSomethingElseIsWritten() {
        GatewaySnapshot snapshot = compile("""
                listeners: { http: { bind: "127.0.0.1:8080" } }
                upstreams:
                  u: { targets: ["http://127.0.0.1:9000"] }
                  platform: { targets: ["https://files.example.com", "https://[::1]:9443"] }
                  own: { targets: ["https://10.0.0.1:9443"], tls: { ca: authority.pem, serverName: a.example, certificate: gateway.pem, key: gateway.key, minVersion: "1.3" } }
                  insecure: { targets: ["https://10.0.0.1:9443"], tls: { insecureSkipVerification: true } }
                routes: { a: { match: {}, auth: none, upstream: u } }
                """);

        assertThat(upstream(snapshot, "u").tls()).isEmpty();
        assertThat(upstream(snapshot, "platform").targets()).containsExactly(new Target("files.example.com", 443), new Target("::1", 9443));
        assertThat(upstream(snapshot, "platform").tls())
                .contains(new UpstreamTls(new Trust.Platform(), Optional.empty(), Optional.empty(), OldestVersion.TLS_1_2));
        assertThat(upstream(snapshot, "own").tls()).hasValueSatisfying(tls -> {
            assertThat(tls.trust()).isInstanceOfSatisfying(Trust.Only.class, only -> assertThat(only.authorities()).hasSize(1));
            assertThat(tls.serverName()).contains("a.example");
            assertThat(tls.certificate().orElseThrow().toString()).isEqualTo("OwnCertificate[CN=gateway.example.com]");
            assertThat(tls.oldest()).isEqualTo(OldestVersion.TLS_1_3);
        });
        assertThat(upstream(snapshot, "insecure").tls().orElseThrow().trust()).isEqualTo(new Trust.Unverified());
        assertThat(snapshot.notices()).extracting(Notice::kind, Notice::key)
                .contains(tuple(Notice.Kind.INSECURE, "upstreams.insecure.tls.insecureSkipVerification"));
    }

    private static Upstream upstream(GatewaySnapshot snapshot, String name) {
        return Optional.ofNullable(snapshot.upstreams().get(name)).orElseThrow();
    }

    @Test
    void chainsPoliciesAndRewritesBelongToTheRoute() {
        GatewaySnapshot snapshot = compile(REST + """
                authenticators:
                  partners: { apiKey: { store: { file: api-keys.yaml } } }
                  users: { jwt: { issuer: a, audiences: [x], algorithms: [RS256], keys: { file: public.pem } } }
                  hooks: { hmac: { scheme: github, secrets: { one: "${file:secrets/a}" } } }
                routes:
                  orders:
                    match: { host: api.example.com, path: /v1/orders/**, methods: [GET, POST], headers: { X-Version: "2" } }
                    auth: { any: [{ all: [users, hooks] }, partners], scopes: [read], claims: { tenant: acme, roles: { contains: admin } } }
                    upstream: u
                    rewrite: { stripPrefix: /v1 }
                  open: { match: {}, auth: none, upstream: u }
                """);

        Route orders = snapshot.routes().routes().stream().filter(route -> route.id().equals("orders")).findFirst().orElseThrow();
        assertThat(orders.rewrite()).isEqualTo(new PathRewrite.StripPrefix("/v1"));
        assertThat(orders.match().methods()).isEqualTo(Set.of("GET", "POST"));
        assertThat(orders.auth()).isInstanceOfSatisfying(RouteAuth.Protected.class, guarded -> {
            assertThat(guarded.plan().authenticators()).extracting(Authenticator::name).containsExactly("users", "hooks", "partners");
            assertThat(guarded.policies()).containsExactlyInAnyOrder(
                    new RequireScopes(Set.of("read")),
                    new RequireClaim("tenant", new RequireClaim.Condition.EqualTo("acme")),
                    new RequireClaim("roles", new RequireClaim.Condition.Containing("admin")));
        });
        assertThat(snapshot.notices()).containsExactly(new Notice(Notice.Kind.UNUSUAL, "routes.open.auth", "everybody may use this route"));
    }

    @Test
    void streamsEndWithTheirCredentialUnlessTheRouteSaysOtherwise() {
        GatewaySnapshot snapshot = compile(REST + """
                authenticators: { partners: { apiKey: { store: { file: api-keys.yaml } } } }
                routes:
                  a: { match: { path: /a }, auth: partners, upstream: u }
                  b: { match: { path: /b }, auth: partners, upstream: u, streams: { endWithCredential: false } }
                """);

        assertThat(snapshot.routes().routes()).extracting(Route::id, Route::streams)
                .contains(tuple("a", Route.StreamEnd.WITH_CREDENTIAL), tuple("b", Route.StreamEnd.WITH_CONNECTION));
        assertThat(snapshot.notices()).extracting(Notice::key).containsExactly("routes.b.streams.endWithCredential");
    }

    @Test
    void insecureSettingsAreListedFirst() {
        GatewaySnapshot snapshot = compile("""
                listeners: { http: { bind: "0.0.0.0:8080", insecureAllowPlaintextCredentials: true } }
                trustedProxies: [0.0.0.0/0]
                authenticators:
                  a: { jwt: { issuer: a, audiences: [x], algorithms: [RS256], keys: { jwks: "http://a.example/k", insecureAllowHttp: true } } }
                upstreams: { u: { targets: ["http://127.0.0.1:9000"] } }
                errors: { detail: true }
                """ + route("a"));

        assertThat(snapshot.notices()).extracting(notice -> notice.kind() + " " + notice.key()).containsExactly(
                "INSECURE authenticators.a.jwt.keys.insecureAllowHttp",
                "INSECURE listeners.http.insecureAllowPlaintextCredentials",
                "INSECURE trustedProxies",
                "UNUSUAL errors.detail");
    }

    @Test
    void loopbackListenerBehindAProxyIsOnTheNetworkAllTheSame() {
        String listening = "listeners: { http: { bind: \"127.0.0.1:8080\", proxyProtocol: required } }\ntrustedProxies: [127.0.0.1]\n"
                + "upstreams: { u: { targets: [\"http://127.0.0.1:9000\"] } }\n" + route("none");

        ListenerPlan behind = compile(listening).listeners().values().iterator().next();
        ListenerPlan alone = compile(listening.replace(", proxyProtocol: required", "")).listeners().values().iterator().next();

        assertThat(behind.mode()).isEqualTo(new ListenerPlan.Mode.Plain(Peer.Exposure.NETWORK));
        assertThat(behind.proxies()).isPresent();
        assertThat(alone.mode()).isEqualTo(new ListenerPlan.Mode.Plain(Peer.Exposure.LOOPBACK));
        assertThat(alone.proxies()).isEmpty();
    }

    @Test
    void whatDidNotChangeIsCarriedOver() {
        String authenticators = """
                authenticators:
                  keys: { apiKey: { store: { file: api-keys.yaml } } }
                  users: { jwt: { issuer: d, audiences: [x], algorithms: [ES256], keys: { jwks: "https://a.example/keys" } } }
                """;
        files.with(CONFIG.toString(), REST + route("[keys, users]") + authenticators);
        SnapshotCompiler compiler = Compilation.compiler(CONFIG, files);
        ReloadResult.Applied first = (ReloadResult.Applied) compiler.compile();
        compiler.adopt(first);
        assertThat(compiler.compile()).isInstanceOf(ReloadResult.Unchanged.class);

        files.with(CONFIG.toString(), REST + route("[users, keys]") + authenticators.replace("audiences: [x]", "audiences: [y]"));
        ReloadResult.Applied second = (ReloadResult.Applied) compiler.compile();

        assertThat(second.snapshot().generation()).isEqualTo(2);
        assertThat(authenticator(second.snapshot(), "keys")).isSameAs(authenticator(first.snapshot(), "keys"));
        assertThat(authenticator(second.snapshot(), "users")).isNotSameAs(authenticator(first.snapshot(), "users"));
        assertThat(jwt(second.snapshot(), "users").keys()).isSameAs(jwt(first.snapshot(), "users").keys());
    }

    @Test
    void aChangedFileIsAChange() {
        files.with(CONFIG.toString(), REST + route("keys") + "authenticators: { keys: { apiKey: { store: { file: api-keys.yaml } } } }");
        SnapshotCompiler compiler = Compilation.compiler(CONFIG, files);
        ReloadResult.Applied first = (ReloadResult.Applied) compiler.compile();
        compiler.adopt(first);

        files.with("/conf/api-keys.yaml", "keys: []");
        ReloadResult.Applied second = (ReloadResult.Applied) compiler.compile();

        assertThat(authenticator(second.snapshot(), "keys")).isNotSameAs(authenticator(first.snapshot(), "keys"));
    }

    private static String route(String auth) {
        return "routes: { all: { match: {}, auth: " + auth + ", upstream: u } }\n";
    }

    private GatewaySnapshot compile(String text) {
        return Compilation.snapshot(CONFIG, files.with(CONFIG.toString(), text));
    }

    private static Authenticator authenticator(GatewaySnapshot snapshot, String name) {
        Authenticator authenticator = snapshot.authenticators().get(name);
        assertThat(authenticator).isNotNull();
        return authenticator;
    }

    private static JwtAuthenticator jwt(GatewaySnapshot snapshot, String name) {
        return (JwtAuthenticator) authenticator(snapshot, name);
    }

    private static Location location(GatewaySnapshot snapshot, String name) {
        return ((JwksKeySource) jwt(snapshot, name).keys()).rules().location();
    }
}
