package dev.sallyport.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketHandshakeTest {
    /** Key and its answer as RFC 6455 §1.3 works them out. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String REST = " | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY;
    private static final String AGREED = " | Sec-WebSocket-Accept: " + ACCEPT;

    private static String[] parts(String fields) {
        return Arrays.stream(fields.split(" \\| ", -1)).flatMap(field -> Stream.of(field.split(": ", 2))).toArray(String[]::new);
    }

    private static RequestHead asking(String method, String fields, BodyLength content) {
        RequestHead head = Requests.head(method, "api.example", "/a", parts(fields));
        return new RequestHead(head.method(), head.target(), head.host(), head.authority(), head.fields(), content);
    }

    private static RequestHead asking(String fields) {
        return asking("GET", fields, BodyLength.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: Upgrade | Upgrade: websocket", "connection: keep-alive, UPGRADE | upgrade: WebSocket", "Connection: keep-alive | Connection: a,upgrade | Upgrade: websocket",
    })
    void oneProtocolOneKeyAndOneVersionAreAHandshake(String fields) {
        assertThat(WebSocketHandshake.askedBy(asking(fields + REST))).contains(new WebSocketHandshake(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: Upgrade", "Upgrade: websocket", "Connection: close | Upgrade: websocket", "Connection: upgraded | Upgrade: websocket",
        "Connection: Upgrade | Upgrade: h2c", "Connection: Upgrade | Upgrade: websocket, h2c", "Connection: Upgrade | Upgrade: h2c, websocket",
        "Connection: Upgrade | Upgrade: websocket | Upgrade: websocket", "Connection: Upgrade | Upgrade: websocket | Upgrade: h2c",
        "Connection: Upgrade | Upgrade: websocket/13", "Connection: Upgrade | Upgrade: web socket",
    })
    void otherUpgradeIsNone(String fields) {
        assertThat(WebSocketHandshake.askedBy(asking(fields + REST))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 12 | Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13, 8 | Sec-WebSocket-Key: " + KEY,
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 8 | Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: " + KEY + " | Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: c2hvcnQ=",
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: no base64, no base64!", "Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==",
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ",
    })
    void versionAndKeyAreAsTheProtocolWantsThem(String fields) {
        assertThat(WebSocketHandshake.askedBy(asking("Connection: Upgrade | Upgrade: websocket | " + fields))).isEmpty();
    }

    @Test
    void onlyAGetWithoutContentIsAHandshake() {
        String fields = "Connection: Upgrade | Upgrade: websocket" + REST;
        assertThat(WebSocketHandshake.askedBy(asking("POST", fields, BodyLength.NONE))).isEmpty();
        assertThat(WebSocketHandshake.askedBy(asking("HEAD", fields, BodyLength.NONE))).isEmpty();
        assertThat(WebSocketHandshake.askedBy(asking("GET", fields, new BodyLength.Fixed(0)))).isEmpty();
        assertThat(WebSocketHandshake.askedBy(asking("GET", fields, BodyLength.CHUNKED))).isEmpty();
    }

    @Test
    void answerToThisKeyAgrees() {
        assertThat(accepts("Connection: Upgrade | Upgrade: websocket" + AGREED)).isTrue();
        assertThat(accepts("connection: upgrade | upgrade: WebSocket | sec-websocket-accept: " + ACCEPT)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: Upgrade | Upgrade: websocket", "Upgrade: websocket" + AGREED, "Connection: Upgrade" + AGREED, "Connection: Upgrade | Upgrade: h2c" + AGREED,
        "Connection: Upgrade | Upgrade: websocket, h2c" + AGREED, "Connection: Upgrade | Upgrade: websocket | Upgrade: h2c" + AGREED,
        "Connection: Upgrade | Upgrade: websocket | Sec-WebSocket-Accept: " + KEY, "Connection: Upgrade | Upgrade: websocket" + AGREED + AGREED,
    })
    void otherAnswerDoesNot(String fields) {
        assertThat(accepts(fields)).isFalse();
    }

    private static boolean accepts(String fields) {
        return new WebSocketHandshake(KEY).isAcceptedBy(HeaderFields.of(parts(fields)));
    }
}
