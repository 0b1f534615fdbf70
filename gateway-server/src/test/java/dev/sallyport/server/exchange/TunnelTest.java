package dev.sallyport.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.upstream.MemoryTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels between a client and an upstream that both are in memory: every piece and every flush is the test's. */
@Timeout(20)
class TunnelTest {
    private static final String ASK = String.join("\r\n",
            "GET /a HTTP/1.1", "Host: a.example", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "");
    private static final String AGREE = String.join("\r\n",
            "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "", "");
    private static final String HELLO = "\u0081\u0005hello";
    private static final String CREDENTIAL_ENDED = "\u0088\u0012\u0003\u00f0credential ended";
    private static final String GOING_AWAY = "\u0088\u000c\u0003\u00e9going away";

    private final MemoryTarget target = new MemoryTarget();
    private Instant expiresAt = Instant.MAX;
    private TestPorts ports = ports(Duration.ofSeconds(5));
    private MemoryClient client = new MemoryClient(ports);

    private TestPorts ports(Duration idleTimeout) {
        Upstream upstream = new Upstream(
                "u", List.of(new Target("127.0.0.1", 1)), Upstream.Balance.ROUND_ROBIN, Duration.ofSeconds(1),
                Duration.ofSeconds(5), idleTimeout, 1, new Upstream.HostPolicy.Preserve(), UpstreamCredentials.NONE, Optional.empty());
        return new TestPorts(upstream, target.pools(), (_, decision) -> expiring((Decision.Forward) decision));
    }

    private Decision expiring(Decision.Forward forward) {
        Identity identity = new Identity(
                "anna", List.of(), Set.of(), Optional.empty(), Optional.empty(), Map.of(),
                Optional.of(expiresAt).filter(end -> end.isBefore(Instant.MAX)), List.of());
        return new Decision.Forward(
                forward.route(), forward.destination(), identity, forward.path(), forward.headers(), forward.lent(), forward.spent(), forward.trail());
    }

    @AfterEach
    void close() {
        client.close();
        target.close();
    }

    private MemoryTarget.Connection upstream() {
        return target.connections().getLast();
    }

    private void open() {
        client.send(ASK);
        upstream().received();
        upstream().answer(AGREE);
        assertThat(client.received()).startsWith("HTTP/1.1 101 Switching Protocols\r\n").endsWith("\r\n\r\n");
    }

    private String awaitReceived() {
        String received = client.received();
        while (received.isEmpty() && client.isOpen()) {
            received = client.received();
        }
        return received + client.received();
    }

    @Test
    void bytesGoBothWaysAsTheyAre() throws InterruptedException {
        open();
        client.send("GET /b HTTP/1.1\r\n\r\n");
        assertThat(upstream().received()).isEqualTo("GET /b HTTP/1.1\r\n\r\n");
        upstream().answer(HELLO);
        assertThat(client.received()).isEqualTo(HELLO);
        upstream().close();
        assertThat(client.received()).isEmpty();
        Timeline line = ports.logged();
        assertThat(line.status()).isEqualTo(101);
        assertThat(line.bytesIn()).isEqualTo(19);
        assertThat(line.bytesOut()).isEqualTo(7);
        assertThat(line.reason()).isEmpty();
    }

    @Test
    void whatComesAheadOfTheAnswerWaitsForIt() {
        client.send(ASK + "ahead");
        assertThat(upstream().received()).doesNotContain("ahead");
        client.send(" of it");
        assertThat(upstream().received()).isEmpty();
        upstream().answer(AGREE);
        client.settle();
        assertThat(upstream().received()).startsWith("ahead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "403 Forbidden"})
    void whatComesAheadOfAnotherAnswerIsNobodys(String status) {
        client.send(ASK + "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n");
        upstream().received();
        upstream().answer("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nno");
        assertThat(client.received()).startsWith("HTTP/1.1 " + status).contains("\r\nConnection: close\r\n").endsWith("\r\n\r\nno");
        client.send("GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n");
        assertThat(client.received()).isEmpty();
        assertThat(target.connections()).hasSize(1);
        assertThat(upstream().received()).isEmpty();
    }

    @Test
    void connectionOfATunnelIsNotPooled() {
        open();
        upstream().answer(HELLO);
        client.close();
        assertThat(upstream().isOpen()).isFalse();
    }

    @Test
    void credentialThatExpiresEndsTheTunnel() throws InterruptedException {
        expiresAt = Instant.now().plusMillis(300);
        open();
        upstream().answer(HELLO);
        assertThat(client.received()).isEqualTo(HELLO);
        assertThat(awaitReceived()).isEqualTo(CREDENTIAL_ENDED);
        assertThat(upstream().isOpen()).isFalse();
        assertThat(ports.logged().reason()).isPresent();
    }

    @Test
    void frameThatIsUnderWayIsRelayedToItsEndAndNoFurther() {
        expiresAt = Instant.now().plusMillis(300);
        open();
        upstream().answer(HELLO.substring(0, 4));
        assertThat(client.received()).isEqualTo(HELLO.substring(0, 4));
        while (Instant.now().isBefore(expiresAt.plusMillis(100))) {
            client.settle();
        }
        client.send("unheard");
        assertThat(upstream().received()).isEmpty();
        upstream().answer(HELLO.substring(4) + HELLO);
        assertThat(client.received()).isEqualTo(HELLO.substring(4) + CREDENTIAL_ENDED);
    }

    @Test
    void silentTunnelEnds() {
        client.close();
        ports = ports(Duration.ofMillis(200));
        client = new MemoryClient(ports);
        open();
        assertThat(awaitReceived()).isEqualTo(GOING_AWAY);
        assertThat(upstream().isOpen()).isFalse();
    }

    @Test
    void clientThatTakesNothingHoldsTheUpstream() {
        open();
        client.stopTaking();
        int pieces = 0;
        while (upstream().isRead() && pieces < 100) {
            upstream().answer("x".repeat(10_000));
            pieces++;
        }
        assertThat(pieces).isLessThan(20);
        client.takeAgain();
        client.settle();
        assertThat(upstream().isRead()).isTrue();
        assertThat(client.received()).hasSize(pieces * 10_000);
    }
}
