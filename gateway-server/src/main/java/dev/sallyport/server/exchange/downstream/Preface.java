package dev.sallyport.server.exchange.downstream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The first bytes of a client that speaks HTTP/2 with prior knowledge (RFC 9113 §3.4). No request of HTTP/1 begins like it. */
enum Preface {
    WHOLE,
    PERHAPS,
    NONE;

    private static final byte[] BYTES = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What the readable bytes are of it. */
    static Preface in(ByteBuf bytes) {
        int known = Math.min(bytes.readableBytes(), BYTES.length);
        for (int at = 0; at < known; at++) {
            if (bytes.getByte(bytes.readerIndex() + at) != BYTES[at]) {
                return NONE;
            }
        }
        return known == BYTES.length ? WHOLE : PERHAPS;
    }
}
