package dev.sallyport.tests.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the built gateway lies, and the words that start it with the Java that runs the tests. */
public final class Distribution {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path JAR = ROOT.resolve("gateway-server/target/dist/lib/sallyport.jar");

    private Distribution() {}

    /** The repository's root. */
    public static Path root() {
        return ROOT;
    }

    /** The start of a command line, up to the jar; options of the Java machine may be put in after the first word. */
    static List<String> java(String... options) {
        List<String> command = machine(options);
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    /** As {@link #java(String...)}, but with this program of one file before the gateway's own. */
    static List<String> java(Path program, String... options) {
        List<String> command = machine(options);
        command.addAll(List.of("-cp", JAR.resolveSibling("*").toString(), program.toString()));
        return command;
    }

    private static List<String> machine(String... options) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException("The distribution is not built: mvn package first.");
        }
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        return command;
    }
}
