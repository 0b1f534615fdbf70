package dev.sallyport.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.BufferBudget;
import dev.sallyport.server.observe.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener, an exchange and an upstream over real sockets, in one process. */
@Timeout(20)
class ProxyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nok";
    private static final String GET = "GET /a?b=%7e HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nConnection: X-Two\r\nX-Two: 2\r\n\r\n";
    private static final String LAST_GET = "GET /last HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";

    private static String post(String fields, String body) {
        return "POST /p HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n" + body;
    }

    @Test
    void connectionsOnBothSidesAreKept() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK));
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            for (int request = 0; request < 3; request++) {
                client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
                assertThat(readUntil(client.getInputStream(), "\r\n\r\nok")).contains("Set-Cookie: a=1\r\nSet-Cookie: b=2");
            }
            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(upstream.heads().getFirst())
                    .startsWith("GET /a?b=%7e HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\n")
                    .doesNotContain("X-Two", "Content-Length", "Transfer-Encoding")
                    .contains("X-Forwarded-For: 127.0.0.1");
            Timeline logged = gateway.logged();
            assertThat(logged.status()).isEqualTo(200);
            assertThat(logged.bytesOut()).isEqualTo(2);
            assertThat(logged.upstream()).isPresent();
        }
    }

    @Test
    void headThatDripsIsCutOffWhileItStillComes() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK));
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            client.setSoTimeout(20);
            client.getOutputStream().write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            int dripped = 0;
            while (dripped < 200 && !isAnswered(client)) {
                client.getOutputStream().write('x');
                dripped++;
            }
            assertThat(dripped).isLessThan(200);
        }
    }

    private static boolean isAnswered(Socket client) throws IOException {
        try {
            return client.getInputStream().read() >= 0;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void contentGoesUpAsItWasFramed() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    String head = exchange.head();
                    String content = exchange.read(head.contains("chunked") ? 15 : 5);
                    exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(content.length())
                            + ";x=y\r\n" + content + "\r\n0\r\n\r\n");
                });
                Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(post("Content-Length: 5\r\nConnection: close\r\n", "hello"))).endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            assertThat(gateway.say(post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "5;e=f\r\nhello\r\n0\r\n\r\n")))
                    .contains("5\r\nhello\r\n0\r\n\r\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void answerThatEndsWithItsConnectionIsChunkedForTheClient() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write("HTTP/1.1 200 OK\r\n\r\nhello");
                });
                Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(LAST_GET)).endsWith("5\r\nhello\r\n0\r\n\r\n");
            assertThat(gateway.say("GET / HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nhello").doesNotContain("chunked");
        }
    }

    @Test
    void answersWithoutContentAreRelayedWithoutWaitingForAny() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
                Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).contains("Content-Length: 9\r\n").endsWith("\r\n\r\n");
        }
    }

    @Test
    void halfClosedClientStillGetsItsAnswer() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    closed.join();
                    exchange.write(OK);
                });
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            closed.complete(null);
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)).endsWith("ok");
        }
    }

    @Test
    void halfClosedClientGetsTheAnswersToAllThatItAsked() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK));
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            client.getOutputStream().write(GET.repeat(3).getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).split("HTTP/1.1 200 OK", -1)).hasSize(4);
        }
    }

    @Test
    void continueIsSentOnlyOnceContentIsWanted() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + exchange.read(5));
                });
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            client.getOutputStream().write(post("Content-Length: 5\r\nExpect: 100-continue\r\n", "").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readNBytes(25), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(readUntil(client.getInputStream(), "hello")).startsWith("HTTP/1.1 200 OK");
            assertThat(upstream.heads().getFirst()).doesNotContainIgnoringCase("expect");
        }
    }

    @Test
    void whatStandsBehindARefusedContentIsNeverARequest() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK));
                Gateway gateway = Gateway.before(upstream.port(), (view, forward) -> view.head().method().equals("POST")
                        ? new Decision.Reject(Rejection.of(RejectReason.CREDENTIALS_MISSING, "none"), Trail.UNROUTED)
                        : forward)) {
            String refused = gateway.say(post("Content-Length: 1000\r\n", GET));
            assertThat(refused).startsWith("HTTP/1.1 401 ").contains("Connection: close").contains("\"code\":\"unauthorized\"");
            assertThat(refused.split("HTTP/1.1 ", -1)).hasSize(2);
            assertThat(gateway.say(post("Content-Length: 2\r\n", "xy" + LAST_GET))).contains("HTTP/1.1 401 ", "HTTP/1.1 200 OK");
            assertThat(gateway.say(post("Content-Length: 2\r\nExpect: 100-continue\r\n", "")))
                    .startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue");
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void violationsAreAnsweredAndTheConnectionCloses() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK)); Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" + GET)).startsWith("HTTP/1.1 400 Bad Request").contains("host_invalid");
            assertThat(gateway.logged().reason()).contains(RejectReason.HOST_INVALID);
            assertThat(gateway.say(post("Transfer-Encoding: chunked\r\n", "zz\r\n"))).startsWith("HTTP/1.1 400").contains("chunk_malformed");
            assertThat(gateway.say(post("Content-Length: 2000000\r\n", ""))).startsWith("HTTP/1.1 413").contains("body_too_large");
            assertThat(gateway.say("GET / HT")).startsWith("HTTP/1.1 408").contains("header_timeout");
            assertThat(upstream.heads()).allMatch(head -> head.startsWith("POST"));
        }
    }

    @Test
    void contentThatStopsComingIsNotWaitedForLong() throws Exception {
        assertThat(answerTo(exchange -> exchange.read(Integer.MAX_VALUE), post("Content-Length: 5\r\n", "he")))
                .startsWith("HTTP/1.1 408").contains("body_timeout");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK)); Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(GET.repeat(20) + LAST_GET).split("HTTP/1.1 200 OK", -1)).hasSize(22);
            assertThat(upstream.heads().getLast()).startsWith("GET /last");
        }
    }

    @Test
    void bodyNeededForTheVerdictIsBufferedAndForwarded() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + exchange.read(5));
                });
                Gateway gateway = Gateway.before(upstream.port(), (view, forward) -> {
                    Decision last = view.body().isPresent() ? forward : new Decision.NeedBody(8, Trail.UNROUTED);
                    return new Decision.Await(CompletableFuture.supplyAsync(
                            () -> last, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, Thread.ofVirtual()::start)), Trail.UNROUTED);
                })) {
            assertThat(gateway.say(post("Content-Length: 5\r\nConnection: close\r\n", "hello"))).endsWith("hello");
            assertThat(gateway.say(post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"))).endsWith("hello");
            assertThat(upstream.heads().getLast()).contains("Content-Length: 5").doesNotContain("chunked");
            assertThat(gateway.say(post("Content-Length: 9\r\n", "too large"))).startsWith("HTTP/1.1 413");
            assertThat(gateway.say(post("Transfer-Encoding: chunked\r\n", "9\r\ntoo large\r\n0\r\n\r\n"))).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void contentThatIsOnlyAnnouncedTakesNoRoomFromOthers() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK));
                Gateway gateway = Gateway.before(upstream.port(),
                        (view, forward) -> view.body().isPresent() ? forward : new Decision.NeedBody(1_000_000, Trail.UNROUTED))) {
            for (int each = 0; each * 1_000_000L < BufferBudget.DEFAULT_MAX_BYTES; each++) {
                Socket one = gateway.connect();
                silent.add(one);
                one.getOutputStream().write(post("Content-Length: 1000000\r\n", "x").getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(gateway.say(post("Content-Length: 5\r\nConnection: close\r\n", "hello"))).startsWith("HTTP/1.1 200 OK");
        } finally {
            for (Socket one : silent) {
                one.close();
            }
        }
    }

    @Test
    void brokenUpstreamsAreAnsweredForWithProxyStatus() throws Exception {
        assertThat(answerTo(_ -> {})).startsWith("HTTP/1.1 502").contains("Proxy-Status: sallyport; error=connection_terminated");
        assertThat(answerTo(exchange -> {
            exchange.head();
            exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        })).startsWith("HTTP/1.1 502").contains("upstream_malformed");
        assertThat(answerTo(exchange -> {
            exchange.head();
            exchange.head();
        })).startsWith("HTTP/1.1 504").contains("upstream_timeout");
        assertThat(answerTo(exchange -> {
            exchange.head();
            exchange.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        })).startsWith("HTTP/1.1 502");
        assertThat(answerTo(exchange -> {
            exchange.head();
            exchange.write("HTTP/1.1 200 OK\r\nX: " + "y".repeat(5000) + "\r\n\r\n");
        })).startsWith("HTTP/1.1 502").contains("upstream_headers_too_large");
    }

    private static String answerTo(ScriptedUpstream.Script script) throws IOException {
        return answerTo(script, LAST_GET);
    }

    private static String answerTo(ScriptedUpstream.Script script, String request) throws IOException {
        try (ScriptedUpstream upstream = new ScriptedUpstream(script); Gateway gateway = Gateway.before(upstream.port())) {
            return gateway.say(request);
        }
    }

    @Test
    void shortAnswerBreaksTheConnectionSoThatTheClientSeesIt() throws Exception {
        String cut = answerTo(exchange -> {
            exchange.head();
            exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe");
        });
        assertThat(cut).contains("200 OK").doesNotContain("0\r\n\r\n");
    }

    @Test
    void surplusBytesKeepAConnectionOutOfThePool() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(OK + "HTTP/1.1 200 Poison\r\n\r\n"));
                Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(GET + LAST_GET)).doesNotContain("Poison");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void stalePooledConnectionIsTriedAgainForARepeatableRequest() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write(OK);
                    exchange.head();
                });
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            for (int request = 0; request < 3; request++) {
                client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
                assertThat(readUntil(client.getInputStream(), "\r\n\r\nok")).startsWith("HTTP/1.1 200 OK");
            }
            assertThat(upstream.connections()).isEqualTo(3);
            assertThat(upstream.heads()).hasSize(5);
        }
    }

    @Test
    void whatWasSentOnceIsNotGivenBackThoughTheNextTryFindsNobody() throws Exception {
        CompletableFuture<ScriptedUpstream> itself = new CompletableFuture<>();
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write(OK);
                    exchange.head();
                    itself.join().refuse();
                });
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            itself.complete(upstream);
            client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
            readUntil(client.getInputStream(), "\r\n\r\nok");
            client.getOutputStream().write(LAST_GET.getBytes(StandardCharsets.US_ASCII));
            assertThat(readUntil(client.getInputStream(), "\r\n")).startsWith("HTTP/1.1 502");
            assertThat(gateway.givenBack()).isZero();
        }
    }

    @Test
    void earlyAnswerReachesAClientThatIsStillSending() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    exchange.write("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
                    exchange.read(1);
                });
                Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(post("Content-Length: 900000\r\n", GET))).startsWith("HTTP/1.1 403 No").contains("Connection: close").endsWith("no");
        }
    }

    @Test
    void interimAnswersGoToClientsThatKnowThem() throws Exception {
        String hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        try (ScriptedUpstream upstream = new ScriptedUpstream(ScriptedUpstream.always(hints + OK)); Gateway gateway = Gateway.before(upstream.port())) {
            assertThat(gateway.say(LAST_GET)).startsWith("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK");
            assertThat(gateway.say("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void largeContentPassesBothWaysWithoutPilingUp() throws Exception {
        int size = 900_000;
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    String content = exchange.read(size);
                    exchange.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + content);
                });
                Gateway gateway = Gateway.before(upstream.port())) {
            String answer = gateway.say(post("Content-Length: " + size + "\r\nConnection: close\r\n", "0123456789".repeat(size / 10)));
            assertThat(answer).endsWith("0123456789".repeat(size / 10));
        }
    }

    @Test
    void drainLetsTheOpenExchangeEnd() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Void> draining = new CompletableFuture<>();
        try (ScriptedUpstream upstream = new ScriptedUpstream(exchange -> {
                    exchange.head();
                    asked.complete(null);
                    draining.join();
                    exchange.write(OK);
                });
                Gateway gateway = Gateway.before(upstream.port());
                Socket client = gateway.connect()) {
            client.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
            asked.join();
            var drained = gateway.listener().drain(Duration.ofSeconds(10)).toCompletableFuture();
            draining.complete(null);
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)).endsWith("ok");
            drained.join();
        }
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int letter = in.read();
            if (letter < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) letter);
        }
        return text.toString();
    }
}
