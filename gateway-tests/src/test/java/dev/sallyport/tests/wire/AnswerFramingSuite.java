package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
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
    private static final String POISON = RecordingUpstream.ok("poisoned");

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
    private final Canaries canaries = new Canaries(fixture);
    private int asked;

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    static List<AnswerCase> heads() {
        return AnswerCase.at(AnswerCase.Place.HEAD);
    }

    static List<AnswerCase> contents() {
        return AnswerCase.at(AnswerCase.Place.CONTENT);
    }

    static List<AnswerCase> surpluses() {
        return AnswerCase.at(AnswerCase.Place.SURPLUS);
    }

    private static List<FramingCase> answers() {
        return AnswerCase.all().stream().map(AnswerCase::bad).toList();
    }

    @Test
    void thereAreEnoughCasesAndNoTwoAreTheSame() {
        assertThat(answers()).extracting(FramingCase::what).doesNotHaveDuplicates();
        assertThat(AnswerCase.all()).extracting(one -> one.request("/") + one.upstream() + one.bad().steps()).doesNotHaveDuplicates();
        assertThat(answers()).extracting(FramingCase::proof).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(CASES);
    }

    @Test
    void everyRuleIsASectionOrAFlawThatTheseCasesHoldOff() {
        assertThat(FramingCase.flawsIn(answers())).isEqualTo(FramingCase.flawsHeldOffBy(AnswerFramingSuite.class));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aMalformedAnswerIsABadGateway(AnswerCase one) {
        String path = "/broken/" + asked++;
        answerWithPoisonBehind(path, one);
        try (RawClient client = fixture.plain()) {
            Reply reply = ask(client, path, one);
            assertThat(reply.status()).describedAs(reply.toString()).isEqualTo(502);
            assertThat(reply.field("Proxy-Status")).isPresent();
            assertThat(reply.field("Set-Cookie")).isEmpty();
            assertThat(reply.field("Connection")).describedAs("the client is not to blame").isEmpty();
            canaries.ask(client);
        }
        assertThat(reasonOf(path)).isEqualTo(one.bad().reason());
        assertThat(upstream.received(path)).describedAs("not repeated").hasSize(1);
        assertNobodyElseIsConcerned(path);
    }

    @ParameterizedTest
    @MethodSource("contents")
    void malformedContentIsSeenToBeBroken(AnswerCase one) {
        String path = "/broken/" + asked++;
        answerWithPoisonBehind(path, one);
        try (RawClient client = fixture.plain()) {
            assertThatThrownBy(() -> ask(client, path, one)).describedAs("broken off").isInstanceOf(UncheckedIOException.class)
                    .cause().isInstanceOfAny(EOFException.class, SocketException.class);
        }
        assertThat(reasonOf(path)).isEqualTo(one.bad().reason());
        assertNobodyElseIsConcerned(path);
    }

    @ParameterizedTest
    @MethodSource("surpluses")
    void whatFollowsAnAnswerIsNobodysAnswer(AnswerCase one) {
        String path = "/broken/" + asked++;
        CompletableFuture<Void> answered = new CompletableFuture<>();
        upstream.on(path, call -> {
            call.content();
            call.write(one.bad().steps().getFirst());
            if (one.comesLater()) {
                answered.join();
                call.write(one.bad().steps().getLast());
            }
        });
        try (RawClient client = fixture.plain()) {
            assertThat(ask(client, path, one).text()).doesNotContain("poisoned");
            long open = upstream.openConnections();
            answered.complete(null);
            if (one.comesLater()) {
                Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> upstream.openConnections() < open);
            }
            canaries.ask(client);
        }
        assertNobodyElseIsConcerned(path);
    }

    @Test
    void aContentOnHeadIsNotTakenForTheNextAnswer() {
        upstream.on("/poison", POISON);
        try (RawClient client = fixture.plain()) {
            assertThat(client.exchange(head("/poison")).status()).isEqualTo(200);
            canaries.ask(client);
        }
        canaries.askOnEveryLoop();
    }

    /** Where the connection stays open, an answer stands ready behind the bad one for whoever should come next. */
    private void answerWithPoisonBehind(String path, AnswerCase one) {
        upstream.on(path, call -> {
            call.content();
            call.write(one.bad().steps().getFirst());
            if (one.isCutOff()) {
                call.closeConnection();
            } else {
                call.write(POISON);
            }
        });
    }

    /** The answer, over an upstream connection in the state that the case is about. */
    private Reply ask(RawClient client, String path, AnswerCase one) {
        boolean isKept = one.upstream() == AnswerCase.Upstream.KEPT;
        String before = isKept ? canaries.ask(client) : canaries.ask(client, "Connection: close");
        try {
            return client.exchange(one.request(path));
        } finally {
            int connection = upstream.received(path).getFirst().connection();
            assertThat(connection == upstream.only(before).connection()).isEqualTo(isKept);
        }
    }

    /** Whatever loop others are served on, they get their own answers, and never over the connection that this one came over. */
    private void assertNobodyElseIsConcerned(String path) {
        canaries.askOnEveryLoop();
        int connection = upstream.received(path).getFirst().connection();
        assertThat(upstream.received()).filteredOn(one -> one.connection() == connection).last().extracting(Received::target).isEqualTo(path);
    }

    private String reasonOf(String path) {
        return fixture.gateway().awaitEvent(event -> event.has("durationMs") && event.path("path").asText().equals(path)).path("reason").asText();
    }
}
