package dev.sallyport.server.exchange.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * One of the two connections that a tunnel joins, whatever carries it. It is held at first; used on its event loop only.
 *
 * <pre>
 *   in:   held ◀──▶ read ──▶ ended        both: ──end──▶ over        ──▶ closed
 * </pre>
 */
public interface TunnelSide {

    /** Who is told what comes. No call after {@link #end} or {@link #onClosed}. */
    interface Listener {
        /** Takes over {@code bytes}. */
        void onBytes(ByteBuf bytes);

        /** All that was there for now was told. */
        void onPause();

        /** The other end takes bytes again. */
        void onWritable();

        /** The other end sends no more, and perhaps still takes. */
        default void onInputEnd() {}

        /** The other end is gone. */
        void onClosed();

        /** The gateway wants to close. */
        default void onDrain() {}
    }

    /** Takes over {@code bytes}. */
    void send(ByteBuf bytes);

    void flush();

    boolean isWritable();

    void read();

    void hold();

    /** Sends no more, and listens to no more; what was sent to a client still goes out. */
    void end();
}
