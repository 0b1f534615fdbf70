package dev.sallyport.tests.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine.Outcome;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Distribution;
import dev.sallyport.tests.harness.pki.TestPki;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.TokenForge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every configuration that is shipped, copied as it is into a folder that has the files it names, passes {@code check}. */
final class ShippedConfigurationSuite {
    private static final String SECRET = "0123456789abcdef0123456789abcdef\n";

    @TempDir
    private static Path folder = Path.of("");

    static List<Path> shipped() throws IOException {
        Path config = Distribution.root().resolve("config");
        List<Path> shipped = new ArrayList<>(List.of(
                config.resolve("reference.yaml"), config.resolve("quickstart.yaml"), Distribution.root().resolve("docker/example/gateway.yaml")));
        try (Stream<Path> examples = Files.list(config.resolve("examples"))) {
            examples.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(shipped::add);
        }
        return shipped;
    }

    /** Under the names that the configurations use. */
    @BeforeAll
    static void makeWhatTheyName() throws IOException {
        TestPki authority = new TestPki("Shipped configurations");
        for (String name : List.of("api", "shop", "gateway")) {
            TestPki.Leaf leaf = authority.server(name + ".example.com");
            write("tls/" + name + ".pem", leaf.certificatePem());
            write("tls/" + name + ".key", leaf.keyPem());
        }
        for (String name : List.of("ca", "authority", "clients-ca")) {
            write("tls/" + name + ".pem", authority.pem());
        }
        write("tls/clients.crl", authority.crlPem(Duration.ofDays(1)));
        for (String name : List.of("jwks.json", "ec-jwks.json")) {
            write(name, new TokenForge().jwks());
        }
        write("clients.yaml", "clients: [{ id: app, secrets: [\"sha256:" + "0a".repeat(32) + "\"], audiences: [api], refreshTokens: true }]\n");
        write("api-keys.yaml", "keys:\n" + ApiKeys.entry("a", "a-key-of-the-tests", "acme", ""));
        write("revoked.yaml", "tokens: [{ jti: stolen }]\n");
        for (String name : List.of("admin", "gateway-client", "webhook", "github", "jobs", "payments", "payments-old", "slack", "standard-webhooks", "stock", "stripe")) {
            write("secrets/" + name, SECRET);
        }
    }

    private static void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedConfigurationIsGood(Path configuration) throws IOException {
        Path copy = Files.copy(configuration, folder.resolve("shipped-" + configuration.getFileName()));

        Outcome outcome = CommandLine.sallyport(folder, Map.of("ADMIN_TOKEN", SECRET.strip()), "check", copy.getFileName().toString());

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains(copy.getFileName() + ": good").doesNotContain(SECRET.strip());
        assertThat(outcome.status()).isZero();
    }
}
