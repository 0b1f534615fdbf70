package dev.sallyport.server.exchange;

import dev.sallyport.core.state.BufferBudget;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Content that waits in memory for its signature to be checked; every byte of that memory is counted in the process's budget. */
final class ContentBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;

    private final int maxBytes;
    private final BufferBudget.Share share;
    private byte[] bytes = {};
    private int size;

    /** What became of a piece. */
    enum Taken { YES, TOO_LARGE, EXHAUSTED }

    ContentBuffer(int maxBytes, BufferBudget.Share share) {
        this.maxBytes = maxBytes;
        this.share = share;
    }

    /** Takes over {@code piece}. */
    Taken take(ByteBuf piece) {
        int length = piece.readableBytes();
        try {
            if (length > maxBytes - size) {
                return Taken.TOO_LARGE;
            }
            if (size + length > bytes.length && !grow(size + length)) {
                return Taken.EXHAUSTED;
            }
            piece.readBytes(bytes, size, length);
            size += length;
            return Taken.YES;
        } finally {
            piece.release();
        }
    }

    private boolean grow(int atLeast) {
        int capacity = (int) Math.min(maxBytes, Math.max(Math.max(2L * bytes.length, FIRST_BYTES), atLeast));
        if (!share.grow(capacity - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, capacity);
        return true;
    }

    byte[] bytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    @Override
    public void close() {
        share.close();
    }
}
