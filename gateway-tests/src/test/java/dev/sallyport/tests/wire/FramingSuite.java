package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The property: the requests that an upstream reads out of what it received are exactly those that were authorised, whatever a client sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FramingSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 250ms, bodyTimeout: 250ms, idleTimeout: 250ms, maxBody: 1MiB }
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 2s }
            routes:
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private static final String SMUGGLED = get("/smuggled");
    private final Fixture fixture = new Fixture().start(CONFIG);
    private final RecordingUpstream upstream = fixture.upstream();

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    static Stream<String> malformedRequests() {
        return MalformedRequests.all().stream();
    }

    static Stream<String> malformedHeads() {
        return MalformedResponses.heads().stream();
    }

    static Stream<String> malformedBodies() {
        return MalformedResponses.bodies().stream();
    }

    @Test
    void thereAreEnoughMalformedMessagesToMeanSomething() {
        assertThat(MalformedRequests.all()).hasSizeGreaterThan(130).doesNotHaveDuplicates();
        assertThat(MalformedResponses.heads().size() + MalformedResponses.bodies().size()).isGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("malformedRequests")
    void aMalformedRequestIsRefusedWithACloseAndHidesNoOther(String request) {
        List<Reply> replies = sendAndReadAll(request + SMUGGLED);
        assertThat(replies).describedAs("exactly one answer, then a close").hasSizeLessThanOrEqualTo(1);
        for (Reply reply : replies) {
            assertThat(reply.status()).isIn(400, 408, 413, 414, 417, 431, 501, 505);
        }
        assertThat(fixture.exchange(get("/canary")).status()).isEqualTo(200);
        assertThat(upstream.received()).singleElement().satisfies(one -> assertThat(one.target()).isEqualTo("/canary"));
        assertThat(upstream.transcript()).doesNotContain("smuggled");
        assertThat(upstream.violations()).isEmpty();
    }

    private List<Reply> sendAndReadAll(String bytes) {
        try (RawClient client = fixture.plain()) {
            client.sendRegardless(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return client.readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\r\nGET /good HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /good HTTP/1.1\r\nhOsT:a\r\n\r\n",
        "GET /good HTTP/1.1\r\nHost: \t a \t\r\n\r\n",
        "GET /good HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n",
        "GET /good HTTP/1.1\r\nHost: a\r\nX: \u00e9\t!\r\n\r\n",
        "POST /good HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello",
        "POST /good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n05\r\nhello\r\n000\r\n\r\n",
        "POST /good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n",
        "POST /good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhellohello\r\na\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n",
        "OPTIONS /good HTTP/1.1\r\nHost: a:80\r\n\r\n",
        "X-CUSTOM~M /good HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /good HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "DELETE /good HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
    })
    void anUnusualButCorrectRequestPasses(String request) {
        try (RawClient client = fixture.plain()) {
            assertThat(client.send(request).read().status()).isEqualTo(200);
            assertThat(client.exchange(get("/after")).status()).isEqualTo(200);
        }
        assertThat(upstream.received()).hasSize(2);
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void aRefusedRequestsUnreadBodyIsNeverTakenForARequest() {
        try (RawClient client = fixture.plain()) {
            client.send(lines("POST /../x HTTP/1.1", "Host: a", "Content-Length: " + SMUGGLED.length()) + SMUGGLED);
            List<Reply> replies = client.readAll();
            assertThat(replies).singleElement().satisfies(reply -> assertThat(reply.status()).isEqualTo(400));
        }
        assertThat(upstream.received()).isEmpty();
    }

    @Test
    void aBodyThatLooksLikeARequestStaysABody() {
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(post("/carrier", SMUGGLED)).status()).isEqualTo(200);
            String chunked = lines("POST /carrier HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + Integer.toHexString(SMUGGLED.length()) + "\r\n" + SMUGGLED + "\r\n0\r\n\r\n";
            assertThat(client.exchange(chunked).status()).isEqualTo(200);
        }
        assertThat(upstream.received()).extracting(one -> one.target()).containsExactly("/carrier", "/carrier");
    }

    @Test
    void everySplitOfARequestAcrossPacketsIsReadAlike() {
        String request = lines("POST /split HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\n";
        try (RawClient client = fixture.plain()) {
            for (int at = 1; at < request.length(); at += 3) {
                client.send(request.substring(0, at)).send(request.substring(at));
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
        assertThat(upstream.received()).allSatisfy(one -> assertThat(one.text()).isEqualTo("hello"));
    }

    @ParameterizedTest
    @MethodSource("malformedHeads")
    void aMalformedResponseHeadIsABadGateway(String response) {
        upstream.on("/broken", call -> {
            call.content();
            call.write(response);
            call.closeConnection();
        });
        try (RawClient client = fixture.plain()) {
            Reply reply = client.exchange(get("/broken"));
            assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(502);
            assertThat(reply.field("Proxy-Status")).isPresent();
            assertThat(reply.field("Set-Cookie")).isEmpty();
        }
        assertThat(fixture.exchange(get("/canary")).text()).isEqualTo("ok");
        assertThat(upstream.received("/broken")).describedAs("not repeated").hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("malformedBodies")
    void malformedResponseContentIsSeenToBeBroken(String content) {
        upstream.on("/broken", call -> {
            call.content();
            call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + content);
            call.closeConnection();
        });
        try (RawClient client = fixture.plain()) {
            client.send(get("/broken"));
            boolean whole = true;
            try {
                whole = client.read().status() == 200;
            } catch (UncheckedIOException e) {
                whole = false;
            }
            assertThat(whole).isFalse();
        }
        assertThat(fixture.exchange(get("/canary")).text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokpoisoned",
        "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 8\r\n\r\npoisoned",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
    })
    void whatFollowsAResponseIsNobodysResponse(String response) {
        upstream.on("/poison", response);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            try (RawClient client = fixture.plain()) {
                client.exchange(get("/poison"));
                texts.add(client.exchange(get("/victim")).text());
            }
        }
        assertThat(texts).containsOnly("ok");
    }

    @Test
    void aContentOnHeadIsNotTakenForTheNextResponse() {
        upstream.on("/poison", "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned");
        try (RawClient client = fixture.plain()) {
            assertThat(client.send(lines("HEAD /poison HTTP/1.1", "Host: a")).read("HEAD").status()).isEqualTo(200);
            assertThat(client.exchange(get("/victim")).text()).isEqualTo("ok");
        }
    }
}
