package dev.sallyport.core.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApiKeyFileTest {
    private static final Path FILE = Path.of("/conf/keys.yaml");
    private static final String HASH = "ab".repeat(32);

    private final Problems problems = new Problems();

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        List<ApiKeyEntry> entries = List.of(
                new ApiKeyEntry("a", HASH, "acme \"quoted\" ${env:X}", Set.of("read", "write"), Optional.empty(), Optional.of(Instant.parse("2027-01-01T00:00:00Z")), Activity.ACTIVE),
                new ApiKeyEntry("b", "cd".repeat(32), "acme", Set.of(), Optional.of(Instant.EPOCH), Optional.empty(), Activity.REVOKED));

        byte[] written = written(entries);

        assertThat(read(written)).isEqualTo(entries);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void manyKeysAreWrittenAsJsonLines() throws IOException {
        List<ApiKeyEntry> entries = new ArrayList<>();
        for (int i = 0; i <= ApiKeyFileWriter.MAX_YAML_KEYS; i++) {
            String hash = "0".repeat(56) + HexFormat.of().toHexDigits(i);
            entries.add(new ApiKeyEntry("k" + i, hash, "s", Set.of("x"), Optional.empty(), Optional.empty(), Activity.ACTIVE));
        }

        byte[] written = written(entries);

        assertThat(new String(written, StandardCharsets.UTF_8)).startsWith("{\"id\":\"k0\"").contains("}\n{");
        assertThat(read(written)).isEqualTo(entries);
    }

    @Test
    void noKeysAreNoProblem() throws IOException {
        assertThat(read(written(List.of()))).isEmpty();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void problemsNameLineAndColumn() {
        read("""
                keys:
                  - { id: a, hash: "sha256:%s", subject: s }
                  - { id: a, hash: "sha256:%s", subject: s, scope: x }
                  - { id: a, hash: "md5:0", subject: s }
                  - { id: a, hash: "sha256:%s", subject: t }
                """.formatted(HASH, HASH, HASH).getBytes(StandardCharsets.UTF_8));

        assertThat(problems.list().stream().map(ConfigProblem::toString)).containsExactly(
                "/conf/keys.yaml:3:5: duplicate key id `a`",
                "/conf/keys.yaml:3:5: `a` has the hash of another key of this file",
                "/conf/keys.yaml:3:107: unknown key `scope` (did you mean `scopes`?)",
                "/conf/keys.yaml:4:20: `hash`: `md5:0` is no hash such as sha256:<64 hexadecimal digits>",
                "/conf/keys.yaml:5:5: duplicate key id `a`",
                "/conf/keys.yaml:5:5: `a` has the hash of another key of this file");
    }

    @Test
    void problemsOfJsonLinesNameTheLine() {
        read("""
                {"id":"a","hash":"sha256:%s","subject":"s"}
                {"id":"b","hash":"sha256:%s"}
                {"id":"c"
                """.formatted(HASH, "cd".repeat(32)).getBytes(StandardCharsets.UTF_8));

        assertThat(problems.list().stream().map(ConfigProblem::toString))
                .hasSize(2)
                .first().isEqualTo("/conf/keys.yaml:2:1: `subject` is missing");
        assertThat(problems.list().getLast().toString()).contains("not JSON lines");
    }

    @Test
    void aFileThatIsSomethingElseIsRefused() {
        read("tokens: []\n".getBytes(StandardCharsets.UTF_8));

        assertThat(problems.list()).isNotEmpty();
    }

    private List<ApiKeyEntry> read(byte[] bytes) {
        return ApiKeyFileReader.read(FILE, bytes, problems);
    }

    private static byte[] written(List<ApiKeyEntry> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ApiKeyFileWriter.write(entries, out);
        return out.toByteArray();
    }
}
