package dev.sallyport.tests.operation;

import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.CommandLine.Outcome;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Json;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.pki.TestPki;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfigurationSuite {
    private static final String GOOD = """
            listeners:
              http:
                bind: 127.0.0.1:0
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0", token: "${file:secrets/admin}" }
            upstreams:
              orders: { targets: [ "@upstream@" ], responseTimeout: 60s }
            routes:
              a: { match: { path: /a/** }, auth: none, upstream: orders }
            """;
    private static final String BAD = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limtis: { maxBody: 1MiB }
            upstreams:
              orders: { targets: [ "http://127.0.0.1:1" ], responseTimeout: quickly }
            routes:
              a: { match: { path: /a/** }, auth: none, upstream: ordres }
              b: { match: { path: /b/** }, upstream: orders }
              c: { match: { path: /c/** }, auth: usres, upstream: orders }
              t1: { match: { path: "/t/{x}" }, auth: none, upstream: orders }
              t2: { match: { path: "/t/{y}" }, auth: none, upstream: orders }
            """;
    private final Fixture fixture = new Fixture();

    ConfigurationSuite() {
        fixture.write("secrets/admin", "the-admin-token-of-the-tests\n");
        fixture.start(GOOD);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private Outcome check(String config, String... more) {
        fixture.write("checked.yaml", config);
        String[] words = new String[more.length + 2];
        words[0] = "check";
        words[1] = "checked.yaml";
        System.arraycopy(more, 0, words, 2, more.length);
        return CommandLine.sallyport(fixture.folder(), words);
    }

    @Test
    void aGoodConfigurationChecksWithStatusZero() {
        Outcome outcome = check(GOOD);
        assertThat(outcome.status()).describedAs(outcome.toString()).isZero();
        assertThat(outcome.toString()).doesNotContain("the-admin-token-of-the-tests");
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsPlaceAndASuggestion() {
        Outcome outcome = check(BAD);
        assertThat(outcome.status()).isEqualTo(2);
        String text = outcome.out() + outcome.err();
        assertThat(text).containsPattern("checked\\.yaml:4:\\d+: .*limtis.*limits");
        assertThat(text).containsPattern("checked\\.yaml:6:\\d+: ");
        assertThat(text).containsPattern("checked\\.yaml:8:\\d+: .*ordres.*orders");
        assertThat(text).containsPattern("checked\\.yaml:9:\\d+: .*auth");
        assertThat(text).containsPattern("checked\\.yaml:10:\\d+: .*usres");
        assertThat(text).contains("t1").contains("t2");
        assertThat(text).doesNotContain("Exception");
    }

    @Test
    void problemsComeAsJsonWhereAsked() {
        Outcome outcome = check(BAD, "--format", "json");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(Json.parse(outcome.out()).toString()).contains("limtis");
    }

    @Test
    void insecureSettingsAreListed() {
        Outcome outcome = check(GOOD.replace("bind: 127.0.0.1:0\n  https", "bind: 127.0.0.1:0\n    insecureAllowPlaintextCredentials: true\n  https"));
        assertThat(outcome.status()).describedAs(outcome.toString()).isZero();
        assertThat(outcome.out() + outcome.err()).contains("insecureAllowPlaintextCredentials");
    }

    @Test
    void runRefusesABadConfigurationWithStatusTwo() {
        fixture.write("checked.yaml", BAD);
        assertThat(CommandLine.sallyport(fixture.folder(), "run", "checked.yaml").status()).isEqualTo(2);
        assertThat(CommandLine.sallyport(fixture.folder(), "run", "missing.yaml").status()).isEqualTo(2);
        assertThat(CommandLine.sallyport(fixture.folder(), "frobnicate").status()).isEqualTo(2);
        assertThat(CommandLine.sallyport(fixture.folder(), "--help").status()).isZero();
    }

    @Test
    void featuresOfLaterVersionsAreRefusedAsSuch() {
        Outcome outcome = check(GOOD.replace("bind: 127.0.0.1:0\n  https", "bind: 127.0.0.1:0\n    http3: {}\n  https"));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out() + outcome.err()).contains("http3", "not in this version");
    }

    @Test
    void explainTellsTheWayOfARequestWithoutSendingIt() {
        fixture.write("checked.yaml", GOOD);
        fixture.upstream().forget();
        Outcome outcome = CommandLine.sallyport(fixture.folder(), "explain", "checked.yaml", "GET", "http://api.example.com/a/x", "-H", "X-A: 1");
        assertThat(outcome.status()).describedAs(outcome.toString()).isZero();
        assertThat(outcome.out()).contains("a");
        assertThat(fixture.upstream().received("/a/x")).isEmpty();
    }

    @Test
    void aReloadLosesNoRequest() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<String> failures = new CopyOnWriteArrayList<>();
        List<Thread> traffic = List.of(Thread.ofVirtual().start(() -> send(stop, answered, failures)), Thread.ofVirtual().start(() -> send(stop, answered, failures)));
        CountDownLatch hold = new CountDownLatch(1);
        fixture.upstream().on("/a/held", call -> {
            call.content();
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            call.write(RecordingUpstream.ok("held"));
        });
        try (RawClient held = fixture.plain()) {
            held.send(get("/a/held"));
            fixture.upstream().awaitOne("/a/held");
            for (int i = 0; i < 5; i++) {
                fixture.reload(GOOD + "  b" + i + ": { match: { path: /b" + i + " }, auth: none, upstream: orders }\n");
                assertThat(fixture.exchange(get("/b" + i)).status()).isEqualTo(200);
            }
            hold.countDown();
            assertThat(held.read().text()).isEqualTo("held");
        }
        stop.set(true);
        for (Thread thread : traffic) {
            thread.join();
        }
        fixture.reload(GOOD);
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(10);
    }

    private void send(AtomicBoolean stop, AtomicInteger answered, List<String> failures) {
        while (!stop.get()) {
            try (RawClient client = fixture.plain()) {
                for (int i = 0; i < 20 && !stop.get(); i++) {
                    int status = client.exchange(get("/a/traffic")).status();
                    if (status != 200) {
                        failures.add("status " + status);
                    }
                    answered.incrementAndGet();
                }
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
        }
    }

    @Test
    void aBadChangeIsRefusedAndTheOldOneServes() {
        fixture.change(() -> fixture.write("gateway.yaml", BAD), "refused");
        assertThat(fixture.exchange(get("/a/still")).status()).isEqualTo(200);
        fixture.gateway().awaitLog("limtis");
        fixture.reload(GOOD + "  z: { match: { path: /z }, auth: none, upstream: orders }\n");
        assertThat(fixture.exchange(get("/z")).status()).isEqualTo(200);
        fixture.reload(GOOD);
    }

    @Test
    void aRenewedCertificateIsPresentedToNewConnectionsAndOpenOnesStay() {
        TestPki.Leaf renewed = fixture.pki().server("api.example.com", "renewed.example.com");
        try (RawClient open = fixture.tls()) {
            assertThat(open.exchange(get("/a/before")).status()).isEqualTo(200);
            fixture.change(() -> {
                fixture.write("tls/server.key", renewed.keyPem());
                fixture.write("tls/server.pem", renewed.certificatePem());
            }, "applied");
            org.awaitility.Awaitility.await().ignoreExceptions().until(() -> {
                try (RawClient client = RawClient.tls(fixture.gateway().port("https"), fixture.pki().trusting(), "renewed.example.com")) {
                    return client.exchange(get("/a/renewed")).status() == 200;
                }
            });
            assertThat(open.exchange(get("/a/after")).status()).isEqualTo(200);
        }
    }

    @Test
    void aSecretNeverShowsInAnyOutput() {
        assertThat(fixture.admin("/status", "Authorization: Bearer the-admin-token-of-the-tests").status()).isEqualTo(200);
        assertThat(fixture.gateway().everythingWritten()).doesNotContain("the-admin-token-of-the-tests");
        assertThat(fixture.admin("/status", "Authorization: Bearer the-admin-token-of-the-tests").text()).doesNotContain("the-admin-token-of-the-tests");
        assertThat(fixture.admin("/metrics").text()).doesNotContain("the-admin-token-of-the-tests");
    }
}
