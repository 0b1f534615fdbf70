package dev.sallyport.server.exchange.downstream.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The frames of one stream. What is written to a stream that is no more is released, and fails its future. */
final class Http2Lane {
    private final Http2ClientConnection connection;
    private final ChannelHandlerContext context;
    private final Http2Stream stream;

    /** Whether the frame is the last one of the stream from our side. */
    enum End { NOW, LATER }

    Http2Lane(Http2ClientConnection connection, ChannelHandlerContext context, Http2Stream stream) {
        this.connection = connection;
        this.context = context;
        this.stream = stream;
    }

    EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    ByteBufAllocator alloc() {
        return context.alloc();
    }

    private Http2ConnectionEncoder encoder() {
        return connection.encoder();
    }

    ChannelFuture writeHead(Http2Headers block, End end) {
        return encoder().writeHeaders(context, stream.id(), block, 0, end == End.NOW, context.newPromise());
    }

    /** Takes over {@code piece}. */
    ChannelFuture writeContent(ByteBuf piece, End end) {
        return encoder().writeData(context, stream.id(), piece, 0, end == End.NOW, context.newPromise());
    }

    void flush() {
        connection.flushSoon();
    }

    /** Neither the client's windows nor the socket are full. */
    boolean isWritable() {
        return encoder().flowController().isWritable(stream);
    }

    /** Whether something waits for the client to open its window. */
    boolean waitsForWindow() {
        return !isClosed() && encoder().flowController().hasFlowControlled(stream);
    }

    /** Changes whenever bytes of this stream went out, or the client asked for more. */
    int window() {
        return encoder().flowController().windowSize(stream);
    }

    void giveRoom(int bytes) {
        try {
            connection.connection().local().flowController().consumeBytes(stream, bytes);
        } catch (Http2Exception broken) {
            throw new IllegalStateException("gave more room than was taken", broken);
        }
        flush();
    }

    private boolean isClosed() {
        return stream.state() == Http2Stream.State.CLOSED;
    }

    /** A client that still sends is told to stop. */
    void stopContent(Http2Error why) {
        if (stream.state().remoteSideOpen()) {
            reset(why);
        }
    }

    void reset(Http2Error error) {
        if (!isClosed()) {
            encoder().writeRstStream(context, stream.id(), error.code(), context.newPromise());
            flush();
        }
    }

    /** Resets it where this was not written by then: nobody takes it. */
    void giveUp(ChannelFuture written, Duration after) {
        ScheduledFuture<?> late = eventLoop().schedule(() -> reset(Http2Error.CANCEL), after.toMillis(), TimeUnit.MILLISECONDS);
        written.addListener(_ -> late.cancel(false));
    }
}
