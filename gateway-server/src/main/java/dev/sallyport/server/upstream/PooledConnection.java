package dev.sallyport.server.upstream;

import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One open socket from its connect to its close: leased, at rest, leased again. Lives on one event loop. */
final class PooledConnection {
    private final UpstreamPool pool;
    private final LoopConnections here;
    private final TargetState target;
    private final Channel channel;
    private final IdleHandler idleHandler = new IdleHandler();
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

    void leaseEnded() {
        lease = null;
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
        channel.pipeline().addLast(idleHandler);
        channel.read();
        here.settle(this);
    }

    void wake() {
        channel.pipeline().remove(idleHandler);
    }

    /** Closes it and leaves its room to another instead of the pool. */
    void makeWay(Runnable heir) {
        onClose = heir;
        channel.close();
    }

    private void closed() {
        if (lease != null) {
            lease.end();
        }
        here.forget(this);
        target.countOpen(-1);
        onClose.run();
    }

    /** Stands in the channel while it rests. Comes and goes many times, though only ever in this one channel. */
    @Sharable
    private static final class IdleHandler extends ChannelInboundHandlerAdapter {
        /**
         * An answer that was not asked for would be taken for the answer to the next request, which is another client's
         * (response queue poisoning).
         */
        @Override
        public void channelRead(ChannelHandlerContext context, Object surplus) {
            ReferenceCountUtil.release(surplus);
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
