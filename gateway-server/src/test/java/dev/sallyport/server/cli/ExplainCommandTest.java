package dev.sallyport.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("keys.yaml"), """
                keys:
                  - { id: a, hash: "sha256:%s", subject: acme, scopes: [read] }
                  - { id: old, hash: "sha256:%s", subject: acme, expiresAt: "2020-01-01T00:00:00Z" }
                """.formatted(ApiKeyFormat.sha256("key-of-acme"), ApiKeyFormat.sha256("old-key")));
        Files.writeString(folder.resolve("c.yaml"), """
                listeners:
                  http: { bind: "127.0.0.1:0" }
                authenticators:
                  partners: { apiKey: { header: X-API-Key, store: { file: keys.yaml } } }
                  users: { jwt: { issuer: "https://idp.example", audiences: [api], algorithms: [HS256], secret: %1$s } }
                  payments: { hmac: { scheme: github, secrets: { one: %1$s } } }
                upstreams: { orders: { targets: ["http://127.0.0.1:9"] } }
                routes:
                  any: { match: { path: /any/** }, auth: { any: [users, partners, payments], scopes: [write] }, upstream: orders }
                  all: { match: { path: /all/** }, auth: { all: [users, partners] }, upstream: orders }
                  hooks: { match: { path: /hooks/** }, auth: { all: [payments, partners] }, upstream: orders }
                  open: { match: { path: /open/** }, auth: none, upstream: orders }
                """.formatted(SECRET));
    }

    @Test
    void everyAuthenticatorStandsInOrderWithWhatItLookedFor() throws IOException {
        assertThat(steps(explain("/any/x"))).containsExactly(
                "users (jwt): not claimed: it looked for `Authorization: Bearer`; nothing is presented",
                "partners (api_key): not claimed: it looked for `X-API-Key`; nothing is presented",
                "payments (hmac): not claimed: it looked for `X-Hub-Signature-256`; nothing is presented",
                "the route: rejected credentials_missing: none of the credentials that the route takes is there, or not all of them");
    }

    @Test
    void whatDecidedStandsAmongTheOthers() throws IOException {
        List<String> allowed = steps(explain("/any/x", "-H", "X-API-Key: key-of-acme"));
        assertThat(allowed).hasSize(4);
        assertThat(allowed.get(0)).startsWith("users (jwt): not claimed: it looked for");
        assertThat(allowed.get(1)).isEqualTo("partners (api_key): allowed, subject acme, credential a");
        assertThat(allowed.get(2)).startsWith("payments (hmac): not claimed");
        assertThat(allowed.get(3)).startsWith("the route: rejected scope_insufficient");
        List<String> expired = steps(explain("/any/x", "-H", "X-API-Key: old-key"));
        assertThat(expired).hasSize(3);
        assertThat(expired.get(1)).startsWith("partners (api_key): rejected api_key_expired, credential old");
    }

    @Test
    void tokenOfAnotherIssuerIsNotTheirs() throws IOException {
        // {"alg":"HS256"} . {"iss":"https://other.example"}
        String token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUifQ.AAAA";
        assertThat(steps(explain("/all/x", "-H", "Authorization: Bearer " + token, "-H", "X-API-Key: key-of-acme"))).satisfiesExactly(
                users -> assertThat(users).startsWith("users (jwt): rejected token_issuer_mismatch"),
                partners -> assertThat(partners).isEqualTo("partners (api_key): not counted: its credential holds, and another's word decided"));
    }

    @Test
    void whatCameAfterADecisionIsSaidToBeUnreached() throws IOException {
        assertThat(steps(explain("/all/x", "-H", "X-API-Key: key-of-acme"))).satisfiesExactly(
                users -> assertThat(users).startsWith("users (jwt): not claimed"),
                partners -> assertThat(partners).isEqualTo("partners (api_key): not reached: the decision came before it had its say"),
                route -> assertThat(route).startsWith("the route: rejected credentials_missing"));
        assertThat(steps(explain("/any/x?access_token=t", "-H", "X-API-Key: key-of-acme"))).satisfiesExactly(
                users -> assertThat(users).startsWith("users (jwt): not reached"),
                partners -> assertThat(partners).startsWith("partners (api_key): not reached"),
                payments -> assertThat(payments).startsWith("payments (hmac): not reached"),
                route -> assertThat(route).startsWith("the route: rejected credentials_in_url"));
    }

    @Test
    void openVerdictNamesTheAuthenticatorsToo() throws IOException {
        Path body = Files.writeString(folder.resolve("body"), "{}");
        String out = explain("/any/x", "-H", "X-Hub-Signature-256: sha256=" + "00".repeat(32), "-H", "Content-Length: 2");
        assertThat(out).contains("route:    any").contains("--body FILE");
        assertThat(steps(out)).satisfiesExactly(
                users -> assertThat(users).startsWith("users (jwt): not claimed"),
                partners -> assertThat(partners).startsWith("partners (api_key): not claimed"),
                payments -> assertThat(payments).startsWith("payments (hmac): not reached"));
        assertThat(explain("/any/x", "-H", "X-Hub-Signature-256: sha256=" + "00".repeat(32), "--body", body.toString())).contains("rejected signature_mismatch");
    }

    @Test
    void openRouteHasNoSteps() throws IOException {
        String out = explain("/open/x");
        assertThat(steps(out)).isEmpty();
        assertThat(out).contains("verdict:  forward /open/x to upstream orders");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Json said = Json.read(explain("/any/x", "--format", "json", "-H", "X-API-Key: key-of-acme"));
        assertThat(said.members().get("request")).isEqualTo(
                Map.of("method", "GET", "path", "/any/x", "host", "api.example", "listener", "http"));
        assertThat(said.at("route")).isEqualTo("any");
        assertThat(said.each("steps", "authenticator")).containsExactly("users", "partners", "payments", "_none");
        assertThat(said.each("steps", "outcome")).containsExactly("not_claimed", "allowed", "not_claimed", "rejected");
        assertThat(said.at("steps.0.method")).isEqualTo("jwt");
        assertThat(said.at("steps.0.looksFor.0")).isEqualTo("Authorization: Bearer");
        assertThat(said.at("steps.0.detail")).isEqualTo("it looked for `Authorization: Bearer`; nothing is presented");
        assertThat(said.at("steps.1.subject")).isEqualTo("acme");
        assertThat(said.at("steps.1.credentialId")).isEqualTo("a");
        assertThat(said.at("steps.3.reason")).isEqualTo("scope_insufficient");
        assertThat(said.at("verdict.action")).isEqualTo("reject");
        assertThat(said.at("verdict.status")).isEqualTo("403");
        assertThat(said.at("verdict.reason")).isEqualTo("scope_insufficient");
        assertThat(said.at("verdict.remedy")).isNotEmpty();
        Json open = Json.read(explain("/open/x", "--format", "json"));
        assertThat(open.members().get("steps")).isEqualTo(List.of());
        assertThat(open.members().get("verdict")).isEqualTo(Map.of("action", "forward", "path", "/open/x", "upstream", "orders"));
    }

    private static List<String> steps(String out) {
        return out.lines().filter(line -> line.startsWith("step:")).map(line -> line.substring("step:".length()).strip()).toList();
    }

    private String explain(String target, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("explain", folder.resolve("c.yaml").toString(), "GET", "http://api.example" + target));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Sallyport.commandLine()
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString() + err).doesNotContain("key-of-acme");
        return out.toString();
    }
}
