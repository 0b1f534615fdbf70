package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static dev.sallyport.tests.harness.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
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
    private static final int CASES = 150;
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 413, 414, 417, 431, 501);

    /** What a case sends ahead: requests that must be answered before the malformed one is refused. */
    private static final Pattern AHEAD = Pattern.compile(" (/good/\\d|/bad/keyless) HTTP/1\\.1\r\n");

    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 250ms, bodyTimeout: 250ms, idleTimeout: 1s, maxBody: 1MiB }
            admin: { bind: "127.0.0.1:0" }
            authenticators:
              keys: { apiKey: { header: X-API-Key, store: { file: keys.yaml } } }
              hooks: { hmac: { scheme: github, secrets: { a: secret-of-the-webhook }, maxBody: 1KiB } }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 2s }
            routes:
              open: { match: { path: /** }, auth: none, upstream: main }
              protected: { match: { path: /bad/** }, auth: keys, upstream: main }
              signed: { match: { path: /bad/signed }, auth: hooks, upstream: main }
            """;
    private static final String KEY = "sp_0123456789abcdefghijklmnopqrstuv";
    private static final String SMUGGLED = get("/smuggled");
    private final Fixture fixture = new Fixture();
    private final RecordingUpstream upstream = fixture.upstream();
    private final Canaries canaries = new Canaries(fixture);

    FramingSuite() {
        fixture.write("keys.yaml", "keys:\n" + ApiKeys.entry("one", KEY, "acme", ""));
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    static List<FramingCase> requests() {
        return FramingCase.requests();
    }

    @Test
    void thereAreEnoughCasesAndNoTwoAreTheSame() {
        assertThat(requests()).extracting(FramingCase::what).doesNotHaveDuplicates();
        assertThat(requests()).extracting(FramingCase::steps).doesNotHaveDuplicates();
        assertThat(requests()).extracting(FramingCase::proof).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(CASES);
    }

    @Test
    void everyRuleIsASectionOrAFlawThatTheseCasesHoldOff() {
        assertThat(FramingCase.flawsIn(requests())).isEqualTo(FramingCase.flawsHeldOffBy(FramingSuite.class));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aMalformedRequestIsRefusedWithACloseAndHidesNoOther(FramingCase bad) {
        List<String> ahead = requestsAheadOf(bad);
        List<String> authorised = new ArrayList<>(ahead.stream().filter(target -> target.startsWith("/good")).toList());
        try (RawClient other = fixture.plain()) {
            authorised.add(canaries.ask(other));
            List<Reply> replies = sendAndReadAll(bad.steps());
            authorised.add(canaries.ask(other));
            assertThat(replies).describedAs("one answer to each request, then a close").hasSize(ahead.size() + 1);
            for (int i = 0; i < ahead.size(); i++) {
                assertAnswered(ahead.get(i), replies.get(i));
            }
            assertThat(replies.getLast().status()).isIn(REFUSALS);
            assertThat(fixture.gateway().reasonOf(replies.getLast())).isEqualTo(bad.reason());
        }
        authorised.addAll(canaries.askOnEveryLoop());
        assertUpstreamReadOnly(authorised);
    }

    private List<String> requestsAheadOf(FramingCase bad) {
        List<String> targets = AHEAD.matcher(String.join("", bad.steps())).results().map(found -> found.group(1)).toList();
        targets.forEach(target -> upstream.on(target, RecordingUpstream.ok("answer to " + target)));
        return targets;
    }

    private static void assertAnswered(String target, Reply reply) {
        if (target.startsWith("/good")) {
            assertThat(reply.text()).isEqualTo("answer to " + target);
        } else {
            assertThat(reply.status()).isEqualTo(401);
        }
    }

    private void assertUpstreamReadOnly(List<String> targets) {
        assertThat(upstream.received()).extracting(one -> one.target()).containsExactlyInAnyOrderElementsOf(targets);
        assertThat(upstream.transcript()).doesNotContain("smuggled").doesNotContain("/bad");
        assertThat(upstream.violations()).isEmpty();
    }

    /** Reads what is said between the steps, and behind the last one sends a request that nobody may see. */
    private List<Reply> sendAndReadAll(List<String> steps) {
        try (RawClient client = fixture.plain()) {
            List<Reply> replies = new ArrayList<>();
            for (String step : steps.subList(0, steps.size() - 1)) {
                replies.add(client.send(step).readOne("ANY"));
            }
            client.sendRegardless((steps.getLast() + SMUGGLED).getBytes(StandardCharsets.ISO_8859_1));
            replies.addAll(client.readAll());
            return replies.stream().filter(reply -> reply.status() >= 200).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bad", "/bad/", "//bad", "/./bad", "/x/../bad", "/%62ad", "/bad?x", "/bad/%2e/y", "/%2e/bad", "/x/%2E%2E/bad", "http://a/bad", "http://a/x/../bad/y"})
    void noSpellingOfAProtectedPathPassesWithoutTheKey(String target) {
        Reply reply = fixture.exchange(lines("GET " + target + " HTTP/1.1", "Host: a"));
        assertThat(reply.status()).isIn(400, 401);
        assertThat(upstream.received()).isEmpty();
    }

    @Test
    void theProtectedPathPassesWithTheKey() {
        assertThat(fixture.exchange(get("/bad/x", "X-API-Key: " + KEY)).status()).isEqualTo(200);
        assertThat(upstream.only("/bad/x").fields()).extracting(field -> field.name().toLowerCase(Locale.ROOT)).doesNotContain("x-api-key");
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
            assertThat(client.readAll()).singleElement().satisfies(reply -> assertThat(reply.status()).isEqualTo(400));
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
}
