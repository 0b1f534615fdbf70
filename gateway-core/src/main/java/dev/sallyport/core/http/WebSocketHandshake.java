package dev.sallyport.core.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A client's wish to go on in the WebSocket protocol on its HTTP/1.1 connection (RFC 6455 §4.1). It is one only if nothing
 * about it is in doubt; any other {@code Upgrade} is ignored, as RFC 9110 §7.8 allows, and the request is like any other.
 * {@code h2c} is never among what is passed on: behind it every request would go past the checks.
 *
 * @param key the client's {@code Sec-WebSocket-Key}
 */
public record WebSocketHandshake(String key) {
    /** What {@code Upgrade} says, in both directions. */
    public static final String PROTOCOL = "websocket";

    /** The connection option beside it. */
    public static final String OPTION = "Upgrade";

    /** Of all versions, the one that is in use (RFC 6455 §4.1). */
    private static final String VERSION = "13";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /** @param head of a request that came over HTTP/1.1: older ones know no upgrade, newer ones another */
    public static Optional<WebSocketHandshake> askedBy(RequestHead head) {
        HeaderFields fields = head.fields();
        boolean asks = fields.contains("upgrade")
                && head.method().equals("GET")
                && head.bodyLength() instanceof BodyLength.None
                && isUpgrade(fields)
                && isOnly(fields, "sec-websocket-version", VERSION);
        return asks ? onlyOf(fields, "sec-websocket-key").filter(WebSocketHandshake::isKey).map(WebSocketHandshake::new) : Optional.empty();
    }

    /** Whether the fields of a 101 agree to this very wish, and not to another or to an older one (RFC 6455 §4.1). */
    public boolean isAcceptedBy(HeaderFields fields) {
        return isUpgrade(fields) && isOnly(fields, "sec-websocket-accept", accept());
    }

    /** {@code Sec-WebSocket-Accept}: proves that the answer was made for this key. */
    private String accept() {
        return Base64.getEncoder().encodeToString(sha1((key + GUID).getBytes(StandardCharsets.US_ASCII)));
    }

    /** That protocol alone: of a list the other end could pick another. */
    private static boolean isUpgrade(HeaderFields fields) {
        return onlyOf(fields, "upgrade").filter(PROTOCOL::equalsIgnoreCase).isPresent()
                && fields.all("connection").stream()
                        .flatMap(options -> Arrays.stream(options.split(",", -1)))
                        .anyMatch(option -> option.strip().equalsIgnoreCase(OPTION));
    }

    private static boolean isOnly(HeaderFields fields, String name, String value) {
        return onlyOf(fields, name).filter(value::equals).isPresent();
    }

    private static Optional<String> onlyOf(HeaderFields fields, String name) {
        List<String> values = fields.all(name);
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    private static boolean isKey(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text);
            return key.length == KEY_BYTES && Base64.getEncoder().encodeToString(key).equals(text);
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** Not for secrecy: the protocol names it, and nothing depends on its strength (RFC 6455 §10.8). */
    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
