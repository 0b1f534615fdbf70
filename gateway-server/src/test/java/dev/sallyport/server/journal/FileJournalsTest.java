package dev.sallyport.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journals.Opened;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatWasAcknowledgedIsThereInItsOrder() {
        keep("a", "b \"c\"", "ü €");
        keep("d");
        assertThat(records()).containsExactly("a", "b \"c\"", "ü €", "d");
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        keep("a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    }

    @Test
    void lineCutShortByACrashIsCutOffAndTheRestGoesOn() throws IOException {
        keep("first", "second");
        byte[] whole = Files.readAllBytes(file());
        int secondLine = whole.length - JournalText.line("second").length;
        for (int length = secondLine; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThat(records()).as("cut to " + length).containsExactly("first");
        }
        keep("third");
        assertThat(records()).containsExactly("first", "third");
    }

    @Test
    void emptyFileIsAnEmptyJournal() throws IOException {
        Files.createFile(file());
        assertThat(records()).isEmpty();
    }

    /** The head is there from the beginning or not at all: what is shorter was cut by somebody else, with all that was revoked. */
    @Test
    void headCutShortIsDamage() throws IOException {
        for (int length = 1; length < JournalText.HEAD.length(); length++) {
            Files.writeString(file(), JournalText.HEAD.substring(0, length));
            assertThat(FileJournals.reading().open(file())).as("cut to " + length).isInstanceOf(Opened.Unusable.class);
        }
    }

    @Test
    void everyFlippedBitInAWholeRecordIsDamage() throws IOException {
        keep("first", "second");
        byte[] whole = Files.readAllBytes(file());
        for (int bit = 0; bit < (whole.length - 1) * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), flipped);
            assertThat(FileJournals.writing().open(file())).as("bit " + bit).isInstanceOf(Opened.Unusable.class);
        }
    }

    @Test
    void anotherFileIsLeftAlone() throws IOException {
        Files.writeString(file(), "tokens: []\n");
        assertThat(FileJournals.writing().open(file())).isEqualTo(new Opened.Unusable("it is no journal of this version"));
        assertThat(file()).hasContent("tokens: []\n");
    }

    @Test
    void secondWriterIsRefusedAndAReaderIsNot() {
        Opened.Ready first = open();
        assertThat(FileJournals.writing().open(file())).isEqualTo(new Opened.Unusable("another process writes it"));
        first.journal().append("a", List::of).toCompletableFuture().join();
        assertThat(((Opened.Ready) FileJournals.reading().open(file())).records()).containsExactly("a");
        first.journal().close();
        open().journal().close();
    }

    @Test
    void readerKeepsNothingAndMakesNoFile() {
        Opened.Ready reader = (Opened.Ready) FileJournals.reading().open(file());
        assertThat(reader.journal().append("a", List::of).toCompletableFuture().join()).isInstanceOf(Appended.NotKept.class);
        assertThat(file()).doesNotExist();
    }

    @Test
    void fileGrownToAMultipleIsWrittenAnewWithWhatLives() throws IOException {
        Opened.Ready open = open();
        String text = "x".repeat(10_000);
        CompletionStage<Appended> last = open.journal().append(text, () -> List.of("live"));
        for (int each = 0; each < 60; each++) {
            last = open.journal().append(text, () -> List.of("live"));
        }
        assertThat(last.toCompletableFuture().join()).isEqualTo(Appended.KEPT);
        open.journal().append("behind", () -> List.of("live", "behind")).toCompletableFuture().join();
        open.journal().close();
        assertThat(Files.size(file())).isLessThan(500_000);
        assertThat(records()).contains("live").endsWith("behind");
    }

    @Test
    void nothingIsPromisedOnceTheFileWasRemovedOrAnotherLiesInItsPlace() throws IOException {
        Opened.Ready open = open();
        assertThat(append(open, "first")).isEqualTo(Appended.KEPT);
        Path aside = folder.resolve("aside");
        Files.move(file(), aside);
        assertThat(append(open, "second")).isInstanceOf(Appended.NotKept.class);
        Files.copy(aside, file());
        assertThat(append(open, "third")).isEqualTo(new Appended.NotKept("the file in its place is another one"));
        Files.move(aside, file(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(append(open, "fourth")).isEqualTo(Appended.KEPT);
        open.journal().close();
        assertThat(records()).containsExactly("first", "fourth");
    }

    /** What fails behind the rename, as with no file descriptor left, must not acknowledge what goes to the former file. */
    @Test
    void whatIsBehindARewriteIsInTheNewFile() throws IOException {
        Opened.Ready open = open();
        String text = "x".repeat(300_000);
        assertThat(append(open, text)).isEqualTo(Appended.KEPT);
        assertThat(append(open, "behind")).isEqualTo(Appended.KEPT);
        open.journal().close();
        assertThat(records()).last().isEqualTo("behind");
        assertThat(Files.size(file())).isLessThan(1_000);
    }

    private static Appended append(Opened.Ready open, String record) {
        return open.journal().append(record, List::of).toCompletableFuture().join();
    }

    @Test
    void manyAtOnceAreAllKept() {
        Opened.Ready open = open();
        List<CompletionStage<Appended>> all = new ArrayList<>();
        for (int each = 0; each < 500; each++) {
            all.add(open.journal().append("record " + each, List::of));
        }
        assertThat(all).allSatisfy(each -> assertThat(each.toCompletableFuture().join()).isEqualTo(Appended.KEPT));
        open.journal().close();
        assertThat(records()).hasSize(500);
    }

    @Test
    void nothingIsKeptBehindTheEnd() {
        Opened.Ready open = open();
        open.journal().close();
        assertThat(open.journal().append("late", List::of).toCompletableFuture().join()).isEqualTo(new Appended.NotKept("the journal is closed"));
        assertThat(records()).isEmpty();
    }

    @Test
    void folderThatIsNotThereIsSaid() {
        assertThat(FileJournals.writing().open(folder.resolve("none/journal"))).isEqualTo(new Opened.Unusable("its folder does not exist"));
        assertThat(new String(JournalText.line("a"), StandardCharsets.UTF_8)).endsWith(" a\n");
    }

    private Path file() {
        return folder.resolve("journal");
    }

    private Opened.Ready open() {
        return (Opened.Ready) FileJournals.writing().open(file());
    }

    private void keep(String... records) {
        Opened.Ready open = open();
        for (String record : records) {
            assertThat(open.journal().append(record, List::of).toCompletableFuture().join()).isEqualTo(Appended.KEPT);
        }
        open.journal().close();
    }

    private List<String> records() {
        Opened.Ready open = open();
        open.journal().close();
        return open.records();
    }
}
