package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.FramingViolation;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.HttpVersion;
import dev.sallyport.server.http1.Persistence;
import dev.sallyport.server.http1.ReceivedRequest;
import dev.sallyport.server.http1.RequestHeadReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection: one request after the other, each answered before the next is read.
 *
 * <pre>
 *   HEAD ──head──▶ EXCHANGE ──answer and content whole──▶ HEAD
 *     │                └──answer whole, content not, or close wanted──▶ LINGERING ──▶ CLOSED
 *     └──violation: answered──▶ LINGERING
 * </pre>
 *
 * What stands behind a refused or unread request is never parsed: it could be a request smuggled in as content.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter implements ClientStream {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

    /** Told to a connection when its listener drains. */
    public enum Signal { DRAIN }

    private enum State { HEAD, EXCHANGE, LINGERING, CLOSED }

    private final Channel channel;
    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Peer peer;
    private final Limits limits;
    private final RequestHeadReader heads;
    private final RequestContent content;
    private final AnswerWriter answers;
    private final Deadlines.Deadline deadline;
    private State state = State.HEAD;
    private Loop loop = Loop.OUTSIDE;
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private Handler handler = NoHandler.INSTANCE;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private Persistence persistence = Persistence.KEEP;
    private Input input = Input.OPEN;
    private long headStartNanos = System.nanoTime();
    private int requests;
    private long lingeredBytes;

    /** Whether we are inside the loop over received bytes, so that the end of an exchange does not recurse into it. */
    private enum Loop { OUTSIDE, INSIDE }

    private enum Input { OPEN, ENDED }

    private Http1Connection(Channel channel, ExchangePorts ports, ListenerPlan plan, Peer peer) {
        this.channel = channel;
        this.ports = ports;
        this.plan = plan;
        this.peer = peer;
        this.limits = plan.limits();
        this.heads = new RequestHeadReader(new HeadBounds(limits.maxHeaderBytes(), limits.maxHeaders()));
        this.answers = new AnswerWriter(channel, limits.writeTimeout(), this::onStalledWrite);
        this.deadline = Deadlines.of(channel.eventLoop()).watch(this::onDeadline);
        this.content = new RequestContent(limits, deadline, ports.events());
        deadline.set(limits.headerTimeout());
    }

    /** To be called on the channel's event loop, once the peer is known; belongs at the end of the ladder. */
    public static Http1Connection of(Channel channel, ExchangePorts ports, ListenerPlan plan, Peer peer) {
        return new Http1Connection(channel, ports, plan, peer);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state == State.LINGERING || state == State.CLOSED) {
            lingeredBytes += bytes.readableBytes();
            bytes.release();
            if (lingeredBytes > Lingering.MAX_BYTES) {
                channel.close();
            }
            return;
        }
        pending = pending.isReadable()
                ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, bytes)
                : replaced(bytes);
        answers.beginRead();
        process();
    }

    private ByteBuf replaced(ByteBuf bytes) {
        pending.release();
        return bytes;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        answers.endRead();
    }

    private void process() {
        if (loop == Loop.INSIDE) {
            return;
        }
        loop = Loop.INSIDE;
        try {
            boolean advanced = true;
            while (advanced) {
                advanced = switch (state) {
                    case HEAD -> readHead();
                    case EXCHANGE -> content.readPiece(pending, handler);
                    case LINGERING, CLOSED -> false;
                };
            }
        } finally {
            loop = Loop.OUTSIDE;
        }
        if (!pending.isReadable() || state == State.LINGERING || state == State.CLOSED) {
            pending = replaced(Unpooled.EMPTY_BUFFER);
        }
        if (input == Input.ENDED) {
            onNothingMoreToRead();
        }
        adjustReading();
    }

    private boolean readHead() {
        if (!pending.isReadable()) {
            return false;
        }
        if (headStartNanos == 0) {
            headStartNanos = System.nanoTime();
            deadline.set(limits.headerTimeout());
        }
        try {
            Optional<ReceivedRequest> request = heads.read(pending);
            request.ifPresent(this::begin);
            return request.isPresent();
        } catch (FramingViolation violation) {
            refuseUnread(Rejection.of(violation.reason(), violation.detail()));
            return false;
        }
    }

    private void begin(ReceivedRequest request) {
        state = State.EXCHANGE;
        requests++;
        deadline.clear();
        version = request.version();
        persistence = persistence == Persistence.CLOSE ? persistence : request.persistence();
        content.begin(request);
        Exchange exchange = Exchange.of(this, ports, plan, peer, request.head(), headStartNanos);
        handler = exchange;
        exchange.begin();
    }

    /** Bytes that are no request are answered all the same, and logged; then nothing more is read as one. */
    private void refuseUnread(Rejection rejection) {
        state = State.EXCHANGE;
        content.breakOff();
        deadline.clear();
        String requestId = Trace.unread(ThreadLocalRandom.current()).requestId();
        ExchangeLog log = ExchangeLog.ofUnread(requestId, peer, Instant.now(), headStartNanos);
        log.refused(rejection.reason());
        log.answered(rejection.status());
        var problem = ReplyWriter.problem(rejection, requestId, ports.runtime().get().snapshot().errorDetail());
        sendHead(AnswerHead.of(problem, "", requestId));
        sendContent(Unpooled.wrappedBuffer(problem.body()));
        log.sent(problem.body().length);
        finish();
        log.end(ports.observer());
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void readContent() {
        if (content.flow(pending) == RequestContent.Continue.EXPECTED && version == HttpVersion.HTTP_1_1) {
            answers.sendContinue();
        }
        process();
    }

    @Override
    public void holdContent() {
        content.hold();
    }

    @Override
    public void skipContent() {
        content.skip(pending);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void sendInterim(AnswerHead head) {
        if (version == HttpVersion.HTTP_1_1) {
            answers.sendInterim(head);
        }
    }

    @Override
    public void closeAfterwards() {
        persistence = Persistence.CLOSE;
    }

    @Override
    public void sendHead(AnswerHead head) {
        ContentFraming framing = AnswerWriter.framingFor(version, head.framing());
        if (!content.isComplete() || input == Input.ENDED || framing instanceof ContentFraming.UntilClose) {
            persistence = Persistence.CLOSE;
        }
        answers.sendHead(head, framing, persistence);
    }

    @Override
    public void sendContent(ByteBuf piece) {
        answers.sendContent(piece);
    }

    @Override
    public void flush() {
        answers.flush();
    }

    @Override
    public void finish() {
        answers.finishContent();
        finished();
    }

    @Override
    public void finish(HeaderFields trailers, BitSet dropped) {
        answers.finishContent(trailers, dropped);
        finished();
    }

    private void finished() {
        handler = NoHandler.INSTANCE;
        if (persistence == Persistence.CLOSE) {
            linger();
            return;
        }
        answers.flush();
        state = State.HEAD;
        headStartNanos = 0;
        deadline.set(limits.idleTimeout());
        process();
    }

    /** A close with bytes unread would reset the connection, and the client might lose the answer that is on its way. */
    private void linger() {
        state = State.LINGERING;
        deadline.set(Lingering.LONGEST);
        if (input == Input.ENDED) {
            answers.closeWhenWritten();
        } else {
            answers.endOutput();
        }
        adjustReading();
    }

    @Override
    public void abort() {
        handler = NoHandler.INSTANCE;
        channel.close();
    }

    private void adjustReading() {
        boolean wanted = switch (state) {
            case HEAD, LINGERING -> true;
            case EXCHANGE -> content.isFlowing() || (content.isComplete() && !pending.isReadable());
            case CLOSED -> false;
        };
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private void onDeadline() {
        switch (state) {
            case HEAD -> onHeadDeadline();
            case EXCHANGE -> {
                ports.events().limitReached("bodyTimeout");
                content.breakOff();
                handler.onContentRefused(Rejection.of(RejectReason.BODY_TIMEOUT, "limits.bodyTimeout passed without a byte"));
            }
            case LINGERING -> channel.close();
            case CLOSED -> {}
        }
    }

    private void onHeadDeadline() {
        if (pending.isReadable()) {
            ports.events().limitReached("headerTimeout");
            refuseUnread(Rejection.of(RejectReason.HEADER_TIMEOUT, "limits.headerTimeout passed before the end of the head"));
            return;
        }
        ports.events().limitReached(requests == 0 ? "headerTimeout" : "idleTimeout");
        channel.close();
    }

    private void onStalledWrite() {
        ports.events().limitReached("writeTimeout");
        channel.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        answers.onWritabilityChanged();
        if (ctx.channel().isWritable()) {
            handler.onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            input = Input.ENDED;
            process();
        } else if (event == Signal.DRAIN) {
            persistence = Persistence.CLOSE;
            if (state == State.HEAD && !pending.isReadable()) {
                channel.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /** A client that half-closed still gets its answer, if its request is whole. */
    private void onNothingMoreToRead() {
        boolean isUseless = switch (state) {
            case HEAD, LINGERING -> true;
            case EXCHANGE -> content.isFlowing();
            case CLOSED -> false;
        };
        if (isUseless) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.CLOSED;
        Handler last = handler;
        handler = NoHandler.INSTANCE;
        deadline.close();
        answers.close();
        last.onClosed();
        if (loop == Loop.OUTSIDE) {
            pending = replaced(Unpooled.EMPTY_BUFFER);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close();
            return;
        }
        LOG.error("A defect while serving a client", cause);
        handler.onDefect(cause);
        if (handler == NoHandler.INSTANCE && state != State.LINGERING) {
            ctx.close();
        }
    }
}
