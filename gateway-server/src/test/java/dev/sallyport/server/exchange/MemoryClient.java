package dev.sallyport.server.exchange;

import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.downstream.Http1Connection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** A client without a socket: everything has happened when a call returns. */
final class MemoryClient implements AutoCloseable {
    private static final Peer PEER =
            new Peer(InetAddress.getLoopbackAddress(), 1, "l", new Peer.Transport.Plain(Peer.Exposure.LOOPBACK));

    private final HalfClosingChannel channel = new HalfClosingChannel();

    MemoryClient(TestPorts ports) {
        channel.pipeline().addLast(Http1Connection.of(channel, ports.ports(), TestPorts.PLAN, PEER));
    }

    /** All in one read. */
    void send(String bytes) {
        ByteBuf piece = channel.alloc().buffer();
        piece.writeCharSequence(bytes, StandardCharsets.ISO_8859_1);
        channel.writeInbound(piece);
        settle();
    }

    /** What came since the last call. */
    String received() {
        settle();
        StringBuilder text = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            text.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }
        return text.toString();
    }

    boolean isOpen() {
        settle();
        return channel.isOpen();
    }

    /** Takes nothing from now on, like a socket whose buffers are full. */
    void stopTaking() {
        channel.taking = Taking.NOTHING;
    }

    void takeAgain() {
        channel.taking = Taking.ALL;
        channel.flush();
    }

    void settle() {
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
    }

    /** What was not yet received is lost. */
    @Override
    public void close() {
        channel.finishAndReleaseAll();
        settle();
    }

    private enum Taking { ALL, NOTHING }

    /** As a socket does: an end of output that leaves the input open. */
    private static final class HalfClosingChannel extends EmbeddedChannel implements DuplexChannel {
        private Taking taking = Taking.ALL;
        private boolean outputShutdown;

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (taking == Taking.ALL) {
                super.doWrite(waiting);
            }
        }

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownInput() {
            return newSucceededFuture();
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            return promise.setSuccess();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputShutdown;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            return shutdownOutput(newPromise());
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            outputShutdown = true;
            return promise.setSuccess();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdown() {
            return close();
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            return close(promise);
        }
    }
}
