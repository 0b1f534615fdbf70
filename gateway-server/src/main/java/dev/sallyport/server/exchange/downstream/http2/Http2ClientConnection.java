package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.downstream.Signal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection (RFC 9113): many requests at once, each on a stream of its own. Frames, HPACK, windows and
 * the bounds of {@link Http2Bounds} are the library's; what a frame means for a request is said by {@link Http2Requests}.
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
    private final Http2Requests requests;
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
        this.requests = new Http2Requests(this, ports, plan, peer);
        decoder.frameListener(requests);
        connection().addListener(new Streams());
        encoder.flowController().listener(requests::onWritabilityChanged);
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

    Http2Lane lane(Http2Stream stream) {
        return new Http2Lane(this, context(), stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext added, Object bytes) throws Exception {
        turn = Turn.READING;
        super.channelRead(added, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext added) throws Exception {
        turn = Turn.OVER;
        requests.onPause();
        super.channelReadComplete(added);
    }

    /** At the end of a read everything is flushed anyway. */
    void flushSoon() {
        if (turn == Turn.OVER) {
            flush(context());
        }
    }

    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            requests.onClosed(stream);
            if (connection().numActiveStreams() == 0) {
                onIdle();
            }
        }
    }

    void onRequest() {
        setDeadline(Optional.empty());
    }

    @Override
    protected void onStreamError(ChannelHandlerContext added, boolean isOurs, Throwable cause, Http2Exception.StreamException error) {
        requests.onStreamError(error);
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
