package dev.sallyport.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.FileInputs.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestedFilesTest {
    @TempDir
    private Path folder = Path.of("");

    private final DigestedFiles files = new DigestedFiles();
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("c.yaml"), "one");
    }

    @Test
    void whatIsLeftAloneIsUnchanged() {
        assertThat(read(file)).isEqualTo("one");
        assertThat(files.list(folder)).isPresent();
        assertThat(files.isChanged()).isFalse();
        assertThat(files.standing()).isEqualTo(files.standing());
    }

    @Test
    void otherContentIsAChangeUntilItIsRead() throws IOException {
        read(file);
        Files.writeString(file, "three");
        assertThat(files.isChanged()).isTrue();
        files.beginRound();
        assertThat(read(file)).isEqualTo("three");
        assertThat(files.isChanged()).isFalse();
    }

    @Test
    void truncatedFileIsAChange() throws IOException {
        read(file);
        Files.newOutputStream(file).close();
        assertThat(files.isChanged()).isTrue();
        files.beginRound();
        assertThat(read(file)).isEmpty();
    }

    @Test
    void fileRenamedOverAnotherIsAChangeThoughSizeAndTimeAreEqual() throws IOException {
        read(file);
        Path fresh = Files.writeString(folder.resolve("fresh"), "two");
        Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(file));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void fileWrittenInPlaceIsAChangeThoughSizeAndTimeAreEqual() throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        read(file);
        onceTheClockTicked();
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, before);
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void permissionIsAChange() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        read(file);
        onceTheClockTicked();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void deletedFileIsAChangeAndSoIsItsReturn() throws IOException {
        read(file);
        Files.delete(file);
        assertThat(files.isChanged()).isTrue();
        files.beginRound();
        assertThat(files.read(file)).isEqualTo(new Content.Unreadable("does not exist"));
        assertThat(files.isChanged()).isFalse();
        Files.writeString(file, "one");
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void linkThatLeadsElsewhereIsAChangeThoughEveryFileIsAsBefore() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "two");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
        assertThat(read(link)).isEqualTo("one");
        Path fresh = Files.createSymbolicLink(folder.resolve("fresh"), other.getFileName());
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
        assertThat(files.isChanged()).isTrue();
        files.beginRound();
        assertThat(read(link)).isEqualTo("two");
        Files.delete(other);
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void swapOfKubernetesIsAChangeOfAllThatIsMountedThere() throws IOException {
        KubernetesMount mount = new KubernetesMount(folder.resolve("mount"));
        mount.swap("one");
        assertThat(files.list(mount.folder())).hasValueSatisfying(entries -> assertThat(entries).containsExactly(mount.file()));
        assertThat(read(mount.file())).isEqualTo("one");
        assertThat(files.isChanged()).isFalse();
        mount.swap("two");
        assertThat(files.isChanged()).isTrue();
        files.beginRound();
        assertThat(read(mount.file())).isEqualTo("two");
        assertThat(files.isChanged()).isFalse();
    }

    @Test
    void folderChangesWithTheNamesInIt() throws IOException {
        files.list(folder);
        Files.writeString(file, "changed, but not read from here");
        Files.writeString(folder.resolve(".hidden"), "");
        assertThat(files.isChanged()).isFalse();
        Files.writeString(folder.resolve("d.yaml"), "");
        assertThat(files.isChanged()).isTrue();
    }

    @Test
    void refusedRoundWatchesWhatTheFormerOneRead() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "one");
        read(file);
        read(key);
        files.beginRound();
        read(file);
        files.keepFormer();
        Files.writeString(key, "three");
        assertThat(files.isChanged()).isTrue();
    }

    private String read(Path path) {
        return files.read(path) instanceof Content.Bytes(byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : "unreadable";
    }

    /** Times of files move in steps of milliseconds. */
    private void onceTheClockTicked() throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Path clock = folder.resolve(".clock");
        do {
            Files.writeString(clock, "");
        } while (Files.getLastModifiedTime(clock).compareTo(before) <= 0);
        FileTime read = Files.getLastModifiedTime(clock);
        do {
            Files.writeString(clock, "");
        } while (Files.getLastModifiedTime(clock).equals(read));
    }
}
