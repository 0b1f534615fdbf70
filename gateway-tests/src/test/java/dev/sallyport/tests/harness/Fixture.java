package dev.sallyport.tests.harness;

import dev.sallyport.tests.harness.pki.TestPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A folder with a configuration and its files, an authority, an upstream, and at most one gateway that runs them. */
public final class Fixture implements AutoCloseable {
    private static final Pattern LISTENER = Pattern.compile("^ {2}(\\w+):$", Pattern.MULTILINE);
    private final Path folder;
    private final TestPki pki = new TestPki("Sallyport test authority");
    private final RecordingUpstream upstream = RecordingUpstream.start();
    private final Map<String, String> words = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private Optional<GatewayProcess> gateway = Optional.empty();

    public Fixture() {
        try {
            this.folder = Files.createTempDirectory("sallyport-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        word("upstream", upstream.url());
        TestPki.Leaf server = pki.server(Requests.HOST, "localhost");
        write("tls/server.pem", server.certificatePem());
        write("tls/server.key", server.keyPem());
        write("tls/clients-ca.pem", pki.pem());
    }

    /** In configurations, {@code @name@} stands for the value. */
    public Fixture word(String name, String value) {
        words.put("@" + name + "@", value);
        return this;
    }

    /** A variable for gateways that are started from now on. */
    public Fixture variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Path folder() {
        return folder;
    }

    public TestPki pki() {
        return pki;
    }

    public RecordingUpstream upstream() {
        return upstream;
    }

    public GatewayProcess gateway() {
        return gateway.orElseThrow();
    }

    /** Writes a file of this name below the folder, at once as a whole. */
    public Path write(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), ".new", "");
            Files.writeString(fresh, filled(content));
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> word : words.entrySet()) {
            filled = filled.replace(word.getKey(), word.getValue());
        }
        return filled;
    }

    /** Starts the gateway on this configuration and waits until every listener and the admin port listen. */
    public Fixture start(String config, String... jvmOptions) {
        Path file = write("gateway.yaml", config);
        gateway = Optional.of(GatewayProcess.start(file, listenersOf(config), environment, jvmOptions));
        return this;
    }

    private static List<String> listenersOf(String config) {
        List<String> names = new ArrayList<>(List.of("admin"));
        int start = config.indexOf("listeners:\n");
        Matcher rest = Pattern.compile("\n\\S").matcher(config);
        int end = rest.find(start + 10) ? rest.start() : config.length();
        Matcher name = LISTENER.matcher(config.substring(start, end));
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }

    /** Replaces the configuration and waits until it is taken up. */
    public void reload(String config) {
        change(() -> write("gateway.yaml", config), "applied");
    }

    /** Makes a change to a file and waits until the gateway counts one more reload with this outcome. */
    public void change(Runnable change, String outcome) {
        double before = gateway().metrics().sum("sallyport_config_reloads_total", "outcome=" + outcome);
        change.run();
        Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(25))
                .until(() -> gateway().metrics().sum("sallyport_config_reloads_total", "outcome=" + outcome) > before);
    }

    public void changeFile(String name, String content) {
        change(() -> write(name, content), "applied");
    }

    public RawClient plain() {
        return RawClient.plain(gateway().port("http"));
    }

    public RawClient tls() {
        return RawClient.tls(gateway().port("https"), pki.trusting(), Requests.HOST);
    }

    public RawClient tls(TestPki.Leaf leaf) {
        return RawClient.tls(gateway().port("https"), pki.presenting(leaf), Requests.HOST);
    }

    /** One request on a plain connection of its own. */
    public Reply exchange(String request) {
        try (RawClient client = plain()) {
            return client.exchange(request);
        }
    }

    /** One request to the admin port. */
    public Reply admin(String path, String... fields) {
        try (RawClient client = RawClient.plain(gateway().port("admin"))) {
            return client.exchange(Requests.lines("GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close", String.join("\r\n", fields)));
        }
    }

    /** One call of the admin port that carries JSON. */
    public Reply call(String path, String json, String... fields) {
        try (RawClient client = RawClient.plain(gateway().port("admin"))) {
            return client.exchange(Requests.lines(
                    "POST " + path + " HTTP/1.1", "Host: localhost", "Content-Length: " + json.length(), String.join("\r\n", fields)) + json);
        }
    }

    @Override
    public void close() {
        try {
            gateway.ifPresent(GatewayProcess::close);
        } finally {
            upstream.close();
            delete();
        }
    }

    private void delete() {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, java.io.@org.jspecify.annotations.Nullable IOException failure) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
