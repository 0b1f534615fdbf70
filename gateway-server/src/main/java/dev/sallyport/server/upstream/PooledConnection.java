package dev.sallyport.server.upstream;

import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
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
    private Ending ending;
    private Use use = Use.OPEN;
    private long idleSinceNanos;

    /** How the other's bytes end: under TLS it says so itself, or was cut off; without, there is no telling. */
    enum Ending { AS_SAID, CUT_OFF }

    /** Under TLS a channel says good-bye before it closes, and is active as long as that takes. */
    private enum Use { OPEN, CLOSING }

    /** Takes over the room that was made for it, and gives it back when the socket is closed. */
    PooledConnection(UpstreamPool pool, LoopConnections here, TargetState target, Channel channel) {
        this.pool = pool;
        this.here = here;
        this.target = target;
        this.channel = channel;
        this.onClose = pool::leaveRoom;
        this.ending = channel.pipeline().get(SslHandler.class) == null ? Ending.AS_SAID : Ending.CUT_OFF;
        target.countOpen(1);
        channel.pipeline().addLast(new Teller());
        channel.closeFuture().addListener(_ -> leave());
    }

    Channel channel() {
        return channel;
    }

    TargetState target() {
        return target;
    }

    Ending ending() {
        return ending;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** Whether a request may go out on it. */
    boolean isUsable() {
        return use == Use.OPEN && channel.isActive();
    }

    void close() {
        use = Use.CLOSING;
        channel.close();
    }

    void failed(String detail) {
        pool.failed(target, detail);
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
        if (!isUsable() || pool.isRetired()) {
            close();
            return;
        }
        idleSinceNanos = System.nanoTime();
        channel.read();
        here.settle(this);
    }

    /** Closes it and leaves its room to another instead of the pool. */
    void makeWay(Runnable heir) {
        onClose = heir;
        close();
    }

    private void leave() {
        here.forget(this);
        target.countOpen(-1);
        onClose.run();
    }

    private void ended() {
        UpstreamConnection.Listener told = listener;
        if (lease != null) {
            lease.end();
        }
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
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
                ending = Ending.AS_SAID;
                close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            listener.onFailed(cause);
        }

        /** Later than the close itself: when the other end refuses in TLS, the library closes first and then says why. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ended();
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
            close();
        }

        @Override
        public void onPause() {}

        @Override
        public void onWritabilityChanged() {}

        @Override
        public void onClosed() {}

        @Override
        public void onFailed(Throwable cause) {
            close();
        }
    }
}
