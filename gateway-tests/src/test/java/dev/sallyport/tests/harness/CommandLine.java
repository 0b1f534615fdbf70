package dev.sallyport.tests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Commands that end by themselves. */
public final class CommandLine {
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private CommandLine() {}

    /** What a command left behind. */
    public record Outcome(int status, String out, String err) {}

    /** {@code sallyport WORDS}, run in this folder. */
    public static Outcome sallyport(Path folder, String... words) {
        return sallyport(folder, Map.of(), words);
    }

    /** With these variables beside our own. */
    public static Outcome sallyport(Path folder, Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(Distribution.java());
        command.addAll(List.of(words));
        return run(folder, environment, command);
    }

    public static Outcome run(Path folder, List<String> command) {
        return run(folder, Map.of(), command);
    }

    private static Outcome run(Path folder, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), THREADS);
            String out = readAll(process.getInputStream());
            return new Outcome(process.waitFor(), out, err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String readAll(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
