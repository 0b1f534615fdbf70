package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.Exchange;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.UnreadAnswer;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.http2.AnswerBlock;
import dev.sallyport.server.http2.MalformedMessage;
import dev.sallyport.server.http2.RequestBlockReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the frames of one connection mean for its requests: each begins with a head, and has a stream of its own. */
final class Http2Requests extends Http2EventAdapter {
    private final Http2ClientConnection connection;
    private final ExchangePorts ports;
    private final ListenerPlan plan;
    private final Peer peer;
    private final RequestBlockReader blocks;
    private final Http2Connection.PropertyKey ours;
    private final FrameBudget budget = new FrameBudget(System.nanoTime());
    private final Set<Http2ClientStream> fed = new LinkedHashSet<>();

    Http2Requests(Http2ClientConnection connection, ExchangePorts ports, ListenerPlan plan, Peer peer) {
        this.connection = connection;
        this.ports = ports;
        this.plan = plan;
        this.peer = peer;
        this.blocks = new RequestBlockReader(new HeadBounds(plan.limits().maxHeaderBytes(), plan.limits().maxHeaders()));
        this.ours = connection.connection().newKey();
    }

    private Optional<Http2ClientStream> of(Http2Stream stream) {
        return Optional.ofNullable(stream.getProperty(ours));
    }

    private Optional<Http2ClientStream> of(int id) {
        return Optional.ofNullable(connection.connection().stream(id)).flatMap(this::of);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int id, Http2Headers block, int dependency, short weight, boolean exclusive, int padding, boolean isEnd) {
        onHeadersRead(context, id, block, padding, isEnd);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int id, Http2Headers block, int padding, boolean isEnd) {
        of(id).ifPresentOrElse(known -> endWith(known, block), () -> begin(id, block, isEnd));
    }

    private void begin(int id, Http2Headers block, boolean isEnd) {
        long startNanos = System.nanoTime();
        budget.earn();
        connection.onRequest();
        Http2Stream stream = connection.connection().stream(id);
        Http2Lane lane = connection.lane(stream);
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
        lane.writeHead(AnswerBlock.ofStatus(answer.head().status()).fields(answer.head().added()).headers(), Http2Lane.End.LATER);
        ChannelFuture last = lane.writeContent(answer.content(), Http2Lane.End.NOW);
        lane.giveUp(last, plan.limits().writeTimeout());
        last.addListener(_ -> lane.stopContent(Http2Error.NO_ERROR));
        lane.flush();
    }

    /** The library did not keep so large a head (RFC 9113 §10.5.1); what it was about is not known. */
    void refuseTooLarge(Http2Stream stream) {
        ports.events().limitReached("maxHeaderBytes");
        Rejection rejection = Rejection.of(RejectReason.HEADERS_TOO_LARGE, "the head passes what is read of one");
        connection.lane(stream).writeHead(
                AnswerBlock.ofStatus(UnreadAnswer.to(peer, System.nanoTime(), rejection, ports).head().status()).headers(), Http2Lane.End.NOW);
    }

    private void endWith(Http2ClientStream stream, Http2Headers block) {
        try {
            HeaderFields trailers = blocks.readTrailers(block);
            guarded(stream, ended -> ended.onContentEnd(trailers));
        } catch (MalformedMessage malformed) {
            guarded(stream, broken -> broken.onViolation(Rejection.of(RejectReason.HEADER_MALFORMED, malformed.detail())));
        } catch (FramingViolation violation) {
            violation.limit().ifPresent(ports.events()::limitReached);
            guarded(stream, broken -> broken.onViolation(Rejection.of(violation.reason(), violation.detail())));
        }
    }

    /** @return what is consumed at once: nothing, for room is given when a piece was handed on */
    @Override
    public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean isEnd) {
        Optional<Http2ClientStream> stream = of(id);
        if (stream.isEmpty()) {
            return data.readableBytes() + padding;
        }
        budget.earn();
        fed.add(stream.get());
        guarded(stream.get(), taking -> {
            taking.onContent(data, data.readableBytes() + padding);
            if (isEnd) {
                taking.onContentEnd(HeaderFields.empty());
            }
        });
        return 0;
    }

    /** All that was there for now was read. */
    void onPause() {
        List<Http2ClientStream> paused = List.copyOf(fed);
        fed.clear();
        paused.forEach(stream -> guarded(stream, Http2ClientStream::onContentPause));
    }

    void onWritabilityChanged(Http2Stream stream) {
        of(stream).ifPresent(changed -> guarded(changed, Http2ClientStream::onWritable));
    }

    void onClosed(Http2Stream stream) {
        of(stream).ifPresent(closed -> guarded(closed, Http2ClientStream::onClosed));
    }

    /** A message that the library finds malformed: content that is not as long as it was said to be, a field that may not be. */
    void onMalformed(Http2Exception.StreamException error) {
        Rejection rejection = Rejection.of(RejectReason.HEADER_MALFORMED, "a stream error of HTTP/2, " + error.error());
        of(error.streamId()).ifPresentOrElse(
                known -> guarded(known, broken -> broken.onViolation(rejection)),
                () -> UnreadAnswer.withheld(peer, System.nanoTime(), rejection, ports));
    }

    boolean knows(int id) {
        return of(id).isPresent();
    }

    /** A defect in one exchange ends its stream, not those beside it. */
    private static void guarded(Http2ClientStream stream, Consumer<Http2ClientStream> step) {
        try {
            step.accept(stream);
        } catch (RuntimeException defect) {
            stream.onDefect(defect);
        }
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings theirs) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onPriorityRead(ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext context, int lastStream, long error, ByteBuf detail) throws Http2Exception {
        budget.spend(System.nanoTime());
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload) throws Http2Exception {
        budget.spend(System.nanoTime());
    }
}
