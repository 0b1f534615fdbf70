package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.WebSocketHandshake;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.AnswerHead;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.Exchange;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.UnreadAnswer;
import dev.sallyport.server.exchange.tunnel.TunnelSide;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.PendingBytes;
import dev.sallyport.server.http1.Persistence;
import dev.sallyport.server.http1.ReceivedRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection: one request after the other, each answered before the next is read.
 *
 * <pre>
 *   AwaitedHead ──head──▶ Http1Stream ──answer and content whole──▶ AwaitedHead
 *        │                     └──answer whole, content not, or close wanted──▶ Lingering ──▶ closed
 *        │                     └──101──▶ Http1Tunnel ──end──▶ Lingering
 *        └──violation: answered──▶ Lingering
 * </pre>
 *
 * What stands behind a refused or unread request is never parsed: it could be a request smuggled in as content. Nor is what
 * stands behind one that asks for an upgrade, whatever is answered: its sender meant it for another protocol.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

    /** Whether bytes are being taken just now. */
    private enum Turn { RUNNING, OVER }

    private enum Input { OPEN, ENDED }

    private final Optional<Supplier<ChannelHandler>> http2;
    private final Channel channel;
    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Peer peer;
    private final PendingBytes pending;
    private final AnswerWriter answers;
    private final Deadlines.Deadline deadline;
    private final AwaitedHead awaited;
    private Phase phase;
    private Turn turn = Turn.OVER;
    private Input input = Input.OPEN;
    private Persistence persistence = Persistence.KEEP;

    private Http1Connection(Channel channel, ExchangePorts ports, ListenerPlan plan, Peer peer, Optional<Supplier<ChannelHandler>> http2) {
        this.http2 = http2;
        this.channel = channel;
        this.ports = ports;
        this.plan = plan;
        this.peer = peer;
        this.pending = new PendingBytes(channel.alloc());
        this.answers = new AnswerWriter(channel, plan.limits().writeTimeout(), ports.events());
        this.deadline = Deadlines.of(channel.eventLoop()).watch(() -> phase.onDeadline());
        this.awaited = new AwaitedHead(this, pending, plan.limits(), deadline, ports.events());
        this.phase = awaited;
    }

    /** To be called on the channel's event loop, once the peer is known; belongs at the end of the ladder. */
    public static Http1Connection of(Channel channel, ExchangePorts ports, ListenerPlan plan, Peer peer) {
        return new Http1Connection(channel, ports, plan, peer, Optional.empty());
    }

    /** Likewise; makes way for {@code http2} where the client begins with its preface. */
    public static Http1Connection orHttp2(Channel channel, ExchangePorts ports, ListenerPlan plan, Peer peer, Supplier<ChannelHandler> http2) {
        return new Http1Connection(channel, ports, plan, peer, Optional.of(http2));
    }

    boolean knowsHttp2() {
        return http2.isPresent();
    }

    /** Whoever comes next reads what came, from the first byte. */
    void speakHttp2() {
        ByteBuf preface = pending.take();
        phase = new Lingering(this, pending);
        deadline.close();
        answers.close();
        ChannelHandlerContext context = channel.pipeline().context(this);
        channel.pipeline().replace(this, "http2", http2.orElseThrow().get());
        context.fireChannelRead(preface);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        pending.add((ByteBuf) message);
        answers.beginRead();
        advance();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        answers.endRead();
    }

    /** Has the phase take what is there, then the phase after it. From within, this does nothing: the turn goes on anyway. */
    void advance() {
        if (turn == Turn.RUNNING) {
            return;
        }
        turn = Turn.RUNNING;
        try {
            boolean isMoving = true;
            while (isMoving) {
                isMoving = phase.take();
            }
        } finally {
            turn = Turn.OVER;
        }
        if (pending.isEmpty()) {
            pending.drop();
        }
        phase.onPause();
        switch (input) {
            // To ask epoll for more of an input that is shut down fails as if the connection did.
            case ENDED -> phase.onInputEnd();
            case OPEN -> read();
        }
    }

    private void read() {
        if (channel.config().isAutoRead() != phase.wantsInput()) {
            channel.config().setAutoRead(phase.wantsInput());
        }
    }

    void begin(ReceivedRequest request, long startNanos) {
        deadline.clear();
        Optional<WebSocketHandshake> upgrade = request.upgrade();
        if (request.persistence() == Persistence.CLOSE || upgrade.isPresent()) {
            closeAfterwards();
        }
        RequestContent content = new RequestContent(request.head(), plan.limits(), deadline, ports.events());
        Http1Stream stream = new Http1Stream(
                this, channel, pending, answers, request.version(), upgrade, content,
                client -> Exchange.of(client, ports, plan, peer, request.head(), startNanos));
        phase = stream;
        stream.begin();
    }

    /** Sends the 101; all that comes from here on is told to {@code listener}. */
    TunnelSide openTunnel(AnswerHead head, TunnelSide.Listener listener) {
        answers.sendHead(head, ContentFraming.UNTIL_CLOSE, Persistence.KEEP);
        Http1Tunnel tunnel = new Http1Tunnel(this, pending, answers, listener);
        phase = tunnel;
        return tunnel;
    }

    /** Bytes that are no request are answered all the same; then nothing more is read as one. */
    void refuse(Rejection rejection, long startNanos) {
        UnreadAnswer answer = UnreadAnswer.to(peer, startNanos, rejection, ports);
        closeAfterwards();
        answers.sendHead(answer.head(), answer.head().framing(), persistence);
        answers.sendContent(answer.content());
        answered();
    }

    /** What becomes of the connection after the answer. A client that sends no more is answered what it asked until then. */
    Persistence persistence() {
        return input == Input.ENDED && pending.isEmpty() ? Persistence.CLOSE : persistence;
    }

    void closeAfterwards() {
        persistence = Persistence.CLOSE;
    }

    void answered() {
        if (persistence() == Persistence.KEEP) {
            answers.flush();
            awaited.awaitNext();
            phase = awaited;
        } else {
            phase = new Lingering(this, pending);
            deadline.set(plan.limits().writeTimeout());
            answers.endOutput().addListener(_ -> deadline.set(Lingering.LONGEST));
        }
        advance();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    void abort() {
        phase = new Lingering(this, pending);
        channel.close();
    }

    void close() {
        channel.close();
    }

    void closeWhenWritten() {
        answers.closeWhenWritten();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        answers.onWritabilityChanged();
        if (ctx.channel().isWritable()) {
            phase.onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            input = Input.ENDED;
            advance();
        } else if (event == Signal.DRAIN) {
            closeAfterwards();
            phase.onDrain();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Phase last = phase;
        phase = new Lingering(this, pending);
        deadline.close();
        answers.close();
        pending.drop();
        last.onClosed();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close();
            return;
        }
        LOG.error("A defect while serving a client", cause);
        Phase struck = phase;
        struck.onDefect(cause);
        if (phase.equals(struck)) {
            ctx.close();
        }
    }
}
