package dev.sallyport.server.exchange.upstream;

import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.http1.OutputEnd;
import dev.sallyport.server.http1.PendingBytes;
import dev.sallyport.server.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** The upstream's side of a tunnel: a connection that is leased until it is closed, and never used again. */
public final class UpstreamTunnel implements TunnelSide {
    private final UpstreamConnection connection;
    private final Channel channel;
    private final PendingBytes pending;

    /** @param pending what came behind the 101; taken over */
    UpstreamTunnel(UpstreamConnection connection, PendingBytes pending) {
        this.connection = connection;
        this.channel = connection.channel();
        this.pending = pending;
        channel.config().setAutoRead(false);
    }

    /** To be called once, before anything is read. */
    public void listen(Listener listener) {
        connection.listen(new Teller(listener));
        if (!pending.isEmpty()) {
            listener.onBytes(pending.take());
        }
    }

    @Override
    public void send(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void read() {
        channel.config().setAutoRead(true);
    }

    @Override
    public void hold() {
        channel.config().setAutoRead(false);
    }

    /** Sends no more; what the upstream still sends is told. */
    public void endOutput() {
        OutputEnd.say(channel);
    }

    @Override
    public void end() {
        pending.drop();
        connection.discard();
    }

    /** The lease ends with the connection: nothing is told after {@link #end}. */
    private record Teller(Listener listener) implements UpstreamConnection.Listener {
        @Override
        public void onBytes(ByteBuf bytes) {
            listener.onBytes(bytes);
        }

        @Override
        public void onPause() {
            listener.onPause();
        }

        @Override
        public void onWritabilityChanged() {
            listener.onWritable();
        }

        @Override
        public void onClosed() {
            listener.onClosed();
        }

        @Override
        public void onFailed(Throwable cause) {
            if (!UpstreamCall.isOfWritesAlone(cause)) {
                listener.onClosed();
            }
        }
    }
}
