package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The property: whatever an upstream answers, a client gets its own whole answer or sees that it got none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnswerFramingSuite {
    private static final int CASES = 60;

    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
            admin: { bind: "127.0.0.1:0" }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 2s }
            routes:
              main: { match: { path: /** }, auth: none, upstream: main }
            """;
    private final Fixture fixture = new Fixture().start(CONFIG);
    private final RecordingUpstream upstream = fixture.upstream();
    private int canaries;

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    static List<FramingCase> heads() {
        return FramingCase.answers(FramingCase.Place.HEAD);
    }

    static List<FramingCase> contents() {
        return FramingCase.answers(FramingCase.Place.CONTENT);
    }

    static List<FramingCase> surpluses() {
        return FramingCase.answers(FramingCase.Place.SURPLUS);
    }

    @Test
    void thereAreEnoughCasesAndNoTwoAreTheSame() {
        assertThat(FramingCase.answers()).extracting(FramingCase::what).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(CASES);
        assertThat(FramingCase.answers()).extracting(FramingCase::bytes).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aMalformedAnswerIsABadGateway(FramingCase bad) {
        String path = "/broken/" + canaries++;
        Reply reply = ask(path, bad).orElseThrow();
        assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(502);
        assertThat(reply.field("Proxy-Status")).isPresent();
        assertThat(reply.field("Set-Cookie")).isEmpty();
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo(bad.reason());
        assertThat(upstream.received(path)).describedAs("not repeated").hasSize(1);
        assertOthersGetTheirOwn();
    }

    @ParameterizedTest
    @MethodSource("contents")
    void malformedContentIsSeenToBeBroken(FramingCase bad) {
        String path = "/broken/" + canaries++;
        assertThat(ask(path, bad)).describedAs("broken off").isEmpty();
        JsonNode line = fixture.gateway().awaitEvent(event -> event.has("durationMs") && event.path("path").asText().equals(path));
        assertThat(line.path("reason").asText()).isEqualTo(bad.reason());
        assertOthersGetTheirOwn();
    }

    @ParameterizedTest
    @MethodSource("surpluses")
    void whatFollowsAnAnswerIsNobodysAnswer(FramingCase bad) {
        upstream.on("/poison", bad.bytes());
        for (int i = 0; i < 4; i++) {
            try (RawClient client = fixture.plain()) {
                assertThat(client.exchange(get("/poison")).text()).doesNotContain("poisoned");
                canary(client);
            }
        }
    }

    @Test
    void aContentOnHeadIsNotTakenForTheNextAnswer() {
        upstream.on("/poison", "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned");
        try (RawClient client = fixture.plain()) {
            assertThat(client.send(lines("HEAD /poison HTTP/1.1", "Host: a")).read("HEAD").status()).isEqualTo(200);
            canary(client);
        }
    }

    /** The whole answer that the client got, if it got one. */
    private Optional<Reply> ask(String path, FramingCase bad) {
        upstream.on(path, call -> {
            call.content();
            call.write(bad.bytes());
            call.closeConnection();
        });
        try (RawClient client = fixture.plain()) {
            return Optional.of(client.exchange(get(path)));
        } catch (UncheckedIOException brokenOff) {
            return Optional.empty();
        }
    }

    private void assertOthersGetTheirOwn() {
        try (RawClient other = fixture.plain()) {
            canary(other);
            canary(other);
        }
    }

    private void canary(RawClient client) {
        String target = "/canary/" + canaries++;
        upstream.on(target, RecordingUpstream.ok("answer to " + target));
        assertThat(client.exchange(get(target)).text()).isEqualTo("answer to " + target);
    }
}
