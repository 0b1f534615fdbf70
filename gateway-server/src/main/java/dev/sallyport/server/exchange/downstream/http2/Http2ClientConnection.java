package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.Peer;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.downstream.Signal;
import dev.sallyport.server.http1.OutputEnd;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection (RFC 9113): many requests at once, each on a stream of its own. Frames, HPACK, windows and
 * the bounds of {@link Http2Bounds} are the library's; what a frame means for a request is said by {@link Http2Requests}.
 *
 * <pre>
 *   OPEN ──drain──▶ WARNED (may still ask) ──▶ LEAVING (may not) ──last stream ends──▶ GONE ──▶ closed
 *   OPEN ──idle──▶ LEAVING
 * </pre>
 */
public final class Http2ClientConnection extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2ClientConnection.class);

    /** A client that asks while the warning is on its way to it must not be refused (RFC 9113 §6.8). */
    private static final Duration WARNING = Duration.ofMillis(500);

    /** For a client to read what was sent last, and to close by itself. */
    private static final Duration LINGERING = Duration.ofSeconds(2);

    private enum Standing { OPEN, WARNED, LEAVING, GONE }

    private enum Turn { READING, OVER }

    /** What there is once it stands in a pipeline. */
    private record Place(ChannelHandlerContext context, Deadlines.Deadline deadline, SocketWatch socket) {}

    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Http2Requests requests;
    private Standing standing = Standing.OPEN;
    private Turn turn = Turn.OVER;
    private @Nullable Place place;

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
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        Deadlines.Deadline deadline = Deadlines.of(context.channel().eventLoop()).watch(this::onDeadline);
        place = new Place(context, deadline, new SocketWatch(context, plan.limits().writeTimeout(), ports.events()));
        deadline.set(plan.limits().headerTimeout());
        super.handlerAdded(context);
        connection().local().flowController().incrementWindowSize(connection().connectionStream(), Http2Bounds.CONNECTION_WINDOW_MORE);
        flush(context);
    }

    private Place place() {
        Place taken = place;
        if (taken == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return taken;
    }

    Http2Lane lane(Http2Stream stream) {
        return new Http2Lane(this, place().context(), stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        turn = Turn.READING;
        super.channelRead(context, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        turn = Turn.OVER;
        requests.onPause();
        super.channelReadComplete(context);
    }

    /** At the end of a read everything is flushed anyway. */
    void flushSoon() {
        if (turn == Turn.OVER) {
            flush(place().context());
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        super.flush(context);
        place().socket().onFlush();
    }

    void onRequest() {
        place().deadline().clear();
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

    private void onIdle() {
        switch (standing) {
            case OPEN, WARNED -> place().deadline().set(plan.limits().idleTimeout());
            case LEAVING -> part();
            case GONE -> {}
        }
    }

    private void onDeadline() {
        if (standing == Standing.GONE) {
            place().context().close();
        } else {
            ports.events().limitReached(connection().remote().lastStreamCreated() == 0 ? "headerTimeout" : "idleTimeout");
            leave();
        }
    }

    private void warn() {
        if (standing == Standing.OPEN) {
            standing = Standing.WARNED;
            sendGoAway(Integer.MAX_VALUE);
            place().context().executor().schedule(this::leave, WARNING.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void leave() {
        boolean isStaying = standing == Standing.OPEN || standing == Standing.WARNED;
        if (isStaying && place().context().channel().isActive()) {
            standing = Standing.LEAVING;
            sendGoAway(connection().remote().lastStreamCreated());
            if (connection().numActiveStreams() == 0) {
                part();
            }
        }
    }

    private void sendGoAway(int lastStream) {
        ChannelHandlerContext context = place().context();
        goAway(context, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, context.newPromise());
        flushSoon();
    }

    private void part() {
        standing = Standing.GONE;
        OutputEnd.say(place().context().channel()).addListener(_ -> place().deadline().set(LINGERING));
    }

    /** Of the client's doing, unless it is {@code isOurs}: a write to a stream that is no more blames nobody. */
    @Override
    protected void onStreamError(ChannelHandlerContext context, boolean isOurs, Throwable cause, Http2Exception.StreamException error) {
        if (isOurs) {
            Http2Stream stream = connection().stream(error.streamId());
            if (stream != null && stream.state() != Http2Stream.State.CLOSED) {
                super.onStreamError(context, true, cause, error);
            }
        } else if (error.error() != Http2Error.PROTOCOL_ERROR || error instanceof Http2Exception.HeaderListSizeException) {
            super.onStreamError(context, false, cause, error);
        } else {
            boolean isKnown = requests.knows(error.streamId());
            requests.onMalformed(error);
            if (!isKnown) {
                super.onStreamError(context, false, cause, error);
            }
        }
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext context, Http2Stream stream) {
        requests.refuseTooLarge(stream);
    }

    /** What floods us has no stream of its own to be refused on: the connection ends (RFC 9113 §10.5). */
    @Override
    protected void onConnectionError(ChannelHandlerContext context, boolean isOurs, Throwable cause, @Nullable Http2Exception error) {
        if (cause instanceof IOException) {
            context.close(); // the client is gone
            return;
        }
        if (error == null) {
            LOG.error("A defect while serving a client over HTTP/2", cause);
        } else if (error.error() == Http2Error.ENHANCE_YOUR_CALM) {
            ports.events().limitReached("http2Frames");
        }
        super.onConnectionError(context, isOurs, cause, error);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == Signal.DRAIN) {
            warn();
        } else if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        standing = Standing.GONE;
        super.channelInactive(context);
        place().deadline().close();
        place().socket().close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            context.close();
        } else if (cause instanceof Http2Exception) {
            super.exceptionCaught(context, cause);
        } else {
            LOG.error("A defect while serving a client over HTTP/2", cause);
            context.close();
        }
    }
}
