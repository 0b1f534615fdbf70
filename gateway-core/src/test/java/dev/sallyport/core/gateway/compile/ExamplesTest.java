package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** Every configuration that is shipped fits the schema, names it for editors, and compiles. */
final class ExamplesTest {
    private static final Path CONFIG = Path.of("../config");
    private static final Schema SCHEMA = schema();

    static List<Path> examples() throws IOException {
        List<Path> examples = new ArrayList<>(List.of(
                CONFIG.resolve("reference.yaml"), CONFIG.resolve("quickstart.yaml"), Path.of("../docker/example/gateway.yaml"), Path.of("../bench/sallyport.yaml")));
        try (Stream<Path> files = Files.list(CONFIG.resolve("examples"))) {
            files.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(examples::add);
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleNamesTheSchemaFitsItAndCompiles(Path example) throws IOException {
        String text = Files.readString(example);
        String first = text.lines().findFirst().orElseThrow();
        assertThat(first).startsWith("# yaml-language-server: $schema=");
        assertThat(example.resolveSibling(first.substring(first.indexOf('=') + 1)).normalize()).isEqualTo(CONFIG.resolve("sallyport.schema.json"));

        String filledIn = text.replace("PORT", "8080").replace("UPSTREAM", "9000").replace("ISSUER", "bench")
                .replace("FOLDER/hmac.secret", "secrets/hmac").replace("FOLDER", "folder");

        assertThat(SCHEMA.validate(filledIn, InputFormat.YAML)).isEmpty();
        assertThat(Compilation.snapshot(example, new MadeFiles().with(example.toString(), filledIn)).routes().routes()).isNotEmpty();
    }

    @Test
    void theSchemaRefusesWhatTheReaderRefuses() {
        for (String wrong : List.of(
                "listeners: { a: {} }",
                "listeners: { a: { bind: nowhere } }",
                "routes: { a: { match: {}, auth: { any: [{ some: [] }] }, upstream: u } }",
                "authenticators: { a: { jwt: { issuer: x, algorithms: [none] } } }",
                "authenticators: { a: { apiKey: { store: { file: f } }, hmac: { scheme: github } } }",
                "uptsreams: {}")) {
            assertThat(SCHEMA.validate(wrong, InputFormat.YAML)).as(wrong).isNotEmpty();
        }
    }

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(Files.readString(CONFIG.resolve("sallyport.schema.json")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
