package dev.sallyport.server.exchange;

import dev.sallyport.core.state.BufferBudget;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Content that waits in memory for its signature to be checked; its share of the process's budget is taken beforehand. */
final class ContentBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;

    private final int maxBytes;
    private final BufferBudget.Reservation share;
    private byte[] bytes;
    private int size;

    ContentBuffer(int maxBytes, BufferBudget.Reservation share) {
        this.maxBytes = maxBytes;
        this.share = share;
        this.bytes = new byte[Math.min(maxBytes, FIRST_BYTES)];
    }

    /** Takes over {@code piece}; false when it passes the bound. */
    boolean take(ByteBuf piece) {
        int length = piece.readableBytes();
        try {
            if (length > maxBytes - size) {
                return false;
            }
            if (size + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(2L * bytes.length, size + length)));
            }
            piece.readBytes(bytes, size, length);
            size += length;
            return true;
        } finally {
            piece.release();
        }
    }

    byte[] bytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    @Override
    public void close() {
        share.close();
    }
}
