package dev.sallyport.tests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The built gateway as a process of its own. Its standard output is JSON lines (listening, access log, audit log), its standard error the process log. */
public final class GatewayProcess implements AutoCloseable {
    static final String PARANOID = "-Dio.netty.leakDetection.level=paranoid";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);
    private final Process process;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Thread outputReader;
    private final Thread logReader;

    private GatewayProcess(Process process) {
        this.process = process;
        this.outputReader = Thread.ofVirtual().start(() -> readLines(process.getInputStream(), this::takeOutput));
        this.logReader = Thread.ofVirtual().start(() -> readLines(process.getErrorStream(), log::add));
    }

    /** Starts {@code run CONFIG}, with these variables beside our own, and waits until all of these listeners listen. */
    public static GatewayProcess start(Path config, List<String> listeners, Map<String, String> environment, String... jvmOptions) {
        List<String> command = new ArrayList<>(Distribution.java(PARANOID, "-Xmx256m"));
        command.addAll(1, List.of(jvmOptions));
        return start(command, config, listeners, environment);
    }

    static GatewayProcess start(List<String> java, Path config, List<String> listeners, Map<String, String> environment) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("run", config.toString()));
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            GatewayProcess gateway = new GatewayProcess(builder.start());
            for (String listener : listeners) {
                gateway.port(listener);
            }
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port that a listener, or {@code admin}, got; waits for it. */
    public int port(String listener) {
        return awaitEvent(event -> event.path("event").asText().equals("listening") && event.path("listener").asText().equals(listener))
                .path("port").asInt();
    }

    public MetricsScrape metrics() {
        return MetricsScrape.of(port("admin"));
    }

    /** The access log line of one request; waits for it. */
    public JsonNode accessLine(String requestId) {
        return awaitEvent(event -> event.has("durationMs") && event.path("requestId").asText().equals(requestId));
    }

    /** The audit log line of one request; waits for it. */
    public JsonNode auditLine(String requestId) {
        return awaitEvent(event -> event.has("outcome") && event.path("requestId").asText().equals(requestId));
    }

    /** Why this reply refuses, as the access log has it. */
    public String reasonOf(Reply reply) {
        return accessLine(reply.requestId()).path("reason").asText();
    }

    public List<JsonNode> accessLines() {
        return events.stream().filter(event -> event.has("durationMs")).toList();
    }

    public JsonNode awaitEvent(Predicate<JsonNode> wanted) {
        Awaitility.await().atMost(PATIENCE).pollInterval(POLL).pollDelay(Duration.ZERO)
                .until(() -> !process.isAlive() || events.stream().anyMatch(wanted));
        Optional<JsonNode> found = events.stream().filter(wanted).findFirst();
        return found.orElseThrow(() -> new AssertionError("the gateway ended; its output:\n" + everythingWritten()));
    }

    /** Waits until the process log has a line with this text. */
    public String awaitLog(String text) {
        Awaitility.await().atMost(PATIENCE).pollInterval(POLL).until(() -> log.stream().anyMatch(line -> line.contains(text)));
        return log.stream().filter(line -> line.contains(text)).findFirst().orElseThrow();
    }

    /** Standard output and standard error so far, for searches after secrets. */
    public String everythingWritten() {
        return String.join("\n", output) + "\n" + String.join("\n", log);
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** As the kernel does to a process that takes too much memory: nothing of its own runs any more. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits for the end; the exit status. A leak that Netty's detector found fails the suite here. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the gateway did not end; its output:\n" + everythingWritten());
            }
            outputReader.join();
            logReader.join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        String written = everythingWritten();
        if (written.contains("LEAK")) {
            throw new AssertionError("a buffer leaked:\n" + written);
        }
        return process.exitValue();
    }

    /** Ends the gateway. */
    @Override
    public void close() {
        if (process.isAlive() && events.stream().anyMatch(event -> event.path("listener").asText().equals("admin"))) {
            reportLeaks();
        }
        terminate();
        awaitExit();
    }

    /** As {@code jcmd PID GC.run} does. */
    public void collectGarbage() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        CommandLine.run(Path.of("."), List.of(jcmd, Long.toString(pid()), "GC.run"));
    }

    /** The detector tells of a buffer that was dropped when another one is made after the garbage was collected. */
    private void reportLeaks() {
        collectGarbage();
        metrics();
    }

    private void takeOutput(String line) {
        output.add(line);
        if (line.startsWith("{")) {
            events.add(Json.parse(line));
        }
    }

    private static void readLines(InputStream in, java.util.function.Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new java.io.InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException e) {
            // the process is gone
        }
    }
}
