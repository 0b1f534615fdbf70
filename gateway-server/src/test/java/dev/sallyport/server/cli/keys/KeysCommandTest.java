package dev.sallyport.server.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.auth.apikey.ApiKeyFormat;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.FailurePrinter;
import dev.sallyport.server.cli.keys.file.KeyFileFormat;
import dev.sallyport.server.cli.keys.usage.KeyUsage;
import dev.sallyport.server.cli.keys.usage.UsageReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeysCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path store = Path.of("");

    @BeforeEach
    void nameStore() {
        store = folder.resolve("api-keys.yaml");
    }

    record Outcome(int status, String out, String err) {}

    private Outcome keys(String word, String... more) {
        List<String> words = new ArrayList<>(List.of(word, "--store", store.toString()));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new KeysCommand())
                .setExecutionExceptionHandler(new FailurePrinter())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }

    private List<ApiKeyEntry> stored() throws IOException {
        return new KeyFileFormat().parse(store, Files.readAllBytes(store));
    }

    @Test
    void createdKeyIsPrintedAloneAndStoredByItsHashOnly() throws IOException {
        Outcome made = keys("create", "--subject", "acme", "--id", "k1", "--scope", "read:orders", "--scope", "b", "--expires", "90d");

        String key = made.out().strip();
        assertThat(made.status()).isZero();
        assertThat(made.out()).isEqualTo(key + System.lineSeparator());
        assertThat(ApiKeyFormat.look(key)).isEqualTo(ApiKeyFormat.Look.OURS);
        ApiKeyEntry entry = stored().getFirst();
        assertThat(entry.id()).isEqualTo("k1");
        assertThat(entry.sha256()).isEqualTo(ApiKeyFormat.sha256(key));
        assertThat(entry.subject()).isEqualTo("acme");
        assertThat(entry.scopes()).containsExactlyInAnyOrder("read:orders", "b");
        assertThat(entry.expiresAt().orElseThrow()).isBetween(Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(91)));
        assertThat(Files.readString(store)).doesNotContain(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store))).isEqualTo("rw-------");
    }

    @Test
    void takenIdIsRefusedAndTheFileStaysAsItWas() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1");
        byte[] before = Files.readAllBytes(store);

        Outcome again = keys("create", "--subject", "other", "--id", "k1");

        assertThat(again.status()).isEqualTo(1);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("'k1' is taken");
        assertThat(Files.readAllBytes(store)).isEqualTo(before);
    }

    @Test
    void fileWithUnknownFieldsIsLeftAlone() throws IOException {
        Files.writeString(store, "keys: []\nowner: somebody\n");

        assertThat(keys("create", "--subject", "acme").status()).isEqualTo(2);
        assertThat(Files.readString(store)).isEqualTo("keys: []\nowner: somebody\n");
    }

    @Test
    void revokedKeyStaysInTheFileInactive() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1");
        keys("create", "--subject", "acme", "--id", "k2");

        assertThat(keys("revoke", "k1").status()).isZero();
        assertThat(stored()).extracting(ApiKeyEntry::activity).containsExactly(Activity.REVOKED, Activity.ACTIVE);
        assertThat(keys("revoke", "k3").status()).isEqualTo(1);
    }

    @Test
    void rotatedKeyHoldsForTheOverlapBesideItsHeir() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1", "--scope", "a");

        Outcome rotated = keys("rotate", "k1", "--overlap", "2h");

        assertThat(rotated.status()).isZero();
        ApiKeyEntry old = stored().get(0);
        ApiKeyEntry heir = stored().get(1);
        assertThat(old.activity()).isEqualTo(Activity.ACTIVE);
        assertThat(old.expiresAt().orElseThrow()).isBetween(Instant.now().plus(Duration.ofMinutes(115)), Instant.now().plus(Duration.ofMinutes(125)));
        assertThat(heir.subject()).isEqualTo("acme");
        assertThat(heir.scopes()).containsExactly("a");
        assertThat(heir.expiresAt()).isEmpty();
        assertThat(heir.sha256()).isEqualTo(ApiKeyFormat.sha256(rotated.out().strip()));
    }

    @Test
    void overlapNeverLengthensAKeysLife() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1", "--expires", "1h");
        Instant end = stored().getFirst().expiresAt().orElseThrow();

        keys("rotate", "k1", "--overlap", "7d");

        assertThat(stored().getFirst().expiresAt()).contains(end);
    }

    @Test
    void revokedKeyIsNotRotated() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1");
        keys("revoke", "k1");

        assertThat(keys("rotate", "k1").status()).isEqualTo(1);
        assertThat(stored()).hasSize(1);
    }

    @Test
    void importedHashIsTakenOnceAndAWrongOneIsNotRepeated() throws IOException {
        String hash = "sha256:" + ApiKeyFormat.sha256("legacy");

        assertThat(keys("import", "--subject", "old", "--id", "l1", "--hash", hash).out().strip()).isEqualTo("l1");
        assertThat(keys("import", "--subject", "old", "--hash", hash).status()).isEqualTo(1);
        Outcome wrong = keys("import", "--subject", "old", "--hash", "legacy-secret");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).doesNotContain("legacy-secret");
        assertThat(stored()).hasSize(1);
    }

    @Test
    void listShowsStatesAndNoHashes() throws IOException {
        keys("create", "--subject", "acme", "--id", "k1");
        keys("create", "--subject", "acme", "--id", "k2", "--not-before", "2999-01-01");
        keys("create", "--subject", "acme", "--id", "k3", "--expires", "2001-01-01");
        keys("create", "--subject", "acme", "--id", "k4");
        keys("revoke", "k4");

        String list = keys("list").out();

        assertThat(list.lines().map(line -> line.split(" +", -1)[0])).containsExactly("ID", "k1", "k2", "k3", "k4");
        assertThat(list.lines().skip(1).map(line -> line.split(" +", -1)[3])).containsExactly("active", "pending", "expired", "revoked");
        assertThat(list).doesNotContain(stored().getFirst().sha256());
    }

    @Test
    void wrongWordsAreBadUsage() {
        assertThat(keys("list").status()).isEqualTo(2);
        assertThat(keys("create").status()).isEqualTo(2);
        assertThat(keys("create", "--subject", "a", "--expires", "soon").status()).isEqualTo(2);
        assertThat(keys("create", "--subject", "a", "--scope", "two words").status()).isEqualTo(2);
        assertThat(keys("create", "--subject", "a", "--not-before", "2d", "--expires", "1d").status()).isEqualTo(2);
        assertThat(store).doesNotExist();
    }

    @Test
    void keysMadeAtTheSameTimeAreAllKept() throws Exception {
        int makers = 16;
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(makers)) {
            for (int maker = 0; maker < makers; maker++) {
                outcomes.add(threads.submit(() -> keys("create", "--subject", "acme")));
            }
        }
        for (Future<Outcome> outcome : outcomes) {
            assertThat(outcome.get().status()).isZero();
        }
        assertThat(stored()).hasSize(makers);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("api-keys.yaml", ".api-keys.yaml.lock");
        }
    }

    @Test
    void fileBehindALinkIsReplacedAndKeepsItsPermissions() throws IOException {
        Path real = folder.resolve("real.yaml");
        Files.writeString(real, "keys: []\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(store, real);

        keys("create", "--subject", "acme");

        assertThat(store).isSymbolicLink();
        assertThat(stored()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real))).isEqualTo("rw-r-----");
    }

    @Test
    void usageIsReadWhateverElseTheAnswerSays() throws IOException {
        String answer = "{\"since\":\"2026\",\"keys\":{\"k1\":{\"count\":3,\"lastUse\":\"2026-11-23T10:00:00Z\",\"more\":[1]}},\"x\":{\"y\":1}}";

        assertThat(UsageReader.parse(answer.getBytes(StandardCharsets.UTF_8)))
                .containsOnly(Map.entry("k1", new KeyUsage(3, "2026-11-23T10:00:00Z")));
    }
}
