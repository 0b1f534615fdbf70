package dev.sallyport.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code that moved away from its mutant would be held by nobody: {@code mutants/run} tries the table, this keeps it true. */
class MutantTableTest {
    private static final Path ROOT = Path.of("..");
    private static final int FEWEST = 150;

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("mutants/mutants.tsv")).stream().filter(line -> !line.startsWith("#"));
    }

    @Test
    void checksAreDisabledOneByOne() throws IOException {
        List<String> names = rows().map(row -> row.substring(0, row.indexOf("\tgateway-"))).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(FEWEST).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void textStandsOnceInItsFile(String row) throws IOException {
        String[] cells = row.split("\t", -1);
        assertThat(cells.length).isBetween(6, 7);
        assertThat(cells[4]).as("the replacement").isNotEqualTo(cells[3]);
        assertThat(Files.readString(ROOT.resolve(cells[2]))).containsOnlyOnce(cells[3]);
        assertThat(testClasses()).contains(cells[5].split(" "));
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> core = Files.walk(ROOT.resolve("gateway-core/src/test/java"));
                Stream<Path> server = Files.walk(ROOT.resolve("gateway-server/src/test/java"))) {
            return Stream.concat(core, server).map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
        }
    }
}
