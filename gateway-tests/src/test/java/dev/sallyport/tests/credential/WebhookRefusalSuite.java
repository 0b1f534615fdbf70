package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Refusal;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.Webhooks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a signed request can be wrong, each refused for its own reason; and replays under every disguise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebhookRefusalSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              plain: { hmac: { scheme: body, header: X-Signature-256, secrets: @secrets@, maxBody: 64KiB } }
              timed: { hmac: { scheme: body, header: X-Signature-256, timestampHeader: X-Timestamp, tolerance: 1m, secrets: @secrets@ } }
              github: { hmac: { scheme: github, secrets: @secrets@ } }
              stripe: { hmac: { scheme: stripe, secrets: @secrets@ } }
              slack: { hmac: { scheme: slack, secrets: @secrets@ } }
              standard: { hmac: { scheme: standard-webhooks, secrets: { a: "@standard@" } } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
            routes:
              plain: { match: { path: /plain/** }, auth: plain, upstream: orders }
              timed: { match: { path: /timed/** }, auth: timed, upstream: orders }
              github: { match: { path: /github/** }, auth: github, upstream: orders }
              stripe: { match: { path: /stripe/** }, auth: stripe, upstream: orders }
              slack: { match: { path: /slack/** }, auth: slack, upstream: orders }
              standard: { match: { path: /standard/** }, auth: standard, upstream: orders }
            """.replace("@secrets@", "{ a: " + WebhookCases.SECRET + ", b: old-secret-0123456789 }").replace("@standard@", WebhookCases.STANDARD);

    private final Fixture fixture = new Fixture().start(CONFIG);

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    Stream<Refusal> refusals() {
        return new WebhookCases().all().stream();
    }

    @Test
    void noTwoCasesAreTheSame() {
        List<Refusal> all = refusals().toList();
        assertThat(all).hasSizeGreaterThan(80);
        assertThat(all.stream().map(Refusal::name)).doesNotHaveDuplicates();
        assertThat(all.stream().map(Refusal::credential)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aWrongSignatureIsRefusedForItsReason(Refusal refusal) {
        refusal.assertRefused(fixture, refusal.credential());
    }

    private void assertReplayed(String request) {
        fixture.upstream().forget();
        Reply reply = fixture.exchange(request);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("signature_replayed");
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aReplayIsKnownUnderAnotherSpellingPathAndMethod() {
        long now = Instant.now().getEpochSecond();
        String hex = Webhooks.hex(WebhookCases.SECRET, now + ".x");
        String time = "X-Timestamp: " + now;
        assertThat(fixture.exchange(post("/timed/a", "x", "X-Signature-256: " + hex, time)).status()).isEqualTo(200);
        for (String spelling : List.of(hex, hex.toUpperCase(Locale.ROOT), "sha256=" + hex, Webhooks.base64(WebhookCases.SECRET, now + ".x"))) {
            assertReplayed(post("/timed/other?q=" + spelling.length(), "x", "X-Signature-256: " + spelling, time));
        }
        String base64 = Webhooks.base64(WebhookCases.SECRET, now + ".x");
        assertReplayed(post("/timed/a", "x", "X-Signature-256: " + base64.replace("=", ""), time));
        assertReplayed(post("/timed/a", "x", "X-Signature-256: " + hex, time).replace("POST", "PUT"));
    }

    @Test
    void aReplayIsKnownBesideOtherSignaturesAndUnderAnotherOrder() {
        long now = Instant.now().getEpochSecond();
        String v1 = "v1=" + Webhooks.hex(WebhookCases.SECRET, now + ".y");
        assertThat(fixture.exchange(post("/stripe/a", "y", "Stripe-Signature: t=" + now + "," + v1)).status()).isEqualTo(200);
        assertReplayed(post("/stripe/a", "y", "Stripe-Signature: " + v1 + ", t=" + now));
        assertReplayed(post("/stripe/a", "y", "Stripe-Signature: t=" + now + ",v1=" + "00".repeat(32) + "," + v1 + ",v0=aa"));
        String signature = Webhooks.standardSignature(WebhookCases.STANDARD, "msg_5", now, "y");
        String[] head = {"webhook-id: msg_5", "webhook-timestamp: " + now};
        assertThat(fixture.exchange(post("/standard/a", "y", head[0], head[1], "webhook-signature: " + signature)).status()).isEqualTo(200);
        assertReplayed(post("/standard/a", "y", head[0], head[1], "webhook-signature: v1,AAAA " + signature));
    }

    @Test
    void aReplayIsKnownAfterAReload() {
        String[] fields = Webhooks.slack(WebhookCases.SECRET, Instant.now().getEpochSecond(), "z");
        assertThat(fixture.exchange(post("/slack/a", "z", fields)).status()).isEqualTo(200);
        fixture.reload(CONFIG.replace("64KiB", "63KiB"));
        assertReplayed(post("/slack/a", "z", fields));
        fixture.reload(CONFIG.replace("slack, secrets", "slack, tolerance: 4m, secrets"));
        assertReplayed(post("/slack/a", "z", fields));
        fixture.reload(CONFIG);
    }

    @Test
    void ofManyAtOnceExactlyOneIsTaken() {
        String request = post("/stripe/many", "m", Webhooks.stripe(WebhookCases.SECRET, Instant.now().getEpochSecond(), "m"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Integer>> sent = new ArrayList<>();
            for (int count = 0; count < 24; count++) {
                sent.add(CompletableFuture.supplyAsync(() -> fixture.exchange(request).status(), threads));
            }
            assertThat(sent.stream().map(CompletableFuture::join)).containsOnly(200, 401).filteredOn(status -> status == 200).hasSize(1);
        }
        assertThat(fixture.upstream().received("/stripe/many")).hasSize(1);
    }
}
