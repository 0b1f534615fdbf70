package dev.sallyport.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.Json;
import dev.sallyport.server.reload.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminPortTest {
    private static final String TOKEN = "the-token-of-the-admin-port";
    private static final String TRUSTED = "Authorization: Bearer " + TOKEN;
    private static final List<String> UNTRUSTED = List.of(
            "X: y", "Authorization: Bearer wrong", "Authorization: Bearer", "Authorization: Bearer  " + TOKEN, "Authorization: Basic " + TOKEN,
            "Authorization: Bearer " + TOKEN + "x", TRUSTED + "\r\n" + TRUSTED);

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, InetSocketAddress> bound = new ConcurrentHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        startWith("admin: { bind: \"127.0.0.1:0\", token: " + TOKEN + " }\n");
    }

    private void startWith(String admin) throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), admin + """
                listeners: { http: { bind: "127.0.0.1:0" } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9"] } }
                routes: { open: { match: { path: /** }, auth: none, upstream: orders } }
                """);
        Gateway gateway = Gateway.start(config, Map.of("SALLYPORT_STOP_DELAY", "1ms"), bound::put);
        open.add(gateway);
        open.add(AdminListener.start(gateway, bound::put));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        open.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /status", "GET /usage", "POST /status", "POST /usage", "DELETE /usage", "GET /nothing", "POST /nothing", "GET /",
        "POST /metrics", "POST /healthz", "PUT /readyz", "DELETE /metrics", "OPTIONS /metrics", "OPTIONS *", "GET /metrics/", "GET /Status", "HEAD /status",
    })
    void whoeverLacksTheTokenLearnsNothingOfPathsAndMethods(String line) throws IOException {
        for (String field : UNTRUSTED) {
            Answer answer = ask(line, field);
            assertThat(answer.status()).as(field).isEqualTo(401);
            assertThat(answer.head()).contains("WWW-Authenticate: Bearer realm=\"admin\"").doesNotContain("Allow:");
            assertThat(answer.head() + answer.content()).doesNotContain(TOKEN);
        }
    }

    @Test
    void withTheTokenPathsAndMethodsAreJudged() throws IOException {
        assertThat(ask("GET /status", TRUSTED).status()).isEqualTo(200);
        assertThat(ask("GET /usage", "authorization: bearer " + TOKEN).status()).isEqualTo(200);
        assertThat(ask("GET /nothing", TRUSTED).status()).isEqualTo(404);
        for (String line : List.of("POST /status", "DELETE /usage", "POST /metrics", "PUT /healthz")) {
            Answer answer = ask(line, TRUSTED);
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.head()).contains("Allow: GET, HEAD\r\n");
        }
    }

    @Test
    void healthAndMetricsAreOpen() throws IOException {
        for (String field : UNTRUSTED) {
            assertThat(ask("GET /healthz", field).content()).isEqualTo("{\"status\":\"alive\"}");
            assertThat(Json.read(ask("GET /readyz", field).content()).at("status")).isEqualTo("ready");
            assertThat(ask("GET /metrics", field).content()).contains("sallyport_config_reloads_total");
        }
        Answer head = ask("HEAD /healthz", "X: y");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.head()).contains("Content-Length: 18\r\n");
        assertThat(head.content()).isEmpty();
    }

    @Test
    void problemsHaveTheFormOfAllOthersAndAnIdOfTheirOwn() throws IOException {
        Answer unauthorized = ask("GET /status", "X: y");
        assertThat(unauthorized.head()).contains("Content-Type: application/problem+json\r\n", "Cache-Control: no-store\r\n");
        Json problem = Json.read(unauthorized.content());
        assertThat(problem.members().keySet()).containsExactly("type", "title", "status", "code", "requestId");
        assertThat(problem.at("type")).isEqualTo("urn:sallyport:problem:unauthorized");
        assertThat(problem.at("status")).isEqualTo("401");
        assertThat(problem.at("code")).isEqualTo("unauthorized");
        assertThat(problem.at("requestId")).hasSize(32);
        assertThat(unauthorized.head()).contains("X-Request-Id: " + problem.at("requestId") + "\r\n");
        Json other = Json.read(ask("GET /status", "X: y").content());
        assertThat(other.at("requestId")).isNotEqualTo(problem.at("requestId"));
        assertThat(Json.read(ask("GET /nothing", TRUSTED).content()).at("code")).isEqualTo("not_found");
        assertThat(Json.read(ask("POST /usage", TRUSTED).content()).at("code")).isEqualTo("method_not_allowed");
    }

    @Test
    void whatIsNoRequestIsAProblemToo() throws IOException {
        for (String bytes : List.of("GET /status HTTP/1.1\nHost: x\n\n", "GET /status HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            Answer answer = send(bytes);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(Json.read(answer.content()).members().keySet()).containsExactly("type", "title", "status", "code", "requestId");
        }
    }

    @Test
    void oneConnectionGetsOneAnswer() throws IOException {
        Answer answer = send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer.head()).contains("Connection: close\r\n");
        assertThat(answer.content()).isEqualTo("{\"status\":\"alive\"}");
    }

    @Test
    void withoutAConfiguredTokenNobodyIsTrusted() throws Exception {
        stop();
        startWith("admin: { bind: \"127.0.0.1:0\" }\n");
        for (String field : List.of("X: y", TRUSTED, "Authorization: Bearer ")) {
            assertThat(ask("GET /status", field).status()).isEqualTo(401);
            assertThat(ask("GET /nothing", field).status()).isEqualTo(401);
        }
        assertThat(ask("GET /healthz", "X: y").status()).isEqualTo(200);
    }

    private record Answer(int status, String head, String content) {}

    private Answer ask(String methodAndTarget, String fields) throws IOException {
        return send(methodAndTarget + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n\r\n");
    }

    private Answer send(String bytes) throws IOException {
        int port = Objects.requireNonNull(bound.get("admin")).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end + 2), answer.substring(end + 4));
        }
    }
}
