package dev.sallyport.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.oauth.lending.ClientTokens;
import dev.sallyport.core.oauth.lending.TokenOutcome;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import dev.sallyport.core.oauth.provider.TokenEndpointRules;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.upstream.MemoryTarget;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that does not take the gateway's own token, and what becomes of the request. */
@Timeout(20)
class RenewedTokenTest {
    private static final String HOST = " /a HTTP/1.1\r\nHost: a.example\r\n";
    private static final String GET = "GET" + HOST + "\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String UNAUTHORIZED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(2500);

    private final MemoryTarget target = new MemoryTarget();
    private final Provider provider = new Provider();
    private final ClientTokens tokens = new ClientTokens(
            new TokenEndpoint(
                    new TokenEndpointRules(
                            URI.create("https://idp.example/token"), new ClientAuthentication.SharedSecret("g", Secret.ofText("s")), Duration.ofSeconds(5), Optional.empty()),
                    provider, provider),
            Map.of());
    private final Upstream upstream = new Upstream(
            "u", List.of(new Target("127.0.0.1", 1)), Upstream.Balance.ROUND_ROBIN, Duration.ofSeconds(1), RESPONSE_TIMEOUT,
            Duration.ofSeconds(5), 1, new Upstream.HostPolicy.Preserve(), new UpstreamCredentials.Granted(tokens), Optional.empty());
    private Instant obtainedAt = Instant.now().minusSeconds(10);
    private final TestPorts ports = new TestPorts(upstream, target.pools(), (view, forward) -> decide(view, (Decision.Forward) forward));
    private final MemoryClient client = new MemoryClient(ports);

    /** What is sent with {@code X-Signed} is read whole first. */
    private Decision decide(RequestView view, Decision.Forward forward) {
        if (view.fields().contains("x-signed") && view.body().isEmpty()) {
            return new Decision.NeedBody(100, Trail.UNROUTED);
        }
        CompletableFuture<TokenOutcome> outcome = tokens.obtain(obtainedAt).toCompletableFuture();
        provider.give();
        return forward.with(((TokenOutcome.Issued) outcome.join()).token());
    }

    @AfterEach
    void close() {
        client.close();
        target.close();
    }

    private MemoryTarget.Connection connection(int index) {
        client.settle();
        return target.connections().get(index);
    }

    @Test
    void requestIsSentOnceMoreWithAnotherToken() throws InterruptedException {
        client.send(GET);
        assertThat(connection(0).received()).containsOnlyOnce("Authorization").contains("Authorization: Bearer t1\r\n");
        connection(0).answer(UNAUTHORIZED);
        assertThat(client.received()).isEmpty();
        assertThat(connection(0).isOpen()).isFalse();
        provider.give();
        assertThat(connection(1).received()).startsWith("GET /a ").containsOnlyOnce("Authorization").contains("Authorization: Bearer t2\r\n");
        connection(1).answer(OK);
        assertThat(client.received()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        assertThat(ports.logged()).satisfies(line -> {
            assertThat(line.status()).isEqualTo(200);
            assertThat(line.reason()).isEmpty();
        });
    }

    /** However long the upstream takes for it. */
    @Test
    void secondRefusalIsTheAnswer() throws InterruptedException {
        client.send(GET);
        connection(0).answer(UNAUTHORIZED);
        provider.give();
        Thread.sleep(1100); // until the second token is one that could be renewed
        connection(1).answer(UNAUTHORIZED);
        assertThat(client.received()).startsWith("HTTP/1.1 401 ").endsWith("no");
        assertThat(target.connections()).hasSize(2);
        assertThat(provider.asked).isEqualTo(2);
    }

    @Test
    void tokenThatHasJustComeIsNotRenewed() {
        obtainedAt = Instant.now();
        client.send(GET);
        connection(0).answer(UNAUTHORIZED);
        assertThat(client.received()).startsWith("HTTP/1.1 401 ");
        assertThat(provider.asked).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "POST" + HOST + "Content-Length: 0\r\n\r\n", "PATCH" + HOST + "\r\n", "LOCK" + HOST + "\r\n", "PUT" + HOST + "Content-Length: 2\r\n\r\nab",
        "PUT" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST" + HOST + "X-Signed: yes\r\nContent-Length: 2\r\n\r\nab"})
    void whatIsNotSafeToRepeatIsNotAndTheNextRequestGetsTheNextToken(String request) {
        client.send(request);
        connection(0).answer(UNAUTHORIZED);
        assertThat(client.received()).startsWith("HTTP/1.1 401 ").endsWith("no");
        assertThat(provider.asked).isEqualTo(1);
        assertThat(connection(0).received()).contains("t1");
        client.send(GET);
        assertThat(connection(target.connections().size() - 1).received()).contains("Bearer t2");
    }

    @Test
    void contentThatWasReadWholeIsSentOnceMore() {
        client.send("PUT" + HOST + "X-Signed: yes\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
        assertThat(connection(0).received()).endsWith("Content-Length: 2\r\n\r\nab");
        connection(0).answer(UNAUTHORIZED);
        provider.give();
        assertThat(connection(1).received()).contains("Bearer t2").endsWith("Content-Length: 2\r\n\r\nab");
        connection(1).answer(OK);
        assertThat(client.received()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void clientHearsThatThereIsNoOther() throws InterruptedException {
        client.send(GET);
        connection(0).answer(UNAUTHORIZED);
        provider.fail();
        assertThat(client.received()).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\r\n");
        assertRefused(ports.logged());
        assertThat(target.connections()).hasSize(1);
    }

    @Test
    void waitForAnotherIsBounded() throws InterruptedException {
        client.send(GET);
        connection(0).answer(UNAUTHORIZED);
        long deadline = System.nanoTime() + RESPONSE_TIMEOUT.multipliedBy(4).toNanos();
        String received = client.received();
        while (received.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(20);
            received = client.received();
        }
        assertThat(received).startsWith("HTTP/1.1 503 ");
        assertRefused(ports.logged());
        provider.give();
        client.settle();
        assertThat(target.connections()).hasSize(1);
    }

    @Test
    void nothingIsSentForAClientThatLeftMeanwhile() {
        client.send(GET);
        connection(0).answer(UNAUTHORIZED);
        client.close();
        provider.give();
        client.settle();
        assertThat(target.connections()).hasSize(1);
    }

    @Test
    void answersOtherThanThisOneAreRelayedAsTheyCome() {
        for (String status : List.of("400 Bad Request", "403 Forbidden", "407 Proxy Authentication Required", "500 Internal Server Error")) {
            client.send(GET);
            connection(0).answer("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.received()).startsWith("HTTP/1.1 " + status);
        }
        assertThat(provider.asked).isEqualTo(1);
    }

    private static void assertRefused(Timeline line) {
        assertThat(line.status()).isEqualTo(503);
        assertThat(line.reason()).contains(RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE);
    }

    /** Gives {@code t1}, {@code t2} and so on when the test says so. */
    private static final class Provider implements HttpFetcher, CpuWorker {
        private final List<CompletableFuture<Result>> open = new ArrayList<>();
        private int asked;

        @Override
        public CompletionStage<Result> fetch(Request request) {
            asked++;
            CompletableFuture<Result> result = new CompletableFuture<>();
            open.add(result);
            return result;
        }

        void give() {
            String body = "{\"access_token\":\"t" + asked + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
            open.forEach(call -> call.complete(new Result.Fetched(body.getBytes(StandardCharsets.UTF_8), Optional.empty())));
            open.clear();
        }

        void fail() {
            open.removeFirst().complete(new Result.Failed("down"));
        }

        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    }
}
