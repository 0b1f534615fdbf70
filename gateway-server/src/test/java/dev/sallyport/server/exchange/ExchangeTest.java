package dev.sallyport.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.route.HeaderEdit;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.server.upstream.MemoryTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exchanges between a client and an upstream that both are in memory: every piece and every flush is the test's. */
@Timeout(20)
class ExchangeTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final MemoryTarget target = new MemoryTarget();
    private final List<MemoryClient> clients = new ArrayList<>();

    private TestPorts deciding(BiFunction<RequestView, Decision, Decision> verdict) {
        Upstream upstream = new Upstream(
                "u", List.of(new Target("127.0.0.1", 1)), Upstream.Balance.ROUND_ROBIN, Duration.ofSeconds(1),
                Duration.ofSeconds(5), Duration.ofSeconds(5), 1, new Upstream.HostPolicy.Preserve(), UpstreamCredentials.NONE, Optional.empty());
        return new TestPorts(upstream, target.pools(), verdict);
    }

    private MemoryClient client(TestPorts ports) {
        MemoryClient client = new MemoryClient(ports);
        clients.add(client);
        return client;
    }

    private MemoryClient client() {
        return client(deciding((_, forward) -> forward));
    }

    @AfterEach
    void close() {
        clients.forEach(MemoryClient::close);
        target.close();
    }

    @Test
    void chunksOfOneReadGoUpInOneFlush() {
        MemoryClient client = client();
        client.send("POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(100));
        MemoryTarget.Connection upstream = target.connections().getFirst();
        assertThat(upstream.received()).endsWith("\r\n\r\n" + "1\r\nx\r\n".repeat(100));
        assertThat(upstream.flushes()).isEqualTo(1);
        client.send("1\r\ny\r\n".repeat(100));
        assertThat(upstream.received()).isEqualTo("1\r\ny\r\n".repeat(100));
        assertThat(upstream.flushes()).isEqualTo(2);
        client.send("0\r\n\r\n");
        assertThat(upstream.received()).isEqualTo("0\r\n\r\n");
    }

    @Test
    void requestsAreLeftUnreadWhileTheirAnswersAreNotTaken() {
        MemoryClient client = client();
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + "x".repeat(10_000);
        client.stopTaking();
        client.send(GET.repeat(50));
        int answered = answerAll(client, answer);
        assertThat(answered).isLessThan(10);
        while (answered < 50) {
            client.takeAgain();
            assertThat(client.received()).contains("HTTP/1.1 200 OK");
            answered += answerAll(client, answer);
        }
        assertThat(answered).isEqualTo(50);
    }

    /** How many requests there were to answer. */
    private int answerAll(MemoryClient client, String answer) {
        int answered = 0;
        while (target.connections().getLast().received().startsWith("GET /a ")) {
            target.connections().getLast().answer(answer);
            client.settle();
            answered++;
        }
        return answered;
    }

    @Test
    void lastAnswerIsNotCutOffForAClientThatTakesItSlowly() {
        MemoryClient client = client();
        client.stopTaking();
        client.send("GET /a HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        target.connections().getFirst().answer(OK);
        waitForLongerThanAConnectionLingers();
        client.takeAgain();
        assertThat(client.received()).endsWith("\r\n\r\nok");
    }

    /** Six clients, one after the other, whose head never ends: each is given up after {@code headerTimeout}. */
    private void waitForLongerThanAConnectionLingers() {
        for (int each = 0; each < 6; each++) {
            MemoryClient silent = client();
            silent.send("GET / HT");
            String refused = silent.received();
            while (refused.isEmpty()) {
                clients.forEach(MemoryClient::settle);
                refused = silent.received();
            }
            assertThat(refused).contains("header_timeout");
        }
    }

    @Test
    void answerWithSurplusInItsLastPieceTakesItsConnectionOutOfUse() {
        MemoryClient client = client();
        client.send(GET);
        target.connections().getFirst().answer(OK + "HTTP/1.1 200 Poison\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.received()).endsWith("\r\n\r\nok").doesNotContain("Poison");
        assertThat(target.connections().getFirst().isOpen()).isFalse();
        client.send(GET);
        target.connections().get(1).answer(OK);
        assertThat(client.received()).endsWith("\r\n\r\nok").doesNotContain("Poison");
    }

    @Test
    void requestThatMetAStaleConnectionIsSentAgainOnAFreshOne() {
        MemoryClient client = client();
        client.send(GET);
        target.connections().getFirst().received();
        target.connections().getFirst().answer(OK);
        client.received();
        client.send(GET);
        assertThat(target.connections()).hasSize(1);
        assertThat(target.connections().getFirst().received()).startsWith("GET /a ");
        target.connections().getFirst().close();
        assertThat(target.connections()).hasSize(2);
        assertThat(target.connections().get(1).received()).startsWith("GET /a ");
        target.connections().get(1).answer(OK);
        assertThat(client.received()).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void requestWhoseAnswerHadBegunIsNotSentAgain() {
        MemoryClient client = client();
        client.send(GET);
        target.connections().getFirst().answer(OK);
        client.received();
        client.send(GET);
        target.connections().getFirst().answer("HTTP/1.1 200 OK\r\n");
        target.connections().getFirst().close();
        assertThat(client.received()).startsWith("HTTP/1.1 502 Bad Gateway");
        assertThat(target.connections()).hasSize(1);
    }

    @Test
    void interimAnswersWithoutEndAreCutOff() {
        MemoryClient client = client();
        client.send(GET);
        target.connections().getFirst().answer("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(200));
        assertThat(client.received()).contains("HTTP/1.1 103 Early Hints", "HTTP/1.1 502 Bad Gateway");
        assertThat(target.connections().getFirst().isOpen()).isFalse();
    }

    @Test
    void contentThatPassesItsBoundPieceByPieceIsRefused() {
        MemoryClient client = client();
        client.send("POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
        client.send(chunk.repeat(2000));
        assertThat(client.received()).isEmpty();
        client.send("1\r\nx\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 413 ").contains("body_too_large");
        assertThat(target.connections().getFirst().isOpen()).isFalse();
    }

    @Test
    void whoGoesOnSendingAfterARefusalIsCutOff() {
        MemoryClient client = client();
        client.send("G\0T / HTTP/1.1\r\n\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 400 ");
        client.send("x".repeat(1024 * 1024));
        assertThat(client.isOpen()).isTrue();
        client.send("x");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void headThatCannotBeWrittenCostsNoConnection() {
        TestPorts ports = deciding((view, forward) -> view.head().target().path().equals("/a") ? forward : broken(forward));
        MemoryClient client = client(ports);
        client.send("GET /bad HTTP/1.1\r\nHost: a.example\r\n\r\n");
        assertThat(client.received()).startsWith("HTTP/1.1 500 ");
        assertThat(target.connections().getFirst().isOpen()).isFalse();
        client(ports).send(GET);
        assertThat(target.connections().get(1).received()).startsWith("GET /a ");
    }

    private static Decision broken(Decision decision) {
        Decision.Forward forward = (Decision.Forward) decision;
        HeaderEdit edit = new HeaderEdit(forward.headers().dropped(), List.of(new ResponseField("X-Bad", "a\r\nb")));
        return new Decision.Forward(forward.route(), forward.destination(), forward.identity(), forward.path(), edit, Optional.empty(), forward.spent(), forward.trail());
    }

    @Test
    void contentIsCountedUntilItsVerdictEvenIfTheClientLeft() {
        CompletableFuture<Decision> verdict = new CompletableFuture<>();
        TestPorts ports = deciding((view, _) -> view.body().isPresent() ? new Decision.Await(verdict, Trail.UNROUTED) : new Decision.NeedBody(8, Trail.UNROUTED));
        MemoryClient client = client(ports);
        client.send("POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello");
        client.close();
        assertThat(ports.buffers().reservedBytes()).isPositive();
        verdict.complete(new Decision.NeedBody(8, Trail.UNROUTED));
        assertThat(ports.buffers().reservedBytes()).isZero();
    }
}
