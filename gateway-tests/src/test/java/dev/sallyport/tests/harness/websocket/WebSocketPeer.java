package dev.sallyport.tests.harness.websocket;

import dev.sallyport.tests.harness.RecordingUpstream;
import dev.sallyport.tests.harness.RecordingUpstream.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The server's end of a WebSocket, written from RFC 6455 on its own: it answers handshakes and echoes frames as they came. */
public final class WebSocketPeer {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketPeer() {}

    /** @param head its first byte: FIN and opcode */
    public record Frame(int head, byte[] payload) {
        public int opcode() {
            return head & 0xF;
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a Close frame. */
        public int code() {
            return ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        }
    }

    /** Echoes until the client closes; answers pings. */
    public static RecordingUpstream.Script echo(String... fields) {
        return call -> {
            accept(call, fields);
            Frame frame = read(call);
            while (frame.opcode() != CLOSE) {
                call.write(frame(frame.opcode() == PING ? FINAL | PONG : frame.head(), frame.payload()));
                frame = read(call);
            }
            call.write(frame(frame.head(), frame.payload()));
            call.closeConnection();
        };
    }

    /** Sends the 101 to this handshake. */
    public static void accept(Call call, String... fields) throws IOException {
        call.record();
        call.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept(call.head().field("Sec-WebSocket-Key").orElseThrow()) + "\r\n"
                + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList()) + "\r\n");
    }

    public static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next frame of the client, which has to be masked. */
    public static Frame read(Call call) throws IOException {
        byte[] head = call.readBytes(2);
        if ((head[1] & 0x80) == 0) {
            throw new IOException("a client's frame is not masked");
        }
        int length = head[1] & 0x7F;
        if (length >= 126) {
            length = number(call.readBytes(length == 126 ? 2 : 8));
        }
        byte[] mask = call.readBytes(4);
        byte[] payload = call.readBytes(length);
        for (int at = 0; at < payload.length; at++) {
            payload[at] = (byte) (payload[at] ^ mask[at % 4]);
        }
        return new Frame(head[0] & 0xFF, payload);
    }

    private static int number(byte[] bytes) {
        int number = 0;
        for (byte each : bytes) {
            number = (number << 8) | (each & 0xFF);
        }
        return number;
    }

    public static byte[] text(String text) {
        return frame(FINAL | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] close(int code) {
        return frame(FINAL | CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** A server's frame. */
    public static byte[] frame(int head, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head);
        if (payload.length < 126) {
            frame.write(payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(126);
            writeNumber(frame, payload.length, 2);
        } else {
            frame.write(127);
            writeNumber(frame, payload.length, 8);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static void writeNumber(ByteArrayOutputStream out, long number, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (number >> shift));
        }
    }
}
