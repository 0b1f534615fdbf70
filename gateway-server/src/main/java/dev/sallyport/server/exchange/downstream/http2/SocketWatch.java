package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connection of a client that takes not one byte for {@code writeTimeout} while bytes wait in its socket. Not even
 * a reset could be told to it.
 */
final class SocketWatch {
    private final ChannelHandlerContext context;
    private final Duration writeTimeout;
    private final WireEvents events;
    private final Deadlines.Deadline deadline;
    private State state = State.IDLE;
    private Mark mark = Mark.NONE;

    /** WATCHING: bytes were flushed, and their last one is not known to be out. */
    private enum State { IDLE, WATCHING }

    /** What the socket was about to take; another one, or more of it taken, is progress. */
    private record Mark(@Nullable Object message, long taken) {
        static final Mark NONE = new Mark(null, 0);

        static Mark of(@Nullable ChannelOutboundBuffer waiting) {
            return waiting == null ? NONE : new Mark(waiting.current(), waiting.currentProgress());
        }

        @SuppressWarnings("ReferenceEquality") // the very same buffer; what is in it may be released by then
        boolean isOf(Mark other) {
            return message == other.message && taken == other.taken;
        }
    }

    SocketWatch(ChannelHandlerContext context, Duration writeTimeout, WireEvents events) {
        this.context = context;
        this.writeTimeout = writeTimeout;
        this.events = events;
        this.deadline = Deadlines.of(context.channel().eventLoop()).watch(this::onDeadline);
    }

    /** Something was flushed. */
    void onFlush() {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        if (state == State.IDLE && waiting != null && waiting.totalPendingWriteBytes() > 0) {
            state = State.WATCHING;
            expect();
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                state = State.IDLE;
                deadline.clear();
            });
        }
    }

    private void expect() {
        mark = Mark.of(context.channel().unsafe().outboundBuffer());
        deadline.set(writeTimeout);
    }

    private void onDeadline() {
        if (Mark.of(context.channel().unsafe().outboundBuffer()).isOf(mark)) {
            events.limitReached("writeTimeout");
            context.channel().close();
        } else {
            expect();
        }
    }

    void close() {
        deadline.close();
    }
}
