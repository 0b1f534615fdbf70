package dev.sallyport.tests.credential;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.CommandLine;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.Webhooks;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HmacSuite {
    private static final String NEW = "new-secret-0123456789";
    private static final String OLD = "old-secret-0123456789";
    private static final String STANDARD = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              plain:
                hmac: { scheme: body, header: X-Signature-256, secrets: @secrets@, maxBody: 64KiB, subject: payments-provider, scopes: [pay] }
              timed:
                hmac: { scheme: body, header: X-Signature-256, timestampHeader: X-Timestamp, tolerance: 1m, secrets: @secrets@ }
              github:
                hmac: { scheme: github, secrets: @secrets@ }
              stripe:
                hmac: { scheme: stripe, secrets: @secrets@ }
              slack:
                hmac: { scheme: slack, secrets: @secrets@ }
              standard:
                hmac: { scheme: standard-webhooks, secrets: { a: whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= } }
            upstreams:
              orders: { targets: [ "@upstream@" ] }
              dead: { targets: [ "http://127.0.0.1:1" ] }
            routes:
              plain: { match: { path: /plain/** }, auth: plain, upstream: orders }
              timed: { match: { path: /timed/** }, auth: timed, upstream: orders }
              github: { match: { path: /github/** }, auth: github, upstream: orders }
              stripe: { match: { path: /stripe/** }, auth: stripe, upstream: orders }
              slack: { match: { path: /slack/** }, auth: slack, upstream: orders }
              standard: { match: { path: /standard/** }, auth: standard, upstream: orders }
              dead: { match: { path: /dead/** }, auth: stripe, upstream: dead }
            """.replace("@secrets@", "{ a: " + NEW + ", b: " + OLD + " }");

    private final Fixture fixture = new Fixture().start(CONFIG);

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private void assertAccepted(String request) {
        Reply reply = fixture.exchange(request);
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(200);
    }

    private void assertRefused(String reason, String request) {
        int before = fixture.upstream().received().size();
        Reply reply = fixture.exchange(request);
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(401);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(reason);
        assertThat(fixture.upstream().received()).hasSize(before);
    }

    @Test
    void theBodyReachesTheUpstreamByteForByteWithoutTheSignature() {
        String body = "{\"amount\": 1 ,\r\n\t\"x\":\"\u00ff\u0000\"}  ";
        assertAccepted(post("/plain/a", body, "X-Signature-256: " + Webhooks.hex(NEW, body)));
        Received received = fixture.upstream().only("/plain/a");
        assertThat(received.content()).isEqualTo(body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(received.values("X-Signature-256")).isEmpty();
        assertThat(received.field("X-Auth-Subject")).contains("payments-provider");
        assertThat(received.field("X-Auth-Method")).contains("hmac");
        assertThat(received.field("X-Auth-Scopes")).contains("pay");
    }

    @Test
    void hexAndBase64WithAndWithoutPrefixAreTaken() {
        String hex = Webhooks.hex(NEW, "hello");
        for (String value : List.of(hex, hex.toUpperCase(Locale.ROOT), "sha256=" + hex, Webhooks.base64(NEW, "hello"), "sha256=" + Webhooks.base64(NEW, "hello"))) {
            assertAccepted(post("/plain/b", "hello", "X-Signature-256: " + value));
        }
    }

    @Test
    void severalSecretsServeDuringARotation() {
        assertAccepted(post("/plain/c", "hello", "X-Signature-256: " + Webhooks.hex(OLD, "hello")));
        assertRefused("signature_mismatch", post("/plain/c", "hello", "X-Signature-256: " + Webhooks.hex("yet-another-secret-01", "hello")));
    }

    @Test
    void aChunkedBodyIsVerifiedAsItsContent() {
        assertAccepted(lines("POST /plain/d HTTP/1.1", "Host: api.example.com", "Transfer-Encoding: chunked", "X-Signature-256: " + Webhooks.hex(NEW, "hello"))
                + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
        assertThat(fixture.upstream().only("/plain/d").text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zz", "sha256=", "sha256=00", "sha1=0011", "0", "====", "sha256=sha256=aa"})
    void aSignatureOfAnotherFormIsMalformed(String value) {
        assertRefused("signature_malformed", post("/plain/e", "hello", "X-Signature-256: " + value));
    }

    @Test
    void aChangedBodyIsAMismatch() {
        assertRefused("signature_mismatch", post("/plain/f", "hellp", "X-Signature-256: " + Webhooks.hex(NEW, "hello")));
        assertRefused("signature_mismatch", post("/github/f", "hello ", Webhooks.github(NEW, "hello")));
    }

    @Test
    void anEmptyBodyIsRefusedWhereTheBodyAloneIsSigned() {
        assertRefused("signature_body_missing", post("/plain/g", "", "X-Signature-256: " + Webhooks.hex(NEW, "")));
        assertRefused("signature_body_missing", get("/github/g", Webhooks.github(NEW, "")));
    }

    @Test
    void aBodyOverTheBoundIsTooLargeWhetherDeclaredOrNot() {
        Reply declared = fixture.exchange(lines("POST /plain/h HTTP/1.1", "Host: api.example.com", "Content-Length: 70000", "X-Signature-256: " + "00".repeat(32)));
        assertThat(declared.status()).isEqualTo(413);
        assertThat(declared.code()).isEqualTo("payload_too_large");
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /plain/h HTTP/1.1", "Host: api.example.com", "Transfer-Encoding: chunked", "X-Signature-256: " + "00".repeat(32)));
            client.sendRegardless(("11170\r\n" + "x".repeat(70000)).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aMissingSignatureIsChallenged() {
        Reply reply = fixture.exchange(post("/plain/i", "hello"));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.challenges()).containsExactly("HMAC realm=\"plain\", header=\"X-Signature-256\"");
    }

    @Test
    void aTimestampedBodyIsTakenOnceAndOnlyInTime() {
        long time = now();
        String signature = "X-Signature-256: " + Webhooks.hex(NEW, time + ".hello");
        assertAccepted(post("/timed/a", "hello", signature, "X-Timestamp: " + time));
        assertRefused("signature_replayed", post("/timed/a", "hello", signature, "X-Timestamp: " + time));
        String respelt = "X-Signature-256: sha256=" + Webhooks.base64(NEW, time + ".hello");
        assertRefused("signature_replayed", post("/timed/a", "hello", respelt, "X-Timestamp: " + time));
        for (long off : List.of(time - 70, time + 70)) {
            assertRefused("signature_timestamp_out_of_tolerance",
                    post("/timed/b", "hello", "X-Signature-256: " + Webhooks.hex(NEW, off + ".hello"), "X-Timestamp: " + off));
        }
        assertAccepted(post("/timed/c", "hello", "X-Signature-256: " + Webhooks.hex(NEW, (time - 50) + ".hello"), "X-Timestamp: " + (time - 50)));
        assertRefused("signature_mismatch", post("/timed/d", "hello", signature, "X-Timestamp: " + (time + 1)));
        assertRefused("signature_malformed", post("/timed/d", "hello", signature, "X-Timestamp: soon"));
    }

    @Test
    void githubDeliveriesAreVerified() {
        assertAccepted(post("/github/a", "{}", Webhooks.github(NEW, "{}")));
        assertRefused("signature_malformed", post("/github/b", "{}", "X-Hub-Signature-256: " + Webhooks.hex(NEW, "{}").substring(2)));
    }

    @Test
    void stripeDeliveriesAreVerifiedOnceAndAmongSeveralSignatures() {
        long time = now();
        assertAccepted(post("/stripe/a", "{}", Webhooks.stripe(NEW, time, "{}")));
        assertRefused("signature_replayed", post("/stripe/a", "{}", Webhooks.stripe(NEW, time, "{}")));
        String several = "Stripe-Signature: t=" + time + ",v1=" + "00".repeat(32) + ",v1=" + Webhooks.hex(OLD, time + ".{\"b\":1}") + ",v0=ff";
        assertAccepted(post("/stripe/b", "{\"b\":1}", several));
        assertRefused("signature_timestamp_out_of_tolerance", post("/stripe/c", "{}", Webhooks.stripe(NEW, time - 400, "{}")));
        assertRefused("signature_malformed", post("/stripe/c", "{}", "Stripe-Signature: v1=" + Webhooks.hex(NEW, "{}")));
        assertRefused("signature_malformed", post("/stripe/c", "{}", "Stripe-Signature: t=" + time + ",t=1,v1=" + Webhooks.hex(NEW, time + ".{}")));
    }

    @Test
    void slackDeliveriesAreVerifiedOnce() {
        String[] fields = Webhooks.slack(NEW, now(), "a=b");
        assertAccepted(post("/slack/a", "a=b", fields));
        assertRefused("signature_replayed", post("/slack/a", "a=b", fields));
        assertRefused("signature_mismatch", post("/slack/a", "a=c", fields));
        assertRefused("signature_malformed", post("/slack/a", "a=b", fields[1]));
    }

    @Test
    void standardWebhooksAreVerifiedOnceAndAmongSeveralSignatures() {
        long time = now();
        String[] fields = Webhooks.standard(STANDARD, "msg_1", time, "{}");
        assertAccepted(post("/standard/a", "{}", fields));
        assertRefused("signature_replayed", post("/standard/a", "{}", fields));
        String several = "webhook-signature: v1a,zzz v1,AAAA " + Webhooks.standardSignature(STANDARD, "msg_2", time, "{}");
        assertAccepted(post("/standard/b", "{}", "webhook-id: msg_2", "webhook-timestamp: " + time, several));
        assertRefused("signature_mismatch", post("/standard/c", "{}", "webhook-id: msg_9", fields[1], fields[2]));
        assertRefused("signature_malformed", post("/standard/d", "{}", fields[1], fields[2]));
    }

    @Test
    void aSignatureIsGivenBackWhereNoByteReachedAnUpstream() {
        String request = post("/dead/a", "{\"d\":1}", Webhooks.stripe(NEW, now(), "{\"d\":1}"));
        assertThat(fixture.exchange(request).status()).isEqualTo(502);
        assertThat(fixture.exchange(request).status()).describedAs("not replayed: it was never delivered").isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"github", "stripe", "slack", "standard-webhooks"})
    void theSignCommandMakesWhatTheGatewayTakes(String scheme) {
        fixture.write("secret", scheme.equals("standard-webhooks") ? STANDARD : NEW);
        fixture.write("body.json", "{\"signed\":\"" + scheme + "\"}");
        CommandLine.Outcome signed = CommandLine.sallyport(fixture.folder(), "sign", "--scheme", scheme, "--secret-file", "secret", "--body", "body.json", "--id", "msg_77");
        assertThat(signed.status()).describedAs(signed.toString()).isZero();
        String path = "/" + (scheme.equals("standard-webhooks") ? "standard" : scheme) + "/signed";
        assertAccepted(post(path, "{\"signed\":\"" + scheme + "\"}", signed.out().strip().split("\\R")));
    }
}
