package dev.sallyport.tests.operation;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.tests.harness.Distribution;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.MetricsScrape;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import dev.sallyport.tests.harness.token.Webhooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObservabilitySuite {
    private static final String KEY = "secret-key-of-alice-01";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
              proxied:
                bind: 127.0.0.1:0
                proxyProtocol: required
            trustedProxies: [127.0.0.9]
            admin: { bind: "127.0.0.1:0", token: secret-admin-token-00 }
            authenticators:
              partners:
                apiKey: { header: X-API-Key, store: { file: api-keys.yaml } }
              hooks:
                hmac: { scheme: github, secrets: { a: secret-of-the-webhook } }
              stripe:
                hmac: { scheme: stripe, secrets: { a: secret-of-the-webhook }, maxBody: 1KiB }
              users:
                jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { jwks: "http://127.0.0.1:1/jwks.json", insecureAllowHttp: true } }
            upstreams:
              orders: { targets: [ "@upstream@" ], responseTimeout: 5s }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: orders }
              users: { match: { path: /users/** }, auth: users, upstream: orders }
              hooks: { match: { path: /hooks/** }, auth: hooks, upstream: orders }
              signed: { match: { path: /signed/** }, auth: stripe, upstream: orders }
              open: { match: { path: /open/** }, auth: none, upstream: orders }
            """;
    private static final Map<String, Set<String>> METRICS = Map.ofEntries(
            Map.entry("http_server_request_duration_seconds_count", Set.of("http_route", "http_request_method", "http_response_status_code")),
            Map.entry("sallyport_auth_decisions_total", Set.of("route", "authenticator", "outcome", "reason")),
            Map.entry("sallyport_upstream_request_duration_seconds_count", Set.of("upstream", "target")),
            Map.entry("sallyport_credential_cache_total", Set.of("cache", "result")),
            Map.entry("sallyport_jwks_refresh_total", Set.of("authenticator", "outcome")),
            Map.entry("sallyport_tls_handshakes_total", Set.of("listener", "outcome")),
            Map.entry("sallyport_certificate_expiry_timestamp_seconds", Set.of("listener", "upstream", "subject")),
            Map.entry("sallyport_connections", Set.of("listener")),
            Map.entry("sallyport_upstream_connections", Set.of("upstream", "state")),
            Map.entry("sallyport_config_reloads_total", Set.of("outcome")));
    private final Fixture fixture = new Fixture();

    ObservabilitySuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", KEY, "alice", ""));
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void theMetricsHaveTheirNamesAndLabels() {
        fixture.exchange(get("/keys/m", "X-API-Key: " + KEY));
        fixture.exchange(get("/keys/m", "X-API-Key: wrong-key-0123456789"));
        fixture.exchange(get("/users/m", "Authorization: Bearer e30.e30.e30"));
        fixture.exchange(get("/no-such-route"));
        try (RawClient client = fixture.tls()) {
            client.exchange(get("/open/m"));
        }
        await().untilAsserted(() -> {
            MetricsScrape scrape = fixture.gateway().metrics();
            for (Map.Entry<String, Set<String>> metric : METRICS.entrySet()) {
                List<MetricsScrape.Sample> samples = scrape.samples().stream().filter(sample -> sample.name().equals(metric.getKey())).toList();
                assertThat(samples).describedAs(metric.getKey()).isNotEmpty();
                assertThat(samples.getFirst().labels().keySet()).describedAs(metric.getKey()).isEqualTo(metric.getValue());
            }
        });
        MetricsScrape scrape = fixture.gateway().metrics();
        assertThat(scrape.sum("sallyport_auth_decisions_total", "route=keys", "authenticator=partners", "outcome=rejected", "reason=api_key_unknown")).isPositive();
        assertThat(scrape.sum("sallyport_auth_decisions_total", "route=keys", "outcome=allowed")).isPositive();
        assertThat(scrape.sum("http_server_request_duration_seconds_count", "http_route=_none", "http_response_status_code=404")).isPositive();
        assertThat(scrape.sum("http_server_request_duration_seconds_count", "http_route=keys", "http_request_method=GET", "http_response_status_code=200")).isPositive();
        assertThat(scrape.text()).contains("jvm_", "process_");
    }

    @Test
    void aScrapeHoldsTheDocumentedMetricsAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(sallyport_\\w+)`").matcher(Files.readString(Distribution.root().resolve("docs/observability.md")));
        while (row.find()) {
            documented.add(row.group(1));
        }
        fixture.exchange(get("/keys/m", "X-API-Key: " + KEY));
        fixture.exchange(get("/users/m", "Authorization: Bearer " + Tokens.sign(
                Tokens.ec("k1", Curve.P_256), "ES256", Tokens.claims("https://auth.example.com", "api", "alice").build())));
        fixture.exchange("POST /open/m HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
        try (RawClient client = fixture.tls()) {
            client.exchange(get("/open/m"));
        }
        try (RawClient stranger = RawClient.plain(fixture.gateway().port("proxied"))) {
            assertThat(stranger.closedByPeer()).isTrue();
        }
        fixture.reload(CONFIG + "accessLog: { file: /dev/full }\n");
        fixture.exchange(get("/open/m"));
        await().untilAsserted(() -> {
            Set<String> scraped = fixture.gateway().metrics().samples().stream()
                    .map(MetricsScrape.Sample::name)
                    .filter(name -> name.startsWith("sallyport_"))
                    .map(name -> name.replaceFirst("_(count|sum|bucket|max)$", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(scraped).isEqualTo(documented);
        });
        fixture.reload(CONFIG);
    }

    @Test
    void aFullDiskCostsLinesWhichAreCountedAndNoRequest() {
        double before = lost();
        fixture.reload(CONFIG + "accessLog: { file: /dev/full }\nauditLog: { file: /dev/full }\n");
        for (int request = 0; request < 20; request++) {
            assertThat(fixture.exchange(get("/keys/full", "X-API-Key: " + KEY)).status()).isEqualTo(200);
        }
        await().untilAsserted(() -> assertThat(lost() - before).isEqualTo(40));
        fixture.reload(CONFIG);
        Reply reply = fixture.exchange(get("/keys/again", "X-API-Key: wrong-key-0123456789"));
        assertThat(fixture.gateway().accessLine(reply.requestId()).path("status").asInt()).isEqualTo(401);
        assertThat(lost() - before).isEqualTo(40);
    }

    private double lost() {
        return fixture.gateway().metrics().sum("sallyport_log_lines_dropped_total", "log=file");
    }

    @Test
    void aReplayCountsUnderTheAuthenticatorThatSawIt() {
        long time = Instant.now().getEpochSecond();
        String signed = post("/signed/x", "{}", Webhooks.stripe("secret-of-the-webhook", time, "{}"));
        assertThat(fixture.exchange(signed).status()).isEqualTo(200);
        Reply replay = fixture.exchange(signed);
        assertThat(replay.status()).isEqualTo(401);
        JsonNode audit = fixture.gateway().auditLine(replay.requestId());
        assertThat(audit.path("authenticator").asText()).isEqualTo("stripe");
        assertThat(audit.path("credentialId").asText()).isEqualTo("a");
        assertThat(audit.path("reason").asText()).isEqualTo("signature_replayed");
        MetricsScrape scrape = fixture.gateway().metrics();
        assertThat(scrape.sum("sallyport_auth_decisions_total", "route=signed", "authenticator=stripe", "outcome=allowed")).isEqualTo(1);
        assertThat(scrape.sum("sallyport_auth_decisions_total", "route=signed", "authenticator=stripe", "reason=signature_replayed")).isEqualTo(1);
        assertThat(scrape.sum("sallyport_auth_decisions_total", "route=signed", "authenticator=_none")).isZero();
    }

    @Test
    void refusalWhileTheContentIsReadForASignatureNamesTheRoute() {
        String fields = "Host: a\r\nTransfer-Encoding: chunked\r\n" + Webhooks.stripe("secret-of-the-webhook", Instant.now().getEpochSecond(), "{}");
        Reply reply = fixture.exchange("POST /signed/large HTTP/1.1\r\n" + fields + "\r\n\r\n800\r\n" + "x".repeat(0x800) + "\r\n0\r\n\r\n");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(fixture.gateway().accessLine(reply.requestId()).path("route").asText()).isEqualTo("signed");
    }

    @Test
    void labelsStayBoundedWhateverClientsSend() {
        for (int i = 0; i < 20; i++) {
            fixture.exchange("METHOD" + i + " /x" + i + " HTTP/1.1\r\nHost: h" + i + "\r\n\r\n");
        }
        Set<String> methods = fixture.gateway().metrics().samples().stream().filter(sample -> sample.labels().containsKey("http_request_method"))
                .map(sample -> sample.labels().getOrDefault("http_request_method", "")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(methods).noneMatch(method -> method.startsWith("METHOD"));
    }

    @Test
    void theAccessLogHasItsFieldsAndNoQuery() {
        Reply reply = fixture.exchange(get("/keys/log?secret=query-value", "X-API-Key: wrong-key-0123456789"));
        JsonNode line = fixture.gateway().accessLine(reply.requestId());
        List<String> names = new ArrayList<>();
        line.fieldNames().forEachRemaining(names::add);
        assertThat(names).contains("time", "requestId", "listener", "client", "method", "host", "path", "route", "status", "reason", "durationMs", "bytesIn", "bytesOut");
        assertThat(line.path("path").asText()).isEqualTo("/keys/log");
        assertThat(line.path("route").asText()).isEqualTo("keys");
        assertThat(line.path("status").asInt()).isEqualTo(401);
        assertThat(line.toString()).doesNotContain("query-value");
        JsonNode audit = fixture.gateway().auditLine(reply.requestId());
        names.clear();
        audit.fieldNames().forEachRemaining(names::add);
        assertThat(names).contains("time", "requestId", "client", "route", "authenticator", "method", "subject", "credentialId", "outcome", "reason", "detail");
    }

    @Test
    void theUpstreamsRequestIdIsTheLogsRequestId() {
        fixture.exchange(get("/keys/id", "X-API-Key: " + KEY));
        String id = fixture.upstream().awaitOne("/keys/id").field("X-Request-Id").orElseThrow();
        JsonNode line = fixture.gateway().accessLine(id);
        assertThat(line.path("upstream").asText()).isEqualTo("orders");
        assertThat(line.path("target").asText()).contains("127.0.0.1:");
        JsonNode audit = fixture.gateway().auditLine(id);
        assertThat(audit.path("subject").asText()).isEqualTo("alice");
        assertThat(audit.path("credentialId").asText()).isEqualTo("k1");
        assertThat(audit.path("outcome").asText()).isEqualTo("allowed");
    }

    @Test
    void noSecretEverReachesALogOrMetric() {
        fixture.exchange(get("/keys/s", "X-API-Key: " + KEY));
        fixture.exchange(get("/keys/s?api_key=" + KEY));
        fixture.exchange(get("/keys/s", "X-API-Key: " + KEY, "X-API-Key: " + KEY));
        fixture.exchange(get("/users/s", "Authorization: Bearer secret.bearer.token"));
        fixture.exchange(post("/hooks/s", "x", "X-Hub-Signature-256: sha256=00"));
        fixture.exchange("GET /keys/" + KEY + "\u0001 HTTP/1.1\r\nHost: a\r\nX-API-Key: " + KEY + "\r\n\r\n");
        fixture.exchange(get("/keys/end", "X-API-Key: " + KEY));
        fixture.gateway().accessLine(fixture.upstream().awaitOne("/keys/end").field("X-Request-Id").orElseThrow());
        assertThat(fixture.gateway().everythingWritten()).doesNotContain(KEY, "secret-admin-token-00", "secret-of-the-webhook", "secret.bearer.token");
        assertThat(fixture.gateway().metrics().text()).doesNotContain(KEY);
    }

    @Test
    void healthAndReadinessAreOpenAndTheRestIsNot() {
        assertThat(fixture.admin("/healthz").status()).isEqualTo(200);
        assertThat(fixture.admin("/readyz").status()).isEqualTo(200);
        assertThat(fixture.admin("/readyz").text()).contains("users");
        assertThat(fixture.admin("/status").status()).isEqualTo(401);
        assertThat(fixture.admin("/status", "Authorization: Bearer secret-admin-token-00").status()).isEqualTo(200);
        assertThat(fixture.admin("/nothing").status()).isEqualTo(401);
        assertThat(fixture.admin("/nothing", "Authorization: Bearer secret-admin-token-00").status()).isEqualTo(404);
    }

    @Test
    void onSigtermReadinessTurnsThenListenersCloseThenWhatIsOpenDrains() {
        try (Fixture own = new Fixture()) {
            own.write("api-keys.yaml", "keys: []\n");
            own.start(CONFIG);
            CountDownLatch hold = new CountDownLatch(1);
            own.upstream().on("/open/drain", call -> {
                call.content();
                try {
                    hold.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                call.write(RecordingUpstream.ok("drained"));
            });
            try (RawClient client = own.plain(); RawClient idle = own.plain()) {
                idle.exchange(get("/open/idle"));
                client.send(get("/open/drain"));
                own.upstream().awaitOne("/open/drain");
                own.gateway().terminate();
                await().until(() -> refuses(own));
                hold.countDown();
                Reply reply = client.read();
                assertThat(reply.text()).isEqualTo("drained");
                assertThat(client.closedByPeer()).isTrue();
                assertThat(idle.closedByPeer()).isTrue();
            }
            assertThat(own.gateway().awaitExit()).isIn(0, 143);
        }
    }

    private static boolean refuses(Fixture own) {
        try (RawClient client = RawClient.plain(own.gateway().port("http"))) {
            return client.patience(200).closedByPeer();
        } catch (java.io.UncheckedIOException e) {
            return true;
        }
    }

    @Test
    @Tag("slow")
    void aRealPrometheusScrapesItAndShowsItUp() throws IOException, InterruptedException {
        Path binary = Path.of("/usr/bin/prometheus");
        Assumptions.assumeTrue(Files.isExecutable(binary), "not run: no prometheus here");
        int port = freePort();
        fixture.write("prometheus.yml", "global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: sallyport\n    static_configs: [ { targets: [\"127.0.0.1:"
                + fixture.gateway().port("admin") + "\"] } ]\n");
        Process prometheus = new ProcessBuilder(binary.toString(), "--config.file=" + fixture.folder().resolve("prometheus.yml"),
                "--storage.tsdb.path=" + fixture.folder().resolve("tsdb"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            await().atMost(java.time.Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
                try (RawClient client = RawClient.plain(port)) {
                    String answer = client.exchange("GET /api/v1/query?query=up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").text();
                    return answer.contains("\"job\":\"sallyport\"") && answer.contains(",\"1\"]");
                }
            });
        } finally {
            prometheus.destroy();
            prometheus.waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
