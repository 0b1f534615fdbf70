package dev.sallyport.tests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The time of day that gateways of one fixture believe in: set while they run, by libfaketime. */
public record SettableClock(Fixture fixture) {

    /** For gateways that are started from now on. Where there is no such library, the test is not run. */
    public static SettableClock of(Fixture fixture) throws IOException {
        Optional<Path> library = library();
        Assumptions.assumeTrue(library.isPresent(), "not run: no libfaketime here");
        // The monotonic clock goes on as it is: an operator who sets the time does not touch it either.
        fixture.variable("LD_PRELOAD", library.orElseThrow().toString()).variable("FAKETIME_TIMESTAMP_FILE", fixture.folder().resolve("clock").toString())
                .variable("FAKETIME_NO_CACHE", "1").variable("FAKETIME_DONT_FAKE_MONOTONIC", "1").variable("DONT_FAKE_MONOTONIC", "1")
                // Else each timed wait returns at once, and the waiting threads spin.
                .variable("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        SettableClock clock = new SettableClock(fixture);
        clock.jump("+0");
        return clock;
    }

    private static Optional<Path> library() throws IOException {
        try (Stream<Path> found = Files.find(Path.of("/usr/lib"), 3, (path, _) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
            return found.findFirst();
        }
    }

    /** @param offset from the machine's clock, such as {@code -1h} */
    public void jump(String offset) {
        fixture.write("clock", offset + "\n");
    }
}
