package dev.sallyport.tests.oauth;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.post;
import static dev.sallyport.tests.harness.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.TokenEndpoint;
import dev.sallyport.tests.harness.token.TokenEndpoint.Answer;
import dev.sallyport.tests.harness.token.Webhooks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An upstream that takes the gateway's token no more: one renewal, and what is safe to repeat is repeated once. */
final class RenewedTokenSuite {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            authenticators:
              signed:
                hmac: { scheme: body, header: X-Signature-256, secrets: { one: "0123456789abcdef0123456789abcdef" }, maxBody: 1KiB }
            upstreams:
              granted:
                targets: [ "@upstream@" ]
                credentials: { clientCredentials: { endpoint: "@tokens@", insecureAllowHttp: true, client: { id: gateway, secret: s-of-the-gateway } } }
            routes:
              open: { match: { path: /open/** }, auth: none, upstream: granted }
              signed: { match: { path: /signed/** }, auth: signed, upstream: granted }
            """;
    private static final String UNAUTHORIZED = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 3\r\n\r\nno!";

    private final Fixture fixture = new Fixture();
    private final TokenEndpoint tokens = new TokenEndpoint();

    @BeforeEach
    void start() {
        fixture.word("tokens", tokens.url());
        fixture.start(CONFIG);
        for (String path : List.of("/open/a", "/signed/a")) {
            fixture.upstream().on(path, RenewedTokenSuite::refuseTheFirst);
        }
        assertThat(fixture.exchange(get("/open/first")).status()).isEqualTo(200);
        await().pollDelay(Duration.ofMillis(1100)).until(() -> true); // a token that has just come is not renewed
    }

    @AfterEach
    void stop() {
        try {
            fixture.close();
        } finally {
            tokens.close();
        }
    }

    private static void refuseTheFirst(RecordingUpstream.Call call) throws IOException {
        Received received = call.content();
        call.write(received.field("Authorization").orElse("").equals("Bearer token-1") ? UNAUTHORIZED : RecordingUpstream.ok(received.text()));
    }

    private List<String> presented(String path) {
        return fixture.upstream().received(path).stream().map(each -> each.field("Authorization").orElseThrow()).toList();
    }

    @Test
    void requestIsRepeatedWithANewTokenAndItsClientSeesOneAnswer() {
        Reply reply = fixture.exchange(get("/open/a"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(presented("/open/a")).containsExactly("Bearer token-1", "Bearer token-2");
        assertThat(tokens.asked()).hasSize(2);
        assertThat(fixture.upstream().violations()).isEmpty();
        assertThat(fixture.exchange(get("/open/a")).status()).isEqualTo(200);
        assertThat(presented("/open/a")).hasSize(3);
    }

    @Test
    void whatIsNotSafeToRepeatIsAnsweredAndTheNextRequestGetsTheNewToken() {
        for (String unsafe : List.of(post("/open/a", ""), post("/open/a", "x"), request("PATCH", "/open/a", ""), request("PUT", "/open/a", "ab", "Content-Length: 2"))) {
            fixture.upstream().forget();
            Reply reply = fixture.exchange(unsafe);
            assertThat(reply.status()).isIn(401, 200);
            assertThat(presented("/open/a")).hasSize(1);
        }
        assertThat(presented("/open/a")).containsExactly("Bearer token-2");
        assertThat(tokens.asked()).hasSize(2);
    }

    @Test
    void refusalThatIsRelayedIsTheUpstreamsOwn() {
        Reply reply = fixture.exchange(post("/open/a", "x"));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).isEqualTo("no!");
    }

    @Test
    void contentThatWasReadToBeCheckedIsRepeated() {
        String signature = "X-Signature-256: sha256=" + Webhooks.hex(SECRET, "content");
        Reply reply = fixture.exchange(request("PUT", "/signed/a", "content", signature, "Content-Length: 7"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("content");
        assertThat(fixture.upstream().received("/signed/a")).extracting(Received::text).containsExactly("content", "content");
    }

    @Test
    void manyThatAreRefusedTogetherShareOneRenewal() throws Exception {
        tokens.answer(new Answer(200, Answer.lasting(3600).body(), 300));
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 35; each++) {
            calls.add(() -> fixture.exchange(get("/open/a")));
        }
        try (ExecutorService many = Executors.newFixedThreadPool(35)) {
            for (Future<Reply> call : many.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(200);
            }
        }
        assertThat(tokens.asked()).hasSize(2);
        assertThat(fixture.upstream().received("/open/a")).hasSizeLessThanOrEqualTo(70);
    }

    @Test
    void upstreamThatTakesNoTokenIsAskedTwiceForARequestAndTheServerOnceASecond() {
        fixture.upstream().on("/open/a", UNAUTHORIZED);
        long begun = System.nanoTime();
        for (int each = 0; each < 50; each++) {
            assertThat(fixture.exchange(get("/open/a")).status()).isEqualTo(401);
        }
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
        assertThat(tokens.asked()).hasSizeBetween(2, (int) seconds + 2);
        assertThat(fixture.upstream().received("/open/a")).hasSizeLessThanOrEqualTo(50 + (int) seconds + 1);
    }

    @Test
    void serverThatHasNoOtherTokenIsSaidSo() {
        tokens.answer(new Answer(500, "", 0));
        Reply reply = fixture.exchange(get("/open/a"));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("upstream_credentials_unavailable");
        assertThat(presented("/open/a")).containsExactly("Bearer token-1");
        tokens.answer(Answer.lasting(3600));
        await().until(() -> fixture.exchange(get("/open/a")).status() == 200);
    }
}
