package dev.sallyport.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a full disk does to one process, until it is closed: no file of it may grow beyond a few bytes. Lowers the soft limit
 * alone, for a hard one that was lowered could not be raised again.
 */
public final class FullDisk implements AutoCloseable {
    /** Fewer than a journal has with its first record. */
    private static final String BYTES = "64";

    private final String pid;
    private final String before;

    private FullDisk(String pid) {
        this.pid = pid;
        this.before = limit();
        limitTo(BYTES);
    }

    public static FullDisk of(GatewayProcess process) {
        return new FullDisk(Long.toString(process.pid()));
    }

    @Override
    public void close() {
        limitTo(before);
    }

    private void limitTo(String bytes) {
        prlimit("--fsize=" + bytes + ":");
        assertThat(limit()).as("limit on the files of " + pid).isEqualTo(bytes);
    }

    private String limit() {
        return prlimit("--fsize", "--output=SOFT", "--noheadings", "--raw");
    }

    private String prlimit(String... words) {
        List<String> command = new ArrayList<>(List.of("prlimit", "--pid", pid));
        command.addAll(List.of(words));
        CommandLine.Outcome outcome = CommandLine.run(Path.of("."), command);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome.out().strip();
    }
}
