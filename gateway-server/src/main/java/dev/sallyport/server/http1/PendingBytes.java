package dev.sallyport.server.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/** What came over a connection and nobody took yet. */
public final class PendingBytes {
    private final ByteBufAllocator alloc;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    public PendingBytes(ByteBufAllocator alloc) {
        this.alloc = alloc;
    }

    /** Takes over {@code more}. */
    public void add(ByteBuf more) {
        if (bytes.isReadable()) {
            bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, bytes, more);
        } else {
            bytes.release();
            bytes = more;
        }
    }

    /** To be read from, not to be kept: the next {@link #add} may move them. */
    public ByteBuf bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return !bytes.isReadable();
    }

    /** Hands over all that is left. */
    public ByteBuf take() {
        ByteBuf left = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return left;
    }

    /** Throws away what is left, and says how much that was. */
    public int drop() {
        int left = bytes.readableBytes();
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
        return left;
    }
}
