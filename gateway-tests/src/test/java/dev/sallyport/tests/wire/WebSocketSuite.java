package dev.sallyport.tests.wire;

import static dev.sallyport.tests.harness.Requests.get;
import static dev.sallyport.tests.harness.Requests.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.tests.harness.Field;
import dev.sallyport.tests.harness.Fixture;
import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Received;
import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.token.ApiKeys;
import dev.sallyport.tests.harness.token.Tokens;
import dev.sallyport.tests.harness.websocket.WebSocketClient.Told;
import dev.sallyport.tests.harness.websocket.WebSocketClient;
import dev.sallyport.tests.harness.websocket.WebSocketPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket is a tunnel only behind a 101 to the very handshake that was checked, and no longer than its credential holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebSocketSuite {
    private static final String ADMIN = "Authorization: Bearer the-admin-token-of-the-tests";
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String ASK = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY;
    private static final Field PARTNER = new Field("X-API-Key", "partner-key-0123456789");
    private static final String CONFIG = """
            listeners:
              http:
                bind: 127.0.0.1:0
                limits: { headerTimeout: 500ms, idleTimeout: 500ms, writeTimeout: 5s }
              https:
                bind: 127.0.0.1:0
                tls: { certificates: [ { certificate: tls/server.pem, key: tls/server.key } ] }
            admin: { bind: "127.0.0.1:0", token: the-admin-token-of-the-tests }
            authenticators:
              partners: { apiKey: { header: X-API-Key, store: { file: api-keys.yaml } } }
              users: { jwt: { issuer: "https://auth.example.com", audiences: [api], algorithms: [ES256], keys: { file: jwks.json }, clockSkew: 0s } }
            upstreams:
              main: { targets: [ "@upstream@" ], responseTimeout: 3s, idleTimeout: 20s }
              hasty: { targets: [ "@upstream@" ], idleTimeout: 400ms }
              secure: { targets: [ "https://localhost:@secure@" ], tls: { ca: tls/clients-ca.pem } }
            revocation: { journal: revocations.journal }
            routes:
              open: { match: { path: /open/** }, auth: none, upstream: main }
              hasty: { match: { path: /hasty/** }, auth: none, upstream: hasty }
              secure: { match: { path: /secure/** }, auth: none, upstream: secure }
              keys: { match: { path: /keys/** }, auth: partners, upstream: main }
              users: { match: { path: /users/** }, auth: users, upstream: main }
              outliving: { match: { path: /outliving/** }, auth: users, upstream: main, streams: { endWithCredential: false } }
            """;

    private final Fixture fixture = new Fixture();
    private final RecordingUpstream upstream = fixture.upstream();
    private final RecordingUpstream secure = RecordingUpstream.startTls(fixture.pki().serving(fixture.pki().server("localhost")));
    private final ECKey key = Tokens.ec("u1", Curve.P_256);

    WebSocketSuite() {
        fixture.write("jwks.json", "{\"keys\":[" + key.toPublicJWK() + "]}");
        fixture.write("api-keys.yaml", "keys:\n" + ApiKeys.entry("k1", PARTNER.value(), "partner", ""));
        fixture.word("secure", Integer.toString(secure.port())).start(CONFIG);
    }

    @AfterAll
    void stop() {
        try {
            fixture.close();
        } finally {
            secure.close();
        }
    }

    @BeforeEach
    void forget() {
        upstream.closeConnections();
        upstream.forget();
        for (String path : List.of("/open/echo", "/keys/echo", "/users/echo", "/outliving/echo", "/hasty/echo")) {
            upstream.on(path, WebSocketPeer.echo());
        }
    }

    private int port() {
        return fixture.gateway().port("http");
    }

    private WebSocketClient open(String path, Field... fields) {
        return WebSocketClient.open(port(), path, fields);
    }

    private RawClient asking(String path, String... fields) {
        return fixture.plain().send(handshake(path, fields));
    }

    private static String handshake(String path, String... fields) {
        return get(path, Stream.concat(Stream.of(ASK), Arrays.stream(fields)).toArray(String[]::new));
    }

    /** A raw tunnel: its 101 was read. */
    private RawClient tunnel(String path, String... fields) {
        RawClient client = asking(path, fields);
        assertThat(client.readHead().status()).isEqualTo(101);
        return client;
    }

    private String token(JWTClaimsSet.Builder claims) {
        return Tokens.sign(key, "ES256", claims.build());
    }

    private static JWTClaimsSet.Builder claims() {
        return Tokens.claims("https://auth.example.com", "api", "alice");
    }

    private Field bearer(JWTClaimsSet.Builder claims) {
        return new Field("Authorization", "Bearer " + token(claims));
    }

    private void revoke(String tokenId) {
        String json = "{\"jti\":\"" + tokenId + "\",\"until\":\"" + Instant.now().plusSeconds(900) + "\"}";
        assertThat(fixture.call("/revocations", json, ADMIN).status()).isEqualTo(204);
    }

    private JsonNode lineOf(String path) {
        return fixture.gateway().awaitEvent(event -> event.has("durationMs") && event.path("path").asText().equals(path));
    }

    // What passes.

    @Test
    void messagesOfEverySizeAndKindComeBack() {
        byte[] large = new byte[1 << 20];
        new Random(7).nextBytes(large);
        try (WebSocketClient client = open("/open/echo")) {
            assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
            assertThat(client.text("").next()).isEqualTo(new Told.Text(""));
            assertThat(client.binary(large).next()).isEqualTo(Told.binary(large));
            assertThat(client.fragments("one ", "two ", "three").next()).isEqualTo(new Told.Text("one two three"));
            assertThat(client.ping("are you there").next()).isEqualTo(new Told.Pong("are you there"));
            String long16 = "x".repeat(60_000);
            assertThat(client.text(long16).next()).isEqualTo(new Told.Text(long16));
        }
    }

    @Test
    void closeCodesPassBothWays() {
        CountDownLatch closed = new CountDownLatch(1);
        upstream.on("/open/hears", call -> {
            WebSocketPeer.accept(call);
            WebSocketPeer.Frame frame = WebSocketPeer.read(call);
            call.write(WebSocketPeer.close(frame.code() == 4123 && frame.text().endsWith("had enough") ? 4124 : 4000));
            call.closeConnection();
            closed.countDown();
        });
        try (WebSocketClient client = open("/open/hears")) {
            assertThat(client.sayClose(4123, "had enough").next()).isEqualTo(new Told.Closed(4124, ""));
            Forwarder.waitFor(closed);
        }
    }

    @Test
    void subprotocolAndFieldsOfTheHandshakePass() {
        upstream.on("/open/chat", WebSocketPeer.echo("Sec-WebSocket-Protocol: chat.v2", "X-Served-By: me"));
        try (WebSocketClient client = WebSocketClient.open(port(), "/open/chat", List.of("chat.v2", "chat.v1"))) {
            assertThat(client.subprotocol()).isEqualTo("chat.v2");
        }
        assertThat(upstream.only("/open/chat").field("Sec-WebSocket-Protocol")).contains("chat.v2, chat.v1");
    }

    @Test
    void handshakeGoesUpAsAnyRequestWithTheUpgradeStatedOnce() {
        try (RawClient client = fixture.plain()) {
            client.send(get("/keys/echo?room=1", "Connection: keep-alive, UPGRADE, X-Hop", "upgrade: WebSocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: " + KEY, "X-Hop: 1", "X-API-Key: " + PARTNER.value(), "X-Auth-Subject: somebody-else"));
            Reply switching = client.readHead();
            assertThat(switching.status()).isEqualTo(101);
            assertThat(switching.values("Upgrade")).containsExactly("websocket");
            assertThat(switching.values("Connection")).containsExactly("Upgrade");
            assertThat(switching.values("Sec-WebSocket-Accept")).containsExactly(ACCEPT);
            assertThat(switching.requestId()).isNotEmpty();
        }
        Received received = upstream.only("/keys/echo");
        assertThat(received.values("Connection")).containsExactly("Upgrade");
        assertThat(received.values("Upgrade")).containsExactly("websocket");
        assertThat(received.values("Sec-WebSocket-Key")).containsExactly(KEY);
        assertThat(received.values("X-Auth-Subject")).containsExactly("partner");
        assertThat(received.foldedNames()).doesNotContain("x-api-key", "x-hop", "content-length", "transfer-encoding");
    }

    @Test
    void tunnelWorksOverTlsOnBothSides() {
        secure.on("/secure/echo", WebSocketPeer.echo());
        try (WebSocketClient client = WebSocketClient.openTls(fixture.gateway().port("https"), fixture.pki().trusting(), "/secure/echo")) {
            assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
            assertThat(client.sayClose(1000, "").next()).isEqualTo(new Told.Closed(1000, ""));
        }
    }

    @Test
    void whatTheUpstreamSendsWithItsAnswerIsNotLost() {
        upstream.on("/open/eager", call -> {
            call.record();
            call.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: "
                    + ACCEPT + "\r\n\r\nearly bytes");
            call.readBytes(1);
        });
        try (RawClient client = asking("/open/eager")) {
            assertThat(client.readHead().status()).isEqualTo(103);
            assertThat(client.readHead().status()).isEqualTo(101);
            assertThat(client.readBytes(11)).asString(StandardCharsets.US_ASCII).isEqualTo("early bytes");
        }
    }

    @Test
    void oneLineTellsOfTheWholeTunnel() {
        upstream.on("/open/counted", WebSocketPeer.echo());
        try (WebSocketClient client = open("/open/counted")) {
            client.text("12345").next();
            assertThat(fixture.gateway().accessLines()).noneMatch(line -> line.path("path").asText().equals("/open/counted"));
            client.sayClose(1000, "").next();
        }
        JsonNode line = lineOf("/open/counted");
        assertThat(line.path("status").asInt()).isEqualTo(101);
        assertThat(line.path("reason").isNull()).isTrue();
        assertThat(line.path("bytesIn").asInt()).isEqualTo(2 + 4 + 5 + 2 + 4 + 2);
        assertThat(line.path("bytesOut").asInt()).isEqualTo(2 + 5 + 2 + 2);
        assertThat(line.path("upstream").asText()).isEqualTo("main");
    }

    @Test
    void connectionOfATunnelIsCountedAndNeverUsedAgain() {
        try (WebSocketClient client = open("/open/echo")) {
            await().until(() -> active() == 1);
            client.sayClose(1000, "").next();
        }
        await().until(() -> active() == 0);
        assertThat(fixture.exchange(get("/open/after")).status()).isEqualTo(200);
        assertThat(upstream.only("/open/after").connection()).isNotEqualTo(upstream.only("/open/echo").connection());
    }

    private double active() {
        return fixture.gateway().metrics().sum("sallyport_upstream_connections", "upstream=main", "state=active");
    }

    // What is no tunnel.

    @Test
    void refusedHandshakeMakesNoConnectionToTheUpstream() {
        int before = upstream.connections();
        assertThat(WebSocketClient.refusal(port(), "/keys/echo")).isEqualTo(401);
        assertThat(WebSocketClient.refusal(port(), "/keys/echo", new Field("X-API-Key", "wrong"))).isEqualTo(401);
        assertThat(WebSocketClient.refusal(port(), "/users/echo", bearer(claims().expirationTime(Tokens.inSeconds(-5))))).isEqualTo(401);
        assertThat(upstream.connections()).isEqualTo(before);
    }

    @Test
    void otherAnswerOfTheUpstreamIsAnAnswer() {
        upstream.on("/open/busy", "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\nRetry-After: 9\r\n\r\nbusy");
        try (RawClient client = asking("/open/busy")) {
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.text()).isEqualTo("busy");
            assertThat(reply.field("Retry-After")).contains("9");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: Upgrade | Upgrade: h2c | Sec-WebSocket-Accept: " + ACCEPT,
        "Connection: Upgrade | Upgrade: websocket, h2c | Sec-WebSocket-Accept: " + ACCEPT,
        "Connection: Upgrade | Upgrade: websocket | Upgrade: h2c | Sec-WebSocket-Accept: " + ACCEPT,
        "Connection: Upgrade | Sec-WebSocket-Accept: " + ACCEPT,
        "Upgrade: websocket | Sec-WebSocket-Accept: " + ACCEPT,
        "Connection: close | Upgrade: websocket | Sec-WebSocket-Accept: " + ACCEPT,
        "Connection: Upgrade | Upgrade: websocket",
        "Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Accept: " + KEY,
        "Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=",
        "Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Accept: " + ACCEPT + " | Sec-WebSocket-Accept: " + ACCEPT,
    })
    void wrong101IsABadAnswer(String fields) {
        upstream.on("/open/wrong", call -> {
            call.record();
            call.write("HTTP/1.1 101 Switching Protocols\r\n" + fields.replace(" | ", "\r\n") + "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
            call.closeConnection();
        });
        try (RawClient client = asking("/open/wrong")) {
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(502);
            assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("upstream_malformed");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void tunnelThatNobodyAskedForIsABadAnswer() {
        upstream.on("/open/unasked", call -> {
            call.record();
            call.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n");
            call.closeConnection();
        });
        Reply reply = fixture.exchange(get("/open/unasked", "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13"));
        assertThat(reply.status()).isEqualTo(502);
        assertThat(fixture.gateway().reasonOf(reply)).isEqualTo("upstream_malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET;HTTP/1.0;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket, h2c | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: h2c, websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade, HTTP2-Settings | Upgrade: h2c | HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        "GET;HTTP/1.1;Connection: Upgrade, HTTP2-Settings | Upgrade: h2c | HTTP2-Settings: AAMAAABk | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: TLS/1.2 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: keep-alive | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 8 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13",
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: short",
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY + " | Sec-WebSocket-Key: " + KEY,
        "GET;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY + " | Content-Length: 0",
        "POST;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY + " | Content-Length: 0",
        "OPTIONS;HTTP/1.1;Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY,
    })
    void anythingElseThanOneHandshakeIsARequestLikeAnyOther(String asked) {
        String[] parts = asked.split(";", -1);
        upstream.on("/open/plain", RecordingUpstream.ok("plain"));
        try (RawClient client = fixture.plain()) {
            client.send(lines(parts[0] + " /open/plain " + parts[1], "Host: a", parts[2].replace(" | ", "\r\n")));
            assertThat(client.read().text()).isEqualTo("plain");
        }
        assertThat(upstream.only("/open/plain").foldedNames()).doesNotContain("upgrade", "connection", "http2-settings");
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void handshakeWithContentIsARequestLikeAnyOther() {
        upstream.on("/open/plain", RecordingUpstream.ok("plain"));
        try (RawClient client = fixture.plain()) {
            client.send(handshake("/open/plain", "Content-Length: 5") + "hello");
            assertThat(client.read().text()).isEqualTo("plain");
        }
        Received received = upstream.only("/open/plain");
        assertThat(received.text()).isEqualTo("hello");
        assertThat(received.foldedNames()).doesNotContain("upgrade", "connection");
    }

    // Bytes ahead of the answer.

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 403, 426, 500})
    void whatWasSentAheadIsNeverARequestWhereTheUpstreamRefuses(int status) {
        upstream.on("/open/refuses", "HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno");
        try (RawClient client = fixture.plain()) {
            client.send(handshake("/open/refuses") + get("/open/smuggled") + get("/open/smuggled"));
            Reply reply = client.read();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.field("Connection")).contains("close");
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(upstream.transcript()).doesNotContain("smuggled");
    }

    @Test
    void whatWasSentAheadIsNeverARequestWhereTheGatewayRefuses() {
        try (RawClient client = fixture.plain()) {
            client.send(handshake("/keys/echo") + get("/open/smuggled"));
            assertThat(client.read().status()).isEqualTo(401);
            client.sendRegardless(get("/open/smuggled").getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readAll()).isEmpty();
        }
        try (RawClient client = fixture.plain()) {
            client.send(handshake("/nowhere") + get("/open/smuggled"));
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(upstream.transcript()).doesNotContain("smuggled");
    }

    @Test
    void whatWasSentAheadGoesUpBehindTheAnswerAlone() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong ahead = new AtomicLong(-1);
        upstream.on("/open/slow", call -> {
            call.record();
            Forwarder.waitFor(go);
            ahead.set(call.available());
            WebSocketPeer.accept(call);
            call.write(call.readBytes(10));
        });
        try (RawClient client = fixture.plain()) {
            client.send(handshake("/open/slow") + "ahead");
            upstream.awaitOne("/open/slow");
            client.send("ahead");
            assertThat(fixture.exchange(get("/open/meanwhile")).status()).isEqualTo(200);
            go.countDown();
            assertThat(client.readHead().status()).isEqualTo(101);
            assertThat(client.readBytes(10)).asString(StandardCharsets.US_ASCII).isEqualTo("aheadahead");
            assertThat(ahead).hasValue(0);
        }
    }

    // Its end.

    @Test
    void expiredTokenEndsItsTunnel() {
        upstream.on("/users/expiring", WebSocketPeer.echo());
        try (WebSocketClient client = open("/users/expiring", bearer(claims().expirationTime(Tokens.inSeconds(3))))) {
            assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
            assertThat(client.next()).isEqualTo(new Told.Closed(1008, "credential ended"));
        }
        await().until(() -> upstream.openConnections() == 0);
        assertThat(lineOf("/users/expiring").path("reason").asText()).isEqualTo("credential_ended");
    }

    @Test
    void tokenThatIsCalledBackEndsItsTunnelAndNoOther() {
        upstream.on("/users/called", WebSocketPeer.echo());
        try (WebSocketClient called = open("/users/called", bearer(claims().jwtID("called")));
                WebSocketClient other = open("/users/echo", bearer(claims().jwtID("other")))) {
            revoke("called");
            assertThat(called.next()).isEqualTo(new Told.Closed(1008, "credential ended"));
            assertThat(other.text("still here").next()).isEqualTo(new Told.Text("still here"));
        }
        assertThat(lineOf("/users/called").path("reason").asText()).isEqualTo("credential_ended");
    }

    @Test
    void routeMayLetATunnelOutliveItsCredential() {
        try (WebSocketClient client = open("/outliving/echo", bearer(claims().jwtID("outlived")));
                WebSocketClient witness = open("/users/echo", bearer(claims().jwtID("outlived")))) {
            revoke("outlived");
            assertThat(witness.next()).isEqualTo(new Told.Closed(1008, "credential ended"));
            assertThat(client.text("still here").next()).isEqualTo(new Told.Text("still here"));
        }
    }

    @Test
    void closeFrameOfTheGatewayStandsBehindTheFrameThatIsUnderWay() {
        upstream.on("/users/dripping", call -> {
            WebSocketPeer.accept(call);
            while (true) {
                for (byte each : WebSocketPeer.text("drip")) {
                    call.write(new byte[] {each});
                    LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
                }
            }
        });
        try (RawClient client = tunnel("/users/dripping", "Authorization: Bearer " + token(claims().jwtID("dripping")))) {
            revoke("dripping");
            byte[] head = client.readBytes(2);
            while ((head[0] & 0xFF) == 0x81) {
                assertThat(client.readBytes(head[1])).asString(StandardCharsets.US_ASCII).isEqualTo("drip");
                head = client.readBytes(2);
            }
            assertThat(head[0] & 0xFF).isEqualTo(0x88);
            assertThat(client.readBytes(head[1])).startsWith(1008 >> 8, 1008 & 0xFF);
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void frameThatNeverEndsDoesNotKeepATunnelOpen() {
        upstream.on("/users/endless", call -> {
            WebSocketPeer.accept(call);
            call.write(Arrays.copyOf(WebSocketPeer.text("never whole"), 5));
            call.readBytes(1);
        });
        try (RawClient client = tunnel("/users/endless", "Authorization: Bearer " + token(claims().jwtID("endless")))) {
            client.readBytes(5);
            revoke("endless");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void reloadLeavesTunnelsOpen() {
        try (WebSocketClient client = open("/keys/echo", PARTNER)) {
            fixture.reload(CONFIG.replace("responseTimeout: 3s", "responseTimeout: 2s"));
            assertThat(client.text("still here").next()).isEqualTo(new Told.Text("still here"));
            fixture.reload(CONFIG);
            assertThat(client.text("still here").next()).isEqualTo(new Told.Text("still here"));
        }
    }

    @Test
    void silentTunnelIsClosed() {
        double before = reached("idleTimeout");
        try (WebSocketClient client = open("/hasty/echo")) {
            assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
            assertThat(client.next()).isEqualTo(new Told.Closed(1001, "going away"));
        }
        assertThat(reached("idleTimeout")).isGreaterThan(before);
    }

    private double reached(String limit) {
        return fixture.gateway().metrics().sum("sallyport_limit_reached_total", "limit=" + limit);
    }

    @Test
    void tunnelThatIsSilentForLongerThanAConnectionMayRestStaysOpen() {
        try (WebSocketClient client = open("/open/echo")) {
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
        }
    }

    @Test
    void drainTellsTheClientThatTheGatewayGoesAway() {
        try (Fixture second = new Fixture()) {
            second.upstream().on("/open/echo", WebSocketPeer.echo());
            second.start("""
                    listeners:
                      http:
                        bind: 127.0.0.1:0
                    admin: { bind: "127.0.0.1:0" }
                    upstreams: { main: { targets: [ "@upstream@" ] } }
                    routes: { open: { match: { path: /open/** }, auth: none, upstream: main } }
                    """);
            try (WebSocketClient client = WebSocketClient.open(second.gateway().port("http"), "/open/echo")) {
                assertThat(client.text("hello").next()).isEqualTo(new Told.Text("hello"));
                second.gateway().terminate();
                assertThat(client.next()).isEqualTo(new Told.Closed(1001, "going away"));
            }
            assertThat(second.gateway().awaitExit()).isIn(0, 143);
        }
    }

    @Test
    void upstreamThatDiesEndsTheTunnel() {
        upstream.on("/open/dies", call -> {
            WebSocketPeer.accept(call);
            call.readBytes(1);
            call.reset();
        });
        try (RawClient client = tunnel("/open/dies")) {
            assertThat(client.send("x").closedByPeer()).isTrue();
        }
        upstream.on("/open/leaves", call -> {
            WebSocketPeer.accept(call);
            call.write(WebSocketPeer.text("last words"));
            call.closeConnection();
        });
        try (RawClient client = tunnel("/open/leaves")) {
            assertThat(client.readBytes(12)).asString(StandardCharsets.US_ASCII).endsWith("last words");
            assertThat(client.closedByPeer()).isTrue();
        }
        await().until(() -> active() == 0);
    }

    @Test
    void clientThatDiesEndsTheTunnel() {
        tunnel("/open/echo").reset();
        await().until(() -> upstream.openConnections() == 0 && active() == 0);
        tunnel("/open/echo").close();
        await().until(() -> upstream.openConnections() == 0 && active() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open/half", "/secure/half"})
    void clientThatHalfClosesIsServedToTheEnd(String path) {
        RecordingUpstream.Script script = call -> {
            WebSocketPeer.accept(call);
            String heard = "";
            try {
                heard = new String(call.readBytes(4), StandardCharsets.US_ASCII);
                call.readBytes(1);
            } catch (IOException end) {
                call.write("heard " + heard + " and the end");
            }
            call.closeConnection();
        };
        upstream.on(path, script);
        secure.on(path, script);
        try (RawClient client = tunnel(path)) {
            client.send("last").halfClose();
            assertThat(client.readBytes(22)).asString(StandardCharsets.US_ASCII).isEqualTo("heard last and the end");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    // Back-pressure.

    @Test
    void slowClientHoldsTheUpstreamBack() {
        AtomicLong written = new AtomicLong();
        byte[] block = new byte[64 << 10];
        int blocks = 2000;
        upstream.on("/open/flood", call -> {
            WebSocketPeer.accept(call);
            for (int i = 0; i < blocks; i++) {
                call.write(block);
                written.addAndGet(block.length);
            }
        });
        try (RawClient client = RawClient.plain(port(), 8192)) {
            client.send(handshake("/open/flood")).readHead();
            client.readBytes(1000);
            awaitStandstill(written);
            assertThat(written.get()).isLessThan((long) blocks * block.length / 2);
            client.readBytes(4 << 20);
        }
    }

    @Test
    void slowUpstreamHoldsTheClientBack() {
        CountDownLatch go = new CountDownLatch(1);
        int total = 24 << 20;
        upstream.on("/open/sink", call -> {
            WebSocketPeer.accept(call);
            Forwarder.waitFor(go);
            call.readBytes(total);
            call.write("all of it");
        });
        AtomicLong sent = new AtomicLong();
        try (RawClient client = tunnel("/open/sink")) {
            Thread.ofVirtual().start(() -> {
                byte[] block = new byte[64 << 10];
                for (int at = 0; at < total; at += block.length) {
                    client.sendRegardless(block);
                    sent.addAndGet(block.length);
                }
            });
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(20 << 20);
            go.countDown();
            assertThat(client.readBytes(9)).asString(StandardCharsets.US_ASCII).isEqualTo("all of it");
        }
    }

    private static void awaitStandstill(AtomicLong counter) {
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(150)).until(() -> {
            boolean still = counter.get() == last[0] && counter.get() > 0;
            last[0] = counter.get();
            return still;
        });
    }
}
