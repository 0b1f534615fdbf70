package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * The use of one connection for one exchange; on its event loop only. It ends with {@link #release} or {@link #discard},
 * or when the channel closes; what comes after its end does nothing.
 */
public final class UpstreamConnection {

    /** A pooled connection may have been closed by the other end just now: a request that failed on it may be sent again. */
    public enum Origin { POOLED, FRESH }

    /** Who is told what happens on the connection, from {@link #listen} to the end of the lease. */
    public interface Listener {
        /** Takes over {@code bytes}. */
        void onBytes(ByteBuf bytes);

        /** All that was there for now was told. */
        void onPause();

        void onWritabilityChanged();

        /** Nothing comes any more. */
        void onClosed();

        /** A read or a write failed; where only writes do, what the target sent before is still told. */
        void onFailed(Throwable cause);
    }

    private final PooledConnection connection;
    private final Origin origin;
    private boolean ended;
    private boolean judged;

    UpstreamConnection(PooledConnection connection, Origin origin) {
        this.connection = connection;
        this.origin = origin;
    }

    /** To write to, and to say when to read; its handlers are the pool's. */
    public Channel channel() {
        return connection.channel();
    }

    public void listen(Listener listener) {
        if (!ended) {
            connection.listen(listener);
        }
    }

    public Target target() {
        return connection.target().target();
    }

    public Origin origin() {
        return origin;
    }

    /** Whether its end was cut off: under TLS, a target that ends a connection says so (RFC 8446 §6.1), and nobody between can. */
    public boolean wasCutOff() {
        return connection.ending() == PooledConnection.Ending.CUT_OFF;
    }

    /** Both messages ended cleanly, and not one byte came after the answer: back to the pool. */
    public void release() {
        if (end()) {
            connection.rest();
        }
    }

    /** Closes it. */
    public void discard() {
        if (end()) {
            connection.close();
        }
    }

    /** The head of an answer came. */
    public void succeeded() {
        if (!judged) {
            judged = true;
            connection.target().succeeded();
        }
    }

    /** It was reset, took too long, or sent what is no answer. */
    public void failed(String detail) {
        if (!judged) {
            judged = true;
            connection.failed(detail);
        }
    }

    boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        connection.leaseEnded();
        return true;
    }
}
