package dev.sallyport.tests.fault;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.fault.Load.Ask;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.MetricsScrape;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Minutes of mixed load, by {@code -Psoak}; what the process holds at the end is what it held after warming up. */
@Tag("soak")
final class SoakSuite {
    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("sallyport.soak.minutes", 10));
    private static final int WARM = 5_000;
    private static final long MIB = 1 << 20;
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private static final List<Ask> ASKS = List.of(
            new Ask(get("/keys/x", "X-API-Key: secret-key-of-alice-01"), 200), new Ask(get("/keys/x", "X-API-Key: nobody"), 401),
            new Ask(post("/x", "content".repeat(1000)), 200), new Ask(get("/x?query=1"), 200), new Ask(get("/keys/x"), 401));

    /** What a process holds. */
    private record Holdings(long heapMib, long directMib, long descriptors, long threads) {
        static Holdings of(Fixture fixture) throws IOException {
            long pid = fixture.gateway().pid();
            fixture.gateway().collectGarbage();
            MetricsScrape metrics = fixture.gateway().metrics();
            try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                return new Holdings(
                        (long) metrics.sum("jvm_memory_used_bytes", "area=heap") / MIB, (long) metrics.sum("netty_allocator_memory_used_bytes", "memory_type=direct") / MIB,
                        open.count(), (long) metrics.sum("jvm_threads_live_threads"));
            }
        }
    }

    @Test
    void nothingGrows() throws IOException {
        try (Fixture fixture = new Fixture()) {
            fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("alice", "secret-key-of-alice-01", "alice", ""));
            fixture.start(CONFIG);
            try (Load plain = new Load(fixture::plain, ASKS); Load tls = new Load(fixture::tls, ASKS)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> plain.size() + tls.size() > WARM);
                Holdings start = Holdings.of(fixture);
                await().pollInterval(Duration.ofSeconds(5)).atMost(LENGTH.plusMinutes(1)).during(LENGTH).until(() -> {
                    fixture.upstream().forget();
                    return plain.isAlive() && tls.isAlive();
                });
                Holdings end = Holdings.of(fixture);
                System.out.println("soak of " + LENGTH + ", " + (plain.size() + tls.size()) + " requests: " + start + " at the start, " + end + " at the end");
                assertThat(plain.since(0)).allMatch(Load::isDeserved);
                assertThat(tls.since(0)).allMatch(Load::isDeserved);
                assertThat(end.heapMib()).isLessThanOrEqualTo(start.heapMib() + 16);
                assertThat(end.directMib()).isLessThanOrEqualTo(start.directMib() + 16);
                assertThat(end.descriptors()).isLessThanOrEqualTo(start.descriptors() + 16);
                assertThat(end.threads()).isLessThanOrEqualTo(start.threads() + 4);
            }
        }
    }
}
