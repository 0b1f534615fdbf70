package dev.sallyport.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String GOOD = """
            listeners: { http: { bind: "127.0.0.1:0" } }
            upstreams: { orders: { targets: ["http://127.0.0.1:9"] } }
            routes: { open: { match: { path: /** }, auth: none, upstream: orders } }
            """;

    @TempDir
    private Path folder = Path.of("");

    private record Outcome(int status, String out, String err) {}

    @Test
    void goodConfigurationHasNoProblems() throws IOException {
        Outcome outcome = check(GOOD, "json");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines()).hasSize(1);
        assertThat(Json.read(outcome.out()).members().keySet()).containsExactly("problems", "notices");
        assertThat(Json.read(outcome.out()).members().get("problems")).isEqualTo(List.of());
        assertThat(check(GOOD, "text").out()).endsWith("c.yaml: good\n");
    }

    @Test
    void everyProblemHasItsPlace() throws IOException {
        Outcome outcome = check(GOOD.replace("upstream: orders }", "upstream: ordres }").replace("bind:", "bnid:"), "json");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).isEmpty();
        Json said = Json.read(outcome.out());
        assertThat(said.each("problems", "file")).containsOnly(folder.resolve("c.yaml").toString());
        int unknown = index(said.each("problems", "message"), "bnid");
        assertThat(said.at("problems." + unknown + ".line")).isEqualTo("1");
        assertThat(said.at("problems." + unknown + ".column")).isEqualTo("22");
        assertThat(said.at("problems." + unknown + ".message")).contains("did you mean").contains("bind");
        int dangling = index(said.each("problems", "message"), "ordres");
        assertThat(said.at("problems." + dangling + ".line")).isEqualTo("3");
        assertThat(said.at("problems." + dangling + ".message")).contains("orders");
    }

    @Test
    void insecureSettingsAreNoticesAndNoProblems() throws IOException {
        Outcome outcome = check(GOOD.replace("\"127.0.0.1:0\"", "\"0.0.0.0:0\", insecureAllowPlaintextCredentials: true"), "json");
        assertThat(outcome.status()).isZero();
        Json said = Json.read(outcome.out());
        int insecure = index(said.each("notices", "key"), "insecureAllowPlaintextCredentials");
        assertThat(said.at("notices." + insecure + ".kind")).isEqualTo("insecure");
        assertThat(said.at("notices." + insecure + ".text")).isNotEmpty();
        assertThat(check(GOOD.replace("\"127.0.0.1:0\"", "\"0.0.0.0:0\", insecureAllowPlaintextCredentials: true"), "text").out())
                .contains("insecure: ").contains(said.at("notices." + insecure + ".text"));
    }

    @Test
    void unknownFormatIsBadUsage() throws IOException {
        assertThat(check(GOOD, "xml").status()).isEqualTo(2);
    }

    @Test
    void missingFileIsAProblemLikeAnyOther() {
        Outcome outcome = run("check", folder.resolve("nothing.yaml").toString(), "--format", "json");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(Json.read(outcome.out()).each("problems", "message")).singleElement().asString().contains("does not exist");
    }

    private static int index(List<String> texts, String part) {
        return texts.indexOf(texts.stream().filter(text -> text.contains(part)).findFirst().orElseThrow());
    }

    private Outcome check(String config, String format) throws IOException {
        return run("check", Files.writeString(folder.resolve("c.yaml"), config).toString(), "--format", format);
    }

    private static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Sallyport.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(words);
        return new Outcome(status, out.toString(), err.toString());
    }
}
