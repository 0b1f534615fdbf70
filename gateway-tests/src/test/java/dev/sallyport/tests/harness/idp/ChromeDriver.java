package dev.sallyport.tests.harness.idp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Chromium's own server of the W3C WebDriver protocol. */
public final class ChromeDriver implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile(".*was started successfully on port (\\d+).*");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final URI base;

    /** Starts it. Where its command is not on the path, tests with a browser are not run. */
    public ChromeDriver() {
        Assumptions.assumeTrue(isInstalled(), "not run: no chromedriver here (packages chromium and chromium-driver)");
        try {
            this.process = new ProcessBuilder("chromedriver", "--port=0").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            Matcher started = STARTED.matcher("");
            while (!started.matches()) {
                String line = output.readLine();
                if (line == null) {
                    throw new AssertionError("chromedriver ended");
                }
                started.reset(line);
            }
            this.base = URI.create("http://127.0.0.1:" + started.group(1));
            Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {})); // else it would block once the pipe is full
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromedriver")));
    }

    /** A browser with a new profile. */
    public Chromium browser(Chromium.World world) {
        return new Chromium(this, call("POST", "/session", world.capabilities()).path("sessionId").asText());
    }

    /** One command; its {@code value}. */
    JsonNode call(String method, String path, String json) {
        HttpRequest.BodyPublisher content = json.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json);
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).method(method, content).timeout(PATIENCE).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode value = Json.parse(response.body()).path("value");
            if (response.statusCode() != 200) {
                throw new AssertionError(method + " " + path + " " + json + ": " + value.path("error").asText() + ": " + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        below.forEach(ProcessHandle::destroyForcibly);
        http.close();
    }
}
