package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.AnswerHead;
import dev.sallyport.server.exchange.ClientStream;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.downstream.Continue;
import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http2.AnswerBlock;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** One request on an HTTP/2 connection and its answer (RFC 9113 §8.1). A broken one ends alone: its neighbours go on. */
final class Http2ClientStream implements ClientStream {
    private static final int CONTINUE = 100;

    private final Http2Lane lane;
    private final Limits limits;
    private final WireEvents events;
    private final Http2Content content;
    private final Deadlines.Deadline stalled;
    private final Handler handler;
    private Answer answer = Answer.AWAITED;
    private Http2Error afterwards = Http2Error.NO_ERROR;
    private int windowSeen;

    /** ENDED: the last frame was written, and perhaps waits for the client to take it. */
    private enum Answer { AWAITED, BEGUN, ENDED }

    Http2ClientStream(Http2Lane lane, RequestHead head, Limits limits, WireEvents events, Function<ClientStream, Handler> handler) {
        this.lane = lane;
        this.limits = limits;
        this.events = events;
        Deadlines deadlines = Deadlines.of(lane.eventLoop());
        this.content = new Http2Content(head, limits, deadlines.watch(this::onContentDeadline), events, lane.alloc(), lane::giveRoom);
        this.stalled = deadlines.watch(this::onStalled);
        this.handler = handler.apply(this);
    }

    void begin() {
        handler.begin();
    }

    @Override
    public EventLoop eventLoop() {
        return lane.eventLoop();
    }

    /** The head waits for no content: a client may send its first piece when it sees that its request was taken. */
    @Override
    public void readContent() {
        if (content.flow() == Continue.EXPECTED) {
            lane.writeHead(AnswerBlock.ofStatus(CONTINUE).headers(), Http2Lane.End.LATER);
            lane.flush();
        }
        content.advance(handler);
        onContentPause();
    }

    @Override
    public void holdContent() {
        content.hold();
    }

    @Override
    public void skipContent() {
        content.skip();
    }

    @Override
    public boolean isWritable() {
        return lane.isWritable();
    }

    @Override
    public void sendInterim(AnswerHead head) {
        lane.writeHead(AnswerBlock.ofStatus(head.status()).fields(head.received(), head.dropped()).headers(), Http2Lane.End.LATER);
        lane.flush();
    }

    /** It would end the other streams as well; this one ends with its answer anyway. */
    @Override
    public void closeAfterwards() {}

    @Override
    public void sendHead(AnswerHead head) {
        AnswerBlock block = AnswerBlock.ofStatus(head.status()).fields(head.received(), head.dropped()).fields(head.added());
        if (head.framing() instanceof ContentFraming.Fixed(long bytes)) {
            block.field("content-length", Long.toString(bytes));
        }
        if (isWhole(head)) {
            end(() -> lane.writeHead(block.headers(), Http2Lane.End.NOW));
        } else {
            answer = Answer.BEGUN;
            watch(lane.writeHead(block.headers(), Http2Lane.End.LATER));
        }
    }

    private static boolean isWhole(AnswerHead head) {
        return switch (head.framing()) {
            case ContentFraming.Absent() -> true;
            case ContentFraming.Fixed(long bytes) -> bytes == 0;
            case ContentFraming.Chunked(), ContentFraming.UntilClose() -> false;
        };
    }

    @Override
    public void sendContent(ByteBuf piece) {
        watch(lane.writeContent(piece, Http2Lane.End.LATER));
    }

    @Override
    public void flush() {
        lane.flush();
    }

    @Override
    public void finish() {
        if (answer == Answer.BEGUN) {
            end(() -> lane.writeContent(Unpooled.EMPTY_BUFFER, Http2Lane.End.NOW));
        }
        lane.flush();
    }

    @Override
    public void finish(HeaderFields trailers, BitSet dropped) {
        Http2Headers section = AnswerBlock.ofTrailers(trailers, dropped).headers();
        if (answer == Answer.BEGUN && !section.isEmpty()) {
            end(() -> lane.writeHead(section, Http2Lane.End.NOW));
        }
        finish();
    }

    /** Told as ended before it is written: a write that fails closes the stream at once. A client that still sends is told to stop. */
    private void end(Supplier<ChannelFuture> lastFrame) {
        answer = Answer.ENDED;
        content.skip();
        ChannelFuture last = lastFrame.get();
        watch(last);
        last.addListener(_ -> lane.stopContent(afterwards));
    }

    /** HTTP/2 has no upgrade (RFC 9113 §8.6); a request with the field is refused before there is a stream. */
    @Override
    public Optional<WebSocketHandshake> upgrade() {
        return Optional.empty();
    }

    @Override
    public TunnelSide openTunnel(AnswerHead head, TunnelSide.Listener listener) {
        throw new IllegalStateException("a stream that asks for no upgrade");
    }

    @Override
    public void abort() {
        answer = Answer.ENDED;
        lane.reset(Http2Error.INTERNAL_ERROR);
    }

    /** A client may open a stream and never its window: what waits for it must not wait for ever. */
    private void watch(ChannelFuture written) {
        written.addListener(_ -> {
            if (!written.isSuccess()) {
                lane.reset(Http2Error.INTERNAL_ERROR); // an answer with a hole in it
            }
        });
        if (lane.waitsForWindow()) {
            windowSeen = lane.window();
            stalled.set(limits.writeTimeout());
        }
    }

    private void onStalled() {
        if (!lane.waitsForWindow()) {
            return;
        }
        if (lane.window() == windowSeen) {
            events.limitReached("writeTimeout");
            lane.reset(Http2Error.CANCEL);
        } else {
            windowSeen = lane.window();
            stalled.set(limits.writeTimeout());
        }
    }

    void onContent(ByteBuf bytes, int room) {
        content.add(bytes, room, handler);
    }

    void onContentPause() {
        if (answer != Answer.ENDED) {
            handler.onContentPause();
        }
    }

    void onContentEnd(HeaderFields trailers) {
        content.end(trailers, handler);
    }

    /** What the client sent is not what it said it would be; it is answered, where it was not yet, and the stream is reset. */
    void onViolation(Rejection rejection) {
        if (answer == Answer.ENDED) {
            lane.reset(Http2Error.PROTOCOL_ERROR);
        } else {
            afterwards = Http2Error.PROTOCOL_ERROR;
            content.refuse(rejection, handler);
        }
    }

    private void onContentDeadline() {
        content.onDeadline(handler);
    }

    void onWritable() {
        if (answer != Answer.ENDED && lane.isWritable()) {
            handler.onWritable();
        }
    }

    void onDefect(RuntimeException defect) {
        handler.onDefect(defect);
        if (answer != Answer.ENDED) {
            abort();
        }
    }

    /** Whoever ended it. */
    void onClosed() {
        boolean isAnswered = answer == Answer.ENDED;
        answer = Answer.ENDED;
        content.close();
        stalled.close();
        if (!isAnswered) {
            handler.onClosed();
        }
    }
}
