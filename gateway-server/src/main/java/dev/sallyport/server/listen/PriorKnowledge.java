package dev.sallyport.server.listen;

import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.downstream.Signal;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes way for HTTP/2 where a plain connection begins with its preface (RFC 9113 §3.3, §3.4), and for HTTP/1 at the first
 * byte that differs. No request of HTTP/1 begins like it.
 */
final class PriorKnowledge extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII).asReadOnly());

    private final Duration headerTimeout;
    private final WireEvents events;
    private final Function<Protocol, ChannelHandler> connection;
    private Deadlines.@Nullable Deadline deadline;

    PriorKnowledge(Duration headerTimeout, WireEvents events, Function<Protocol, ChannelHandler> connection) {
        this.headerTimeout = headerTimeout;
        this.events = events;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = Deadlines.of(context.channel().eventLoop()).watch(() -> {
            events.limitReached("headerTimeout");
            context.close();
        });
        deadline.set(headerTimeout);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int known = Math.min(in.readableBytes(), PREFACE.readableBytes());
        for (int at = 0; at < known; at++) {
            if (in.getByte(in.readerIndex() + at) != PREFACE.getByte(at)) {
                makeWay(context, Protocol.HTTP_1);
                return;
            }
        }
        if (known == PREFACE.readableBytes()) {
            makeWay(context, Protocol.HTTP_2);
        }
    }

    /** What came is read by the one that comes. */
    private void makeWay(ChannelHandlerContext context, Protocol protocol) {
        context.pipeline().addAfter(context.name(), "connection", connection.apply(protocol));
        context.pipeline().remove(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        Deadlines.Deadline last = deadline;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == Signal.DRAIN) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }
}
