package dev.sallyport.server.exchange.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * Finds where the frames of one direction end (RFC 6455 §5.2): a frame of ours may go between two of the upstream's, and
 * within one it would be read as its payload. Looks at the heads alone, and keeps nothing of the payload.
 */
public final class FrameBoundary {
    private static final int SHORTEST_HEAD = 2;
    private static final int LONGEST_HEAD = 14;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 0x7F;
    private static final int MASK_BYTES = 4;
    private static final int LENGTH_IN_TWO = 126;
    private static final int LENGTH_IN_EIGHT = 127;

    private final byte[] head = new byte[LONGEST_HEAD];
    private int headBytes;
    private long payloadLeft;

    /** Whether no frame is half-way. */
    public boolean isReached() {
        return headBytes == 0 && payloadLeft == 0;
    }

    /** Goes over all of {@code bytes}, which stay as they are. */
    public void pass(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            at = next(bytes, at);
        }
    }

    /** How many of {@code bytes} there are to the end of the frame that is under way; all of them where it does not end here. */
    public int passToNext(ByteBuf bytes) {
        return next(bytes, bytes.readerIndex()) - bytes.readerIndex();
    }

    private int next(ByteBuf bytes, int from) {
        int at = from;
        while (at < bytes.writerIndex()) {
            if (payloadLeft > 0) {
                long skipped = Math.min(payloadLeft, bytes.writerIndex() - at);
                payloadLeft -= skipped;
                at += (int) skipped;
            } else {
                take(bytes.getByte(at));
                at++;
            }
            if (isReached()) {
                return at;
            }
        }
        return at;
    }

    private void take(byte octet) {
        head[headBytes] = octet;
        headBytes++;
        if (headBytes >= SHORTEST_HEAD && headBytes == headLength()) {
            payloadLeft = payloadLength();
            headBytes = 0;
        }
    }

    private int shortLength() {
        return head[1] & SHORT_LENGTH;
    }

    private int headLength() {
        int mask = (head[1] & MASKED) == 0 ? 0 : MASK_BYTES;
        return SHORTEST_HEAD + lengthBytes() + mask;
    }

    private int lengthBytes() {
        return switch (shortLength()) {
            case LENGTH_IN_TWO -> 2;
            case LENGTH_IN_EIGHT -> 8;
            default -> 0;
        };
    }

    /** One that has its highest bit set is none (RFC 6455 §5.2), and its frame never ends. */
    private long payloadLength() {
        int bytes = lengthBytes();
        if (bytes == 0) {
            return shortLength();
        }
        long length = 0;
        for (int each = 0; each < bytes; each++) {
            length = (length << 8) | (head[SHORTEST_HEAD + each] & 0xFF);
        }
        return length < 0 ? Long.MAX_VALUE : length;
    }
}
