package dev.sallyport.tests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code sallyport quickstart} as a process, and the curl lines that it printed. */
public final class Quickstart implements AutoCloseable {
    private static final Pattern REFUSAL = Pattern.compile("refuse|reject|40[0-9]|not work|must fail");
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();

    /** What the line before a command says of it. */
    public enum Promise { WORKS, REFUSED }

    /** One printed command. */
    public record Line(Promise promise, String introduction, String command) {}

    private Quickstart(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                // the process is gone
            }
        });
    }

    public static Quickstart start() {
        List<String> command = new ArrayList<>(Distribution.java());
        command.add("quickstart");
        try {
            Quickstart quickstart = new Quickstart(new ProcessBuilder(command).directory(Distribution.root().toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start());
            int[] last = {-1};
            Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(400)).until(() -> {
                boolean settled = !quickstart.lines().isEmpty() && quickstart.output.size() == last[0];
                last[0] = quickstart.output.size();
                return settled;
            });
            return quickstart;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The printed commands, each judged by the last other line before it. */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        String introduction = "";
        StringBuilder command = new StringBuilder();
        for (String raw : output) {
            String line = raw.strip();
            boolean continues = !command.isEmpty();
            if (continues || line.startsWith("curl ")) {
                command.append(line.endsWith("\\") ? line.substring(0, line.length() - 1) + " " : line);
                if (!line.endsWith("\\")) {
                    lines.add(new Line(promise(introduction), introduction, command.toString()));
                    command.setLength(0);
                }
            } else if (!line.isEmpty()) {
                introduction = line;
            }
        }
        return lines;
    }

    private static Promise promise(String introduction) {
        return REFUSAL.matcher(introduction.toLowerCase(Locale.ROOT)).find() ? Promise.REFUSED : Promise.WORKS;
    }

    public CommandLine.Outcome run(String command) {
        return CommandLine.run(Path.of("..").toAbsolutePath().normalize(), List.of("sh", "-c", command));
    }

    /** The status that curl gets for this command. */
    public int status(String command) {
        CommandLine.Outcome outcome = run(command + " -s -o /dev/null -w 'status=%{http_code}\\n'");
        int at = outcome.out().lastIndexOf("status=");
        if (at < 0) {
            throw new AssertionError(command + "\n" + outcome);
        }
        return Integer.parseInt(outcome.out().substring(at + 7, at + 10));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
