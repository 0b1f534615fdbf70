package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.server.exchange.AnswerHead;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.ContentWriter;
import dev.sallyport.server.http1.HeadWriter;
import dev.sallyport.server.http1.HttpVersion;
import dev.sallyport.server.http1.OutputEnd;
import dev.sallyport.server.http1.Persistence;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;

/** Writes answers to one HTTP/1 connection, gathers them into few flushes, and notices a client that takes nothing. */
final class AnswerWriter {
    private static final int HEAD_BYTES = 512;
    private static final ByteBuf CONTINUE = constant("HTTP/1.1 100 Continue\r\n\r\n");

    private final Channel channel;
    private final Duration writeTimeout;
    private final Deadlines.Deadline stalled;
    private final WireEvents events;
    private ContentWriter content = new ContentWriter(ContentFraming.ABSENT);
    private Flushing flushing = Flushing.AT_ONCE;
    private long progressSeen;

    private enum Flushing { AT_ONCE, AT_END_OF_READ, DUE_AT_END_OF_READ }

    AnswerWriter(Channel channel, Duration writeTimeout, WireEvents events) {
        this.channel = channel;
        this.writeTimeout = writeTimeout;
        this.events = events;
        this.stalled = Deadlines.of(channel.eventLoop()).watch(this::onDeadline);
    }

    private static ByteBuf constant(String text) {
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    void beginRead() {
        flushing = flushing == Flushing.AT_ONCE ? Flushing.AT_END_OF_READ : flushing;
    }

    void endRead() {
        Flushing due = flushing;
        flushing = Flushing.AT_ONCE;
        if (due == Flushing.DUE_AT_END_OF_READ) {
            channel.flush();
        }
    }

    void flush() {
        if (flushing == Flushing.AT_ONCE) {
            channel.flush();
        } else {
            flushing = Flushing.DUE_AT_END_OF_READ;
        }
    }

    void sendContinue() {
        channel.writeAndFlush(CONTINUE.duplicate(), channel.voidPromise());
    }

    void sendInterim(AnswerHead head) {
        HeadWriter writer = new HeadWriter(channel.alloc().ioBuffer(HEAD_BYTES)).statusLine(head.status(), head.reason());
        channel.writeAndFlush(writer.fields(head.received(), head.dropped()).end(), channel.voidPromise());
    }

    /** What the client can be sent: HTTP/1.0 knows no chunks, and HTTP/1.1 need not lose its connection for a length we do not know. */
    static ContentFraming framingFor(HttpVersion client, ContentFraming known) {
        return switch (known) {
            case ContentFraming.Chunked _, ContentFraming.UntilClose _ ->
                    client == HttpVersion.HTTP_1_0 ? ContentFraming.UNTIL_CLOSE : ContentFraming.CHUNKED;
            case ContentFraming.Absent _, ContentFraming.Fixed _ -> known;
        };
    }

    void sendHead(AnswerHead head, ContentFraming framing, Persistence afterwards) {
        content = new ContentWriter(framing);
        ByteBuf out = channel.alloc().ioBuffer(HEAD_BYTES);
        try {
            HeadWriter writer = new HeadWriter(out)
                    .statusLine(head.status(), head.reason())
                    .fields(head.received(), head.dropped())
                    .fields(head.added())
                    .framing(framing);
            if (afterwards == Persistence.CLOSE) {
                writer.field("Connection", "close");
            }
            writer.end();
        } catch (RuntimeException defect) {
            ReferenceCountUtil.release(out);
            throw defect;
        }
        channel.write(out, channel.voidPromise());
    }

    void sendContent(ByteBuf piece) {
        content.write(channel, piece);
    }

    void finishContent() {
        content.finish(channel);
    }

    void finishContent(HeaderFields trailers, BitSet dropped) {
        content.finish(channel, trailers, dropped);
    }

    ChannelFuture endOutput() {
        return OutputEnd.say(channel);
    }

    void closeWhenWritten() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void onWritabilityChanged() {
        if (channel.isWritable()) {
            stalled.clear();
        } else {
            progressSeen = progress();
            stalled.set(writeTimeout);
        }
    }

    private void onDeadline() {
        long progress = progress();
        if (progress == progressSeen) {
            events.limitReached("writeTimeout");
            channel.close();
            return;
        }
        progressSeen = progress;
        stalled.set(writeTimeout);
    }

    /** Changes whenever the socket took a byte. */
    private long progress() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    void close() {
        stalled.close();
    }
}
