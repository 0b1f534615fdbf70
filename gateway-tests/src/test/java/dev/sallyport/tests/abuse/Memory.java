package dev.sallyport.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a gateway process has of the machine's memory, against what it had. Its heap is taken whole at the start and cannot
 * grow, so that what the process grows by is what lies beside the heap: the buffers of connections first of all.
 */
record Memory(GatewayProcess gateway, long before) {
    /** For a gateway that is measured; its heap alone is bounded by {@code -Xmx}, and a heap that is too small ends the process. */
    static final String[] FIXED_HEAP = {"-Xms256m", "-XX:+AlwaysPreTouch"};

    /** What a warm process may grow by whoever is connected: compiled code, threads, arenas of the allocator. */
    private static final long SLACK = 32L << 20;

    static Memory of(GatewayProcess gateway) {
        return new Memory(gateway, residentBytes(gateway));
    }

    /** Holds the growth since to so many bytes for each of so many peers. */
    void assertGrewWithin(long peers, long bytesEach) {
        long grown = residentBytes(gateway) - before;
        assertThat(grown).as("bytes grown by").isLessThan(SLACK + peers * bytesEach);
    }

    private static long residentBytes(GatewayProcess gateway) {
        try {
            return Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
