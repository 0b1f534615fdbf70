package dev.sallyport.tests.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks are run by hand; what nobody compiles breaks unseen. */
final class BenchSuite {
    @Test
    void benchmarksCompileAgainstTheDistribution(@TempDir Path classes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(), "-d", classes.toString(),
                "-cp", Distribution.root().resolve("gateway-server/target/dist/lib") + "/*"));
        try (Stream<Path> sources = Files.list(Distribution.root().resolve("bench"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(command::add);
        }
        CommandLine.Outcome compiled = CommandLine.run(classes, command);
        assertThat(compiled.status()).as(compiled.err()).isZero();
    }
}
