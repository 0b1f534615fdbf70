package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.head;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Field;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes up and what comes down, whole and unchanged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForwardingSuite {
    private final Forwarder forwarder = new Forwarder();
    private final Fixture fixture = forwarder.fixture();
    private final RecordingUpstream upstream = fixture.upstream();

    @AfterAll
    void stop() {
        forwarder.close();
    }

    @BeforeEach
    void forget() {
        forwarder.forget();
    }

    @Test
    void oneConnectionServesManyRequestsAndPoolsTheUpstream() {
        int before = upstream.connections();
        try (RawClient client = fixture.plain()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.exchange(get("/main/" + i)).text()).isEqualTo("ok");
            }
        }
        assertThat(upstream.connections() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        for (String name : List.of("/main/p1", "/main/p2", "/main/p3")) {
            upstream.on(name, RecordingUpstream.ok(name));
        }
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/p1") + post("/main/p2", "body") + get("/main/p3"));
            assertThat(client.read().text()).isEqualTo("/main/p1");
            assertThat(client.read().text()).isEqualTo("/main/p2");
            assertThat(client.read().text()).isEqualTo("/main/p3");
        }
        assertThat(upstream.only("/main/p2").text()).isEqualTo("body");
    }

    @Test
    void aRequestMayComeByteByByte() {
        try (RawClient client = fixture.plain()) {
            client.sendBytewise(lines("POST /main/slow HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(upstream.only("/main/slow").text()).isEqualTo("abc");
    }

    @Test
    void http10IsAnsweredAndClosed() {
        try (RawClient client = fixture.plain()) {
            Reply reply = client.send("GET /main/old HTTP/1.0\r\nHost: a\r\n\r\n").read();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void continueIsSentOnlyWhenTheUpstreamIsToHaveTheBody() {
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /main/expect HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4"));
            assertThat(client.readOne("POST").status()).isEqualTo(100);
            assertThat(client.send("body").read().status()).isEqualTo(200);
        }
        try (RawClient client = fixture.plain()) {
            Reply reply = client.send(lines("POST /nowhere HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4")).readOne("POST");
            assertThat(reply.status()).isEqualTo(404);
        }
    }

    @Test
    void interimResponsesOfTheUpstreamDoNotDisturb() {
        upstream.on("/main/hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + RecordingUpstream.ok("final"));
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(get("/main/hints")).text()).isEqualTo("final");
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void responsesWithoutContentEndWithTheirHead(int status) {
        upstream.on("/main/empty", "HTTP/1.1 " + status + " Fine\r\nETag: \"x\"\r\n\r\n");
        try (RawClient client = fixture.plain()) {
            Reply reply = client.exchange(get("/main/empty"));
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.field("Transfer-Encoding")).isEmpty();
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @Test
    void headHasTheLengthAndNoContent() {
        upstream.on("/main/head", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(head("/main/head")).field("Content-Length")).contains("1000");
            assertThat(client.exchange(get("/main/after")).text()).isEqualTo("ok");
        }
    }

    @Test
    void responseHeadersAreKeptAsSentHopByHopOnesAside() {
        upstream.on("/main/fields", RecordingUpstream.ok("x", "Set-Cookie: a=1; Path=/", "set-cookie: b=2", "X-Odd:  two  words ", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5",
                "WWW-Authenticate: Basic realm=\"u\"", "Server: old"));
        Reply reply = fixture.exchange(get("/main/fields"));
        assertThat(reply.values("Set-Cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(reply.field("X-Odd")).contains("two  words");
        assertThat(reply.field("X-Hop")).isEmpty();
        assertThat(reply.field("Keep-Alive")).isEmpty();
        assertThat(reply.challenges()).containsExactly("Basic realm=\"u\"");
    }

    @Test
    void aResponseThatEndsWithTheConnectionIsRelayedWhole() {
        upstream.on("/main/until-close", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\n\r\nall there is");
            call.closeConnection();
        });
        assertThat(fixture.exchange(get("/main/until-close")).text()).isEqualTo("all there is");
    }

    @Test
    void trailersOfAnAnswerAreRelayedHopByHopFramingAndReservedOnesAside() {
        upstream.on("/main/trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
                + lines("X-Sum: 1", "Connection: close", "Keep-Alive: timeout=5", "Transfer-Encoding: chunked", "Content-Length: 99", "Host: b",
                        "Trailer: X-Sum", "Set-Cookie: a=1", "Location: /x", "WWW-Authenticate: Basic", "X-Auth-Subject: root",
                        "X_Auth.Subject: root", "X-Forwarded-For: 1.2.3.4", "Content-Type: text/html", "Cache-Control: public", "x-other: 2"));
        Reply reply = fixture.exchange(get("/main/trailers"));
        assertThat(reply.text()).isEqualTo("ok");
        assertThat(reply.trailers()).containsExactly(new Field("X-Sum", "1"), new Field("x-other", "2"));
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswer() {
        try (RawClient client = fixture.plain()) {
            client.send(get("/main/half")).halfClose();
            assertThat(client.read().text()).isEqualTo("ok");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    /** An event loop that does not see the reset goes round for ever (CVE-2026-41417). */
    @Test
    void halfClosedClientsThatResetHarmNobodyOnTheirLoops() {
        int loops = Runtime.getRuntime().availableProcessors();
        upstream.on("/patient/reset", call -> {
            call.content();
            call.readBytes(1);
        });
        for (int each = 0; each < 8 * loops; each++) {
            RawClient client = fixture.plain().send(get("/patient/reset")).halfClose();
            await().until(() -> !upstream.received("/patient/reset").isEmpty());
            client.reset();
        }
        for (int each = 0; each < 2 * loops; each++) {
            assertThat(fixture.exchange(get("/main/after-reset")).text()).isEqualTo("ok");
        }
        await().until(() -> fixture.gateway().metrics().sum("sallyport_upstream_connections", "upstream=patient", "state=active") == 0);
        await().until(() -> fixture.gateway().metrics().sum("sallyport_connections", "listener=http") == 0);
    }
}
