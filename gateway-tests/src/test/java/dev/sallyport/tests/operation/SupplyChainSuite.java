package dev.sallyport.tests.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Distribution;
import dev.sallyport.tests.harness.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped is what the bill of materials says, and anyone can build the same bytes again. */
final class SupplyChainSuite {
    private static final Path DISTRIBUTION = Path.of("gateway-server/target/dist");
    private static final Set<String> BUILT_HERE = Set.of("sallyport.jar");

    @Test
    void billOfMaterialsNamesEveryJarThatIsShipped() throws IOException {
        Set<String> named = new TreeSet<>();
        Path bill = Distribution.root().resolve(DISTRIBUTION).resolve("sbom.cdx.json");
        assumeTrue(System.getenv("CI") != null || Files.exists(bill), "not run: a build without a network writes no bill of materials");
        for (JsonNode component : Json.parse(Files.readString(bill)).get("components")) {
            named.add(component.get("name").asText() + "-" + component.get("version").asText());
        }
        Set<String> shipped = new TreeSet<>(digests(Distribution.root()).keySet());
        shipped.removeAll(BUILT_HERE);
        assertThat(shipped).hasSizeGreaterThan(20)
                .allSatisfy(jar -> assertThat(named).as(jar).anyMatch(jar::startsWith));
    }

    @Tag("slow")
    @Test
    void secondBuildInAnotherFolderGivesTheSameBytes(@TempDir Path folder) throws IOException {
        copySources(Distribution.root(), folder);
        CommandLine.Outcome build = CommandLine.run(folder,
                List.of("env", "JAVA_HOME=" + System.getProperty("maven.java.home"), "mvn", "-B", "-o", "-q", "package", "-Dmaven.test.skip=true", "-pl", "gateway-server", "-am"));
        assertThat(build.status()).as(build.out()).isZero();
        assertThat(digests(folder)).containsExactlyInAnyOrderEntriesOf(digests(Distribution.root()));
    }

    private static Map<String, String> digests(Path root) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> jars = Files.list(root.resolve(DISTRIBUTION).resolve("lib"))) {
            for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                digests.put(jar.getFileName().toString(), sha256(Files.readAllBytes(jar)));
            }
        }
        return digests;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The poms and what they compile, without anything that an earlier build left. */
    private static void copySources(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                String name = directory.getFileName().toString();
                if (name.equals("target") || name.startsWith(".")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
