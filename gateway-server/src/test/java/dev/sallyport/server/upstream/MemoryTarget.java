package dev.sallyport.server.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A target without sockets: what is sent on its connections is seen at once, and flush by flush. */
public final class MemoryTarget implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();

    public UpstreamPools pools() {
        return UpstreamPools.none((_, _, _, outcome) -> {
            Connection connection = new Connection();
            connections.add(connection);
            outcome.connected(connection.channel);
        });
    }

    /** In the order of opening. */
    public List<Connection> connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.forEach(connection -> connection.channel.finishAndReleaseAll());
    }

    /** One connection. */
    public static final class Connection {
        private final EmbeddedChannel channel = new EmbeddedChannel(new FlushCounter());
        private int flushes;

        private Connection() {
            channel.config().setAutoRead(false);
        }

        /** What was sent since the last call. */
        public String received() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
                text.append(piece.toString(StandardCharsets.ISO_8859_1));
                piece.release();
            }
            return text.toString();
        }

        /** All in one piece. */
        public void answer(String bytes) {
            ByteBuf piece = channel.alloc().buffer();
            piece.writeCharSequence(bytes, StandardCharsets.ISO_8859_1);
            channel.writeInbound(piece);
        }

        /** Whether the gateway wants what it sends. */
        public boolean isRead() {
            return channel.config().isAutoRead();
        }

        public int flushes() {
            return flushes;
        }

        public boolean isOpen() {
            channel.runPendingTasks();
            return channel.isOpen();
        }

        public void close() {
            channel.close();
            channel.runPendingTasks();
        }

        private final class FlushCounter extends ChannelDuplexHandler {
            @Override
            public void flush(ChannelHandlerContext context) {
                flushes++;
                context.flush();
            }
        }
    }
}
