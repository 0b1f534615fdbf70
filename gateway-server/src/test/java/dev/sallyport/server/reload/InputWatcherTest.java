package dev.sallyport.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.FileInputs.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputWatcherTest {
    private static final String UNREADABLE = "unreadable";

    @TempDir
    private Path folder = Path.of("");

    private final DigestedFiles files = new DigestedFiles();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @Test
    void everyKindOfChangeIsTakenUp() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "one");
        try (InputWatcher _ = watch(file)) {
            Files.writeString(file, "in place");
            awaitSeen("in place");
            Path fresh = Files.writeString(folder.resolve("fresh"), "renamed");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            awaitSeen("renamed");
            Files.newOutputStream(file).close();
            awaitSeen("");
            Files.delete(file);
            awaitSeen(UNREADABLE);
            Files.writeString(file, "back");
            awaitSeen("back");
        }
    }

    @Test
    void swapOfKubernetesIsTakenUp() throws Exception {
        KubernetesMount mount = new KubernetesMount(folder.resolve("mount"));
        mount.swap("one");
        try (InputWatcher _ = watch(mount.file())) {
            mount.swap("two");
            awaitSeen("two");
            mount.swap("three");
            awaitSeen("three");
        }
    }

    @Test
    void changeThatCannotBeTakenUpDoesNotEndTheWatch() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "one");
        files.read(file);
        AtomicInteger failures = new AtomicInteger();
        Runnable onChange = () -> {
            if (failures.incrementAndGet() == 1) {
                throw new IllegalStateException("a defect in what was told");
            }
            take(file);
        };
        InputWatcher watcher = new InputWatcher(files, onChange);
        watcher.start();
        try (watcher) {
            Files.writeString(file, "changed");
            awaitSeen("changed");
        }
        assertThat(failures.get()).isGreaterThan(1);
    }

    private InputWatcher watch(Path file) {
        files.read(file);
        InputWatcher watcher = new InputWatcher(files, () -> take(file));
        watcher.start();
        return watcher;
    }

    private void take(Path file) {
        files.beginRound();
        seen.add(files.read(file) instanceof Content.Bytes(byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : UNREADABLE);
    }

    /** What stood there for a moment may be seen as well. */
    private void awaitSeen(String content) throws InterruptedException {
        String last;
        do {
            last = seen.poll(30, TimeUnit.SECONDS);
            assertThat(last).as("a change to `%s`", content).isNotNull();
        } while (!content.equals(last));
    }
}
