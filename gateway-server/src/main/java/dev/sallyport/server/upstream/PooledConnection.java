package dev.sallyport.server.upstream;

import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One open socket from its connect to its close: leased, at rest, leased again. Lives on one event loop. */
final class PooledConnection {
    private final UpstreamPool pool;
    private final LoopConnections here;
    private final TargetState target;
    private final Channel channel;
    private final Surplus surplus = new Surplus();
    private UpstreamConnection.Listener listener = surplus;
    private @Nullable UpstreamConnection lease;
    private Runnable onClose;
    private long idleSinceNanos;

    /** Takes over the room that was made for it, and gives it back when the socket is closed. */
    PooledConnection(UpstreamPool pool, LoopConnections here, TargetState target, Channel channel) {
        this.pool = pool;
        this.here = here;
        this.target = target;
        this.channel = channel;
        this.onClose = pool::leaveRoom;
        target.countOpen(1);
        channel.pipeline().addLast(new Teller());
        channel.closeFuture().addListener(_ -> closed());
    }

    Channel channel() {
        return channel;
    }

    TargetState target() {
        return target;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    UpstreamConnection lease(UpstreamConnection.Origin origin) {
        UpstreamConnection leased = new UpstreamConnection(this, origin);
        lease = leased;
        pool.count(UpstreamConnectionState.ACTIVE, 1);
        return leased;
    }

    void listen(UpstreamConnection.Listener told) {
        listener = told;
    }

    void leaseEnded() {
        lease = null;
        listener = surplus;
        target.countInFlight(-1);
        pool.count(UpstreamConnectionState.ACTIVE, -1);
    }

    /** From here on it is read, though nothing may come: the end of the stream, or bytes that no request asked for, close it. */
    void rest() {
        if (!channel.isActive() || pool.isRetired()) {
            channel.close();
            return;
        }
        idleSinceNanos = System.nanoTime();
        channel.read();
        here.settle(this);
    }

    /** Closes it and leaves its room to another instead of the pool. */
    void makeWay(Runnable heir) {
        onClose = heir;
        channel.close();
    }

    private void closed() {
        UpstreamConnection.Listener told = listener;
        if (lease != null) {
            lease.end();
        }
        here.forget(this);
        target.countOpen(-1);
        onClose.run();
        told.onClosed();
    }

    /** Tells whoever listens. The one handler of the channel, from first to last: to add and remove one for each lease would cost. */
    private final class Teller extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            listener.onBytes((ByteBuf) bytes);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            listener.onPause();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            listener.onWritabilityChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            listener.onFailed(cause);
        }
    }

    /** Listens while nobody else does. */
    private final class Surplus implements UpstreamConnection.Listener {
        /**
         * An answer that was not asked for would be taken for the answer to the next request, which is another client's
         * (response queue poisoning).
         */
        @Override
        public void onBytes(ByteBuf bytes) {
            bytes.release();
            channel.close();
        }

        @Override
        public void onPause() {}

        @Override
        public void onWritabilityChanged() {}

        @Override
        public void onClosed() {}

        @Override
        public void onFailed(Throwable cause) {
            channel.close();
        }
    }
}
