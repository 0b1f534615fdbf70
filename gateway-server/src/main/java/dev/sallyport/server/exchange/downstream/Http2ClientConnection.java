package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.AnswerHead;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.Exchange;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.UnreadAnswer;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http2.AnswerBlock;
import dev.sallyport.server.http2.MalformedMessage;
import dev.sallyport.server.http2.RequestBlockReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection (RFC 9113): many requests at once, each on a stream of its own. Frames, HPACK, windows and
 * the bounds of {@link Http2Bounds} are the library's; what a frame means for a request is decided here.
 *
 * <pre>
 *   OPEN ──drain──▶ WARNED (may still ask) ──▶ LEAVING (may not) ──last stream ends──▶ closed
 *   OPEN ──idle──▶ LEAVING
 * </pre>
 */
public final class Http2ClientConnection extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2ClientConnection.class);

    /** A client that asks while the warning is on its way to it must not be refused (RFC 9113 §6.8). */
    private static final Duration WARNING = Duration.ofMillis(500);

    private enum Standing { OPEN, WARNED, LEAVING }

    private enum Turn { READING, OVER }

    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Peer peer;
    private final RequestBlockReader blocks;
    private final Http2Connection.PropertyKey ours;
    private final FrameBudget budget = new FrameBudget();
    private final List<Http2ClientStream> fed = new ArrayList<>();
    private Standing standing = Standing.OPEN;
    private Turn turn = Turn.OVER;
    private @Nullable ChannelHandlerContext context;
    private Deadlines.@Nullable Deadline deadline;

    Http2ClientConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings,
            ExchangePorts ports, ListenerPlan plan, Peer peer) {
        super(decoder, encoder, settings, true);
        this.ports = ports;
        this.plan = plan;
        this.peer = peer;
        this.blocks = new RequestBlockReader(new HeadBounds(plan.limits().maxHeaderBytes(), plan.limits().maxHeaders()));
        this.ours = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Streams());
        encoder.flowController().listener(stream -> of(stream).ifPresent(Http2ClientStream::onWritable));
    }

    /** To be added to a channel's pipeline, on its event loop, once the peer is known. */
    public static Http2ClientConnection of(ExchangePorts ports, ListenerPlan plan, Peer peer) {
        return new Http2Bounds(ports, plan, peer).build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        deadline = Deadlines.of(added.channel().eventLoop()).watch(this::onDeadline);
        deadline.set(plan.limits().headerTimeout());
        super.handlerAdded(added);
        connection().local().flowController().incrementWindowSize(connection().connectionStream(), Http2Bounds.CONNECTION_WINDOW_MORE);
        flush(added);
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return added;
    }

    private Optional<Http2ClientStream> of(Http2Stream stream) {
        return Optional.ofNullable(stream.getProperty(ours));
    }

    private Optional<Http2ClientStream> of(int id) {
        return Optional.ofNullable(connection().stream(id)).flatMap(this::of);
    }

    @Override
    public void channelRead(ChannelHandlerContext added, Object bytes) throws Exception {
        turn = Turn.READING;
        super.channelRead(added, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext added) throws Exception {
        turn = Turn.OVER;
        List<Http2ClientStream> paused = List.copyOf(fed);
        fed.clear();
        paused.forEach(Http2ClientStream::onContentPause);
        super.channelReadComplete(added);
    }

    /** At the end of a read everything is flushed anyway. */
    void flushSoon() {
        if (turn == Turn.OVER) {
            flush(context());
        }
    }

    private final class Frames extends Http2EventAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext added, int id, Http2Headers block, int dependency, short weight, boolean exclusive, int padding, boolean isEnd) {
            onHeadersRead(added, id, block, padding, isEnd);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext added, int id, Http2Headers block, int padding, boolean isEnd) {
            of(id).ifPresentOrElse(known -> endWith(known, block), () -> begin(id, block, isEnd));
        }

        /** @return what is consumed at once: nothing, for room is given when a piece was handed on */
        @Override
        public int onDataRead(ChannelHandlerContext added, int id, ByteBuf data, int padding, boolean isEnd) {
            Optional<Http2ClientStream> stream = of(id);
            if (stream.isEmpty()) {
                return data.readableBytes() + padding;
            }
            fed.add(stream.get());
            guarded(stream.get(), fed -> {
                fed.onContent(data.retainedDuplicate(), data.readableBytes() + padding);
                if (isEnd) {
                    fed.onContentEnd(HeaderFields.empty());
                }
            });
            return 0;
        }

        @Override
        public void onPingRead(ChannelHandlerContext added, long data) throws Http2Exception {
            budget.spend();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext added, Http2Settings theirs) throws Http2Exception {
            budget.spend();
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext added, int id, int dependency, short weight, boolean exclusive) throws Http2Exception {
            budget.spend();
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext added, byte type, int id, Http2Flags flags, ByteBuf payload) throws Http2Exception {
            budget.spend();
        }
    }

    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            of(stream).ifPresent(Http2ClientStream::onClosed);
            if (connection().numActiveStreams() == 0) {
                onIdle();
            }
        }
    }

    /** A defect in one exchange ends its stream, not those beside it. */
    private static void guarded(Http2ClientStream stream, Consumer<Http2ClientStream> step) {
        try {
            step.accept(stream);
        } catch (RuntimeException defect) {
            stream.onDefect(defect);
        }
    }

    private void begin(int id, Http2Headers block, boolean isEnd) {
        long startNanos = System.nanoTime();
        setDeadline(Optional.empty());
        Http2Stream stream = connection().stream(id);
        Http2Lane lane = new Http2Lane(this, context(), stream);
        try {
            RequestHead head = blocks.read(block, isEnd ? RequestBlockReader.Content.ABSENT : RequestBlockReader.Content.FOLLOWS);
            Http2ClientStream begun = new Http2ClientStream(
                    lane, head, plan.limits(), ports.events(), client -> Exchange.of(client, ports, plan, peer, head, startNanos));
            stream.setProperty(ours, begun);
            guarded(begun, Http2ClientStream::begin);
        } catch (MalformedMessage malformed) {
            UnreadAnswer.withheld(peer, startNanos, Rejection.of(RejectReason.HEADER_MALFORMED, malformed.detail()), ports);
            lane.reset(Http2Error.PROTOCOL_ERROR);
        } catch (FramingViolation violation) {
            violation.limit().ifPresent(ports.events()::limitReached);
            refuse(lane, UnreadAnswer.to(peer, startNanos, Rejection.of(violation.reason(), violation.detail()), ports));
        }
    }

    private void refuse(Http2Lane lane, UnreadAnswer answer) {
        AnswerHead head = answer.head();
        lane.writeHead(AnswerBlock.ofStatus(head.status()).fields(head.added()).headers(), Http2Lane.End.LATER);
        lane.writeContent(answer.content(), Http2Lane.End.NOW).addListener(_ -> lane.stopContent());
        lane.flush();
    }

    private void endWith(Http2ClientStream stream, Http2Headers block) {
        try {
            HeaderFields trailers = blocks.readTrailers(block);
            guarded(stream, ended -> ended.onContentEnd(trailers));
        } catch (MalformedMessage malformed) {
            stream.onViolation(Rejection.of(RejectReason.HEADER_MALFORMED, malformed.detail()));
        } catch (FramingViolation violation) {
            violation.limit().ifPresent(ports.events()::limitReached);
            stream.onViolation(Rejection.of(violation.reason(), violation.detail()));
        }
    }

    /** A message that the library finds malformed: content that is not as long as it was said to be, a field that may not be. */
    @Override
    protected void onStreamError(ChannelHandlerContext added, boolean isOurs, Throwable cause, Http2Exception.StreamException error) {
        Rejection rejection = Rejection.of(RejectReason.HEADER_MALFORMED, "a stream error of HTTP/2, " + error.error());
        Optional<Http2ClientStream> known = of(error.streamId());
        if (known.isPresent()) {
            known.get().onViolation(rejection);
        } else if (!isOurs && error.error() == Http2Error.PROTOCOL_ERROR) {
            UnreadAnswer.withheld(peer, System.nanoTime(), rejection, ports);
        }
        super.onStreamError(added, isOurs, cause, error);
    }

    /** What floods us has no stream of its own to be refused on: the connection ends (RFC 9113 §10.5). */
    @Override
    protected void onConnectionError(ChannelHandlerContext added, boolean isOurs, Throwable cause, @Nullable Http2Exception error) {
        if (error == null) {
            LOG.error("A defect while serving a client over HTTP/2", cause);
        } else if (error.error() == Http2Error.ENHANCE_YOUR_CALM) {
            ports.events().limitReached("http2Frames");
        }
        super.onConnectionError(added, isOurs, cause, error);
    }

    private void onIdle() {
        switch (standing) {
            case OPEN, WARNED -> setDeadline(Optional.of(plan.limits().idleTimeout()));
            case LEAVING -> closeWhenWritten();
        }
    }

    private void setDeadline(Optional<Duration> next) {
        Deadlines.Deadline set = deadline;
        if (set != null) {
            next.ifPresentOrElse(set::set, set::clear);
        }
    }

    private void onDeadline() {
        ports.events().limitReached(connection().remote().lastStreamCreated() == 0 ? "headerTimeout" : "idleTimeout");
        leave();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext added, Object event) throws Exception {
        if (event == Signal.DRAIN) {
            warn();
        } else if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            added.close();
        } else {
            super.userEventTriggered(added, event);
        }
    }

    private void warn() {
        if (standing == Standing.OPEN) {
            standing = Standing.WARNED;
            goAway(context(), Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, context().newPromise());
            flushSoon();
            context().executor().schedule(this::leave, WARNING.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void leave() {
        if (standing != Standing.LEAVING && context().channel().isActive()) {
            standing = Standing.LEAVING;
            goAway(context(), connection().remote().lastStreamCreated(), Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, context().newPromise());
            flushSoon();
            if (connection().numActiveStreams() == 0) {
                closeWhenWritten();
            }
        }
    }

    private void closeWhenWritten() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext added) throws Exception {
        standing = Standing.LEAVING;
        super.channelInactive(added);
        Deadlines.Deadline last = deadline;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext added, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            added.close();
        } else {
            super.exceptionCaught(added, cause);
        }
    }
}
