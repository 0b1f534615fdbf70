package dev.sallyport.server.exchange.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Why the gateway ends a WebSocket, as it tells the client (RFC 6455 §5.5.1, §7.4.1). */
public enum CloseFrame {
    /** The gateway drains, or the tunnel was silent for too long. */
    GOING_AWAY(1001, "going away"),
    /** The credential that opened it holds no longer. */
    POLICY_VIOLATION(1008, "credential ended");

    private static final int FINAL_CLOSE = 0x88;

    private final int code;
    private final String reason;

    CloseFrame(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** From a server, so it is not masked. */
    public ByteBuf bytes(ByteBufAllocator alloc) {
        int length = Short.BYTES + reason.length();
        ByteBuf frame = alloc.ioBuffer(2 + length).writeByte(FINAL_CLOSE).writeByte(length).writeShort(code);
        frame.writeCharSequence(reason, StandardCharsets.US_ASCII);
        return frame;
    }
}
