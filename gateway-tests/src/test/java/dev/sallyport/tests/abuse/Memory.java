package dev.sallyport.tests.abuse;

import dev.sallyport.tests.harness.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a gateway process takes of the machine's memory. Its heap is taken whole at the start and cannot grow, so that what
 * the process grows by is what lies beside the heap: the buffers of connections first of all.
 */
final class Memory {
    /** For a gateway that is measured; its heap alone is bounded by {@code -Xmx}, and a heap that is too small ends the process. */
    static final String[] FIXED_HEAP = {"-Xms256m", "-XX:+AlwaysPreTouch"};

    /** What a warm process may grow by whoever is connected: compiled code, threads, arenas of the allocator. */
    static final long SLACK = 96L << 20;

    private Memory() {}

    static long residentBytes(GatewayProcess gateway) {
        try {
            return Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
