package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.ProxyHeaders.joined;
import static dev.sallyport.tests.harness.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.ProxyHeaders;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.http2.FrameClient;
import dev.sallyport.tests.harness.pki.ClientHello;
import dev.sallyport.tests.harness.token.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners behind a proxy that does not read HTTP: whom its PROXY header names is the client, and nobody else may name one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProxyProtocolSuite {
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
              behind:
                bind: 127.0.0.1:0
                proxyProtocol: required
                limits: { headerTimeout: 1s }
                failedAttempts: { max: 2, per: 1h }
                insecureAllowPlaintextCredentials: true
              careful:
                bind: 127.0.0.1:0
                proxyProtocol: required
              secured:
                bind: 127.0.0.1:0
                proxyProtocol: required
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0" }
            trustedProxies: [ 127.0.0.1, 192.0.2.0/24 ]
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
            upstreams:
              main: { targets: [ "@upstream@" ] }
            routes:
              open: { match: { path: /open/** }, auth: none, upstream: main }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
            """;
    private static final String KEY = "X-API-Key: alice-key-0123456789";
    private static final byte[] TOLD = ProxyHeaders.of("203.0.113.7");
    private static final String[] CLAIMS = {"X-Forwarded-For: 198.51.100.1", "X-Forwarded-Proto: https", "Forwarded: for=198.51.100.1"};
    private static final String V4 = "cb007107 7f000001 d903 01bb";
    private static final String V6 = "20010db8000000000000000000000007 00000000000000000000000000000001 d903 01bb";

    /** These fit no header, whatever comes behind them. */
    private static final Map<String, byte[]> WRONG = Map.ofEntries(
            Map.entry("no header", get("/open/wrong").getBytes(StandardCharsets.US_ASCII)),
            Map.entry("a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
            Map.entry("a hello of TLS", ClientHello.offeringHybridWithoutShare(Requests.HOST)),
            Map.entry("a port of six digits", ProxyHeaders.line("TCP4 203.0.113.7 127.0.0.1 123456 443")),
            Map.entry("an address with a zero before it", ProxyHeaders.line("TCP4 203.0.113.07 127.0.0.1 1 443")),
            Map.entry("an address of another family", ProxyHeaders.line("TCP4 2001:db8::7 ::1 1 443")),
            Map.entry("a name", ProxyHeaders.line("TCP4 localhost 127.0.0.1 1 443")),
            Map.entry("two spaces", ProxyHeaders.line("TCP4  203.0.113.7 127.0.0.1 1 443")),
            Map.entry("a bare LF", "PROXY TCP4 203.0.113.7 127.0.0.1 1 443\n".getBytes(StandardCharsets.US_ASCII)),
            Map.entry("a line that never ends", ("PROXY UNKNOWN " + "x".repeat(5000)).getBytes(StandardCharsets.US_ASCII)),
            Map.entry("another version", ProxyHeaders.block("11 11 000c " + V4)),
            Map.entry("another command", ProxyHeaders.block("22 11 000c " + V4)),
            Map.entry("another family", ProxyHeaders.block("21 41 000c " + V4)),
            Map.entry("a length below the addresses'", ProxyHeaders.block("21 11 000b " + V4)),
            Map.entry("a length that the extensions do not fill", ProxyHeaders.block("21 11 0010 " + V4 + " 04 0000 00")),
            Map.entry("a length that takes of the request", joined(ProxyHeaders.block("21 11 0010 " + V4), get("/open/wrong"))),
            Map.entry("an extension beyond the length", ProxyHeaders.block("21 11 000f " + V4 + " 04 0010 00")),
            Map.entry("a block too long", ProxyHeaders.block("21 11 ffff " + V4)));

    private final Fixture fixture = new Fixture();

    ProxyProtocolSuite() {
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", "alice-key-0123456789", "alice", ""));
        fixture.start(CONFIG);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.upstream().forget();
    }

    private RawClient connect(String listener) {
        return RawClient.plain(fixture.gateway().port(listener));
    }

    private RawClient secured(byte[] header) {
        return RawClient.tlsBehind(header, fixture.gateway().port("secured"), fixture.pki().trusting(), Requests.HOST);
    }

    private double headers(String listener, String outcome) {
        return fixture.gateway().metrics().sum("sallyport_proxy_headers_total", "listener=" + listener, "outcome=" + outcome);
    }

    private double reached(String limit) {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=" + limit);
    }

    private double open(String listener) {
        return fixture.gateway().metrics().sum("sallyport_connections", "listener=" + listener);
    }

    private String loggedClient(Reply reply) {
        return fixture.gateway().accessLine(reply.requestId()).path("client").asText();
    }

    /** Header and request in one segment; whom the upstream hears of. */
    private List<String> forwardedFor(byte[] header, String path, String... fields) {
        try (RawClient client = connect("behind")) {
            assertThat(client.send(joined(header, get(path, fields))).read().status()).isEqualTo(200);
        }
        return fixture.upstream().only(path).values("X-Forwarded-For");
    }

    @ParameterizedTest
    @CsvSource({
        "TCP4 203.0.113.7 127.0.0.1 55555 443, 203.0.113.7",
        "TCP6 2001:db8::7 ::1 55555 443, 2001:db8::7",
        "TCP6 ::ffff:203.0.113.7 ::1 55555 443, 203.0.113.7",
    })
    void theClientIsWhomALineNames(String line, String client) {
        assertClient(ProxyHeaders.line(line), client);
    }

    @ParameterizedTest
    @CsvSource({
        "21 11 000c " + V4 + ", 203.0.113.7",
        "21 21 0024 " + V6 + ", 2001:db8::7",
        "21 11 0018 " + V4 + " 01 0002 6832 20 0004 00000000, 203.0.113.7",
        "21 21 002f " + V6 + " 03 0008 0011223344556677, 2001:db8::7",
    })
    void theClientIsWhomABlockNames(String block, String client) {
        assertClient(ProxyHeaders.block(block), client);
    }

    /** To the upstream and in the log, in plain and over TLS, for each request of the connection, whatever that says itself. */
    private void assertClient(byte[] header, String client) {
        for (RawClient connection : List.of(connect("careful").send(header), secured(header))) {
            try (connection) {
                for (int request = 0; request < 2; request++) {
                    Reply reply = connection.exchange(get("/open/told", CLAIMS));
                    assertThat(reply.status()).isEqualTo(200);
                    assertThat(loggedClient(reply)).isEqualTo(client);
                }
            }
        }
        assertThat(fixture.upstream().received()).hasSize(4).allSatisfy(received -> {
            assertThat(received.values("X-Forwarded-For")).containsExactly(client);
            assertThat(received.values("Forwarded")).isEmpty();
        });
        assertThat(fixture.upstream().received()).flatExtracting(received -> received.values("X-Forwarded-Proto")).containsExactly("http", "http", "https", "https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20 00 0000", "20 11 000c " + V4, "21 00 0000", "21 12 000c " + V4})
    void aBlockThatNamesNobodyLendsNobodyTheProxysTrust(String block) {
        assertThat(forwardedFor(ProxyHeaders.block(block), "/open/untold", CLAIMS)).containsExactly("127.0.0.1");
        assertThat(fixture.upstream().only("/open/untold").values("X-Forwarded-Proto")).containsExactly("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "UNKNOWN 2001:db8::7 2001:db8::1 55555 443"})
    void aLineThatNamesNobodyLendsNobodyTheProxysTrust(String line) {
        assertThat(forwardedFor(ProxyHeaders.line(line), "/open/unknown", CLAIMS)).containsExactly("127.0.0.1");
    }

    @Test
    void aTrustedProxyBehindTheProxyIsBelieved() {
        assertThat(forwardedFor(ProxyHeaders.of("192.0.2.9"), "/open/chain", CLAIMS)).containsExactly("198.51.100.1, 192.0.2.9");
        assertThat(fixture.upstream().only("/open/chain").values("X-Forwarded-Proto")).containsExactly("https");
    }

    @Test
    void aHeaderMayComeInAnyPieces() {
        byte[] block = ProxyHeaders.block("21 21 0024 " + V6);
        for (byte[] header : List.of(TOLD, block)) {
            try (RawClient client = connect("careful")) {
                client.sendBytewise(new String(header, StandardCharsets.ISO_8859_1));
                assertThat(client.exchange(get("/open/pieces")).status()).isEqualTo(200);
            }
            for (int cut = 1; cut < header.length; cut++) {
                try (RawClient client = connect("careful")) {
                    client.send(Arrays.copyOf(header, cut));
                    client.send(joined(Arrays.copyOfRange(header, cut, header.length), get("/open/pieces")));
                    assertThat(client.read().status()).isEqualTo(200);
                }
            }
        }
        assertThat(fixture.upstream().received()).hasSize(TOLD.length + block.length)
                .allSatisfy(received -> assertThat(received.field("X-Forwarded-For").orElseThrow()).isIn("203.0.113.7", "2001:db8::7"));
    }

    @Test
    void aHelloOfTlsMayComeInTheSegmentOfTheHeader() {
        byte[] hello = ClientHello.offeringHybridWithoutShare(Requests.HOST);
        try (RawClient client = connect("secured")) {
            client.send(joined(TOLD, hello));
            assertThat(ClientHello.groupAskedFor(client)).isEqualTo(0x11EC);
        }
        try (RawClient client = connect("secured")) {
            client.send(joined(TOLD, Arrays.copyOf(hello, 50))).send(Arrays.copyOfRange(hello, 50, hello.length));
            assertThat(ClientHello.groupAskedFor(client)).isEqualTo(0x11EC);
        }
    }

    @Test
    void http2WithPriorKnowledgeComesBehindTheHeader() {
        try (FrameClient client = FrameClient.behind(ProxyHeaders.block("21 11 000c " + V4), fixture.gateway().port("behind"))) {
            for (int request = 0; request < 2; request++) {
                assertThat(client.answer(client.get("/open/h2", "x-forwarded-for", "198.51.100.1")).status()).isEqualTo(200);
            }
        }
        assertThat(fixture.upstream().received()).hasSize(2)
                .allSatisfy(received -> assertThat(received.values("X-Forwarded-For")).containsExactly("203.0.113.7"));
    }

    @Test
    void nobodyElseMayNameAClient() {
        for (String listener : List.of("behind", "secured")) {
            double before = headers(listener, "untrusted");
            try (RawClient stranger = RawClient.plainFrom("127.0.0.2", fixture.gateway().port(listener))) {
                assertThat(stranger.sendRegardless(joined(TOLD, get("/open/stranger"))).closedByPeer()).isTrue();
            }
            assertThat(headers(listener, "untrusted") - before).isEqualTo(1);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void aListenerThatRequiresNoHeaderReadsNone() {
        for (byte[] header : List.of(TOLD, ProxyHeaders.block("21 11 000c " + V4))) {
            try (RawClient client = connect("http")) {
                assertThat(client.send(joined(header, get("/open/never"))).readAll()).extracting(Reply::status).containsExactly(400);
            }
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void whatIsNoHeaderIsClosedWithoutAnAnswer() {
        WRONG.forEach((name, bytes) -> {
            for (String listener : List.of("behind", "secured")) {
                double before = headers(listener, "malformed");
                try (RawClient client = connect(listener)) {
                    assertThat(client.sendRegardless(joined(bytes, get("/open/wrong"))).closedByPeer()).describedAs(name).isTrue();
                }
                assertThat(headers(listener, "malformed") - before).describedAs(name).isEqualTo(1);
            }
        });
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void whatABlockDoesNotCountIsReadAsARequestAndIsNone() {
        byte[] shortened = ProxyHeaders.block("21 11 000c " + V4 + " 04 0002 0000");
        try (RawClient client = connect("behind")) {
            assertThat(client.send(joined(shortened, get("/open/wrong"))).readAll()).extracting(Reply::status).containsExactly(400);
        }
        assertThat(fixture.upstream().received()).isEmpty();
    }

    @Test
    void headersHaveALongestLengthThatCounts() {
        for (byte[] tooLong : List.of(joined(new byte[0], "PROXY UNKNOWN " + "x".repeat(93)), ProxyHeaders.block("20 00 0ff1"))) {
            double before = reached("proxyHeaderBytes");
            try (RawClient client = connect("careful")) {
                assertThat(client.send(tooLong).closedByPeer()).isTrue();
            }
            assertThat(reached("proxyHeaderBytes") - before).isEqualTo(1);
        }
    }

    @Test
    void aHeaderThatDoesNotComeInTimeIsGivenUp() {
        for (byte[] begun : List.of(new byte[0], Arrays.copyOf(TOLD, 20), ProxyHeaders.block("21 11 000c cb00"))) {
            double before = headers("behind", "timed_out");
            double reached = reached("headerTimeout");
            try (RawClient client = connect("behind")) {
                assertThat(client.send(begun).closedByPeer()).isTrue();
            }
            assertThat(headers("behind", "timed_out") - before).isEqualTo(1);
            assertThat(reached("headerTimeout") - reached).isEqualTo(1);
        }
    }

    /** On a listener whose time limit comes long after. */
    @Test
    void aConnectionThatEndsAmidItsHeaderIsClosedAtOnce() {
        for (byte[] begun : List.of(new byte[0], Arrays.copyOf(TOLD, 20), ProxyHeaders.block("21 11 000c cb00"))) {
            try (RawClient client = connect("careful")) {
                assertThat(client.send(begun).halfClose().closedByPeer()).isTrue();
            }
        }
        await().until(() -> open("careful") == 0);
    }

    @Test
    void failedAttemptsAreThoseOfTheClientThatIsNamed() {
        assertThat(List.of(guess("203.0.113.50"), guess("203.0.113.50"), guess("203.0.113.50"))).containsExactly(401, 401, 429);
        assertThat(guess("203.0.113.51")).isEqualTo(401);
        try (RawClient client = connect("behind")) {
            assertThat(client.send(joined(ProxyHeaders.of("203.0.113.52"), get("/keys/a", KEY))).read().status()).isEqualTo(200);
        }
    }

    private int guess(String from) {
        try (RawClient client = connect("behind")) {
            return client.send(joined(ProxyHeaders.of(from), get("/keys/a", "X-API-Key: guessed-key-0123456"))).read().status();
        }
    }

    @Test
    void aClientOfAProxyIsNotOnTheGatewaysOwnMachine() {
        try (RawClient client = connect("careful")) {
            Reply reply = client.send(joined(TOLD, get("/keys/a", KEY))).read();
            assertThat(reply.status()).isEqualTo(403);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("https_required");
        }
        try (RawClient client = secured(TOLD)) {
            assertThat(client.exchange(get("/keys/a", KEY)).status()).isEqualTo(200);
        }
    }

    @Test
    void aListenerMayTakeUpAndGiveUpTheHeader() {
        String without = CONFIG.replace("    proxyProtocol: required\n    limits", "    limits");
        try (RawClient former = connect("behind")) {
            assertThat(former.send(joined(TOLD, get("/open/former"))).read().status()).isEqualTo(200);
            fixture.reload(without);
            assertThat(former.closedByPeer()).isTrue();
        }
        try (RawClient plain = connect("behind")) {
            assertThat(plain.exchange(get("/open/plain")).status()).isEqualTo(200);
            fixture.reload(CONFIG);
            assertThat(plain.closedByPeer()).isTrue();
        }
        assertThat(forwardedFor(TOLD, "/open/again")).containsExactly("203.0.113.7");
    }

    @Test
    void aConnectionAmidItsHeaderEndsWithItsKind() {
        try (RawClient begun = connect("careful").send(Arrays.copyOf(TOLD, 20))) {
            await().until(() -> open("careful") == 1);
            fixture.reload(CONFIG.replace("careful:\n    bind: 127.0.0.1:0\n    proxyProtocol: required\n", "careful:\n    bind: 127.0.0.1:0\n"));
            assertThat(begun.closedByPeer()).isTrue();
        }
        fixture.reload(CONFIG);
    }

    @Test
    void whoIsTrustedNoMoreLosesItsConnectionsAndNobodyElseDoes() {
        String both = CONFIG.replace("[ 127.0.0.1,", "[ 127.0.0.1, 127.0.0.3,");
        fixture.reload(both);
        try (RawClient kept = connect("behind"); RawClient lost = RawClient.plainFrom("127.0.0.3", fixture.gateway().port("behind"))) {
            for (RawClient client : List.of(kept, lost)) {
                assertThat(client.send(joined(TOLD, get("/open/trust"))).read().status()).isEqualTo(200);
            }
            fixture.reload(CONFIG);
            assertThat(lost.closedByPeer()).isTrue();
            assertThat(kept.exchange(get("/open/trust")).status()).isEqualTo(200);
        }
        assertThat(fixture.upstream().received()).extracting(Received::target).containsExactly("/open/trust", "/open/trust", "/open/trust");
    }
}
