package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.http1.BodyReader;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.ContentWriter;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.PendingBytes;
import dev.sallyport.server.http1.Persistence;
import dev.sallyport.server.http1.ResponseHead;
import dev.sallyport.server.http1.ResponseHeadReader;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.tls.TlsFailure;
import dev.sallyport.server.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.ssl.SslClosedEngineException;
import java.nio.channels.ClosedChannelException;
import java.util.BitSet;
import java.util.Optional;

/**
 * One try to have an upstream answer a request, over one leased connection.
 *
 * <pre>
 *   request:  head ──content*──▶ sent
 *   answer:   none ──interim*──▶ none ──head──▶ content* ──▶ whole        any ──▶ failed
 *                                none ──101 to what was asked──▶ (an {@link UpstreamTunnel})
 * </pre>
 *
 * The connection goes back to its pool only when both are whole, the upstream keeps it, and not one byte follows: whatever
 * else is on it could be taken for the answer to somebody else's request (CVE-2026-33555, CVE-2026-90678).
 */
public final class UpstreamCall implements UpstreamConnection.Listener {
    private static final int MAX_INTERIM_ANSWERS = 16;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final BitSet NONE = new BitSet();

    /** Who is told how the try goes. No call after {@link #onAnswerEnd}, {@link #onSwitched}, {@link #onFailed}, or after {@link UpstreamCall#cancel}. */
    public interface Handler {
        void onInterim(ResponseHead head);

        void onHead(ResponseHead head);

        /** The upstream goes on in the protocol that was asked for; the connection is {@code side}'s now. */
        void onSwitched(ResponseHead head, UpstreamTunnel side);

        /** Takes over {@code piece}. */
        void onAnswerContent(ByteBuf piece);

        /** All that was there for now was handed on. */
        void onAnswerPause();

        void onAnswerEnd(HeaderFields trailers);

        /** The upstream takes content again. */
        void onUpstreamWritable();

        void onFailed(Outcome outcome, Rejection rejection);
    }

    /** How far a try that failed had come; on this the retry rule decides. */
    public enum Outcome {
        /** The upstream may have seen the request, and said nothing. What was not sent at all failed before there was a call. */
        SENT,
        /** At least one byte of an answer came. */
        ANSWERED
    }

    /** UNWANTED: the upstream takes no more of it; an answer may be there all the same. */
    private enum Request { SENDING, SENT, UNWANTED }

    private enum Answer { AWAITED, HEAD_READ, OVER }

    private final UpstreamConnection connection;
    private final Channel channel;
    private final PendingBytes pending;
    private final Asked asked;
    private final Handler handler;
    private final ResponseHeadReader heads;
    private final ContentWriter content;
    private BodyReader body = BodyReader.of(ContentFraming.ABSENT);
    private Request request = Request.SENDING;
    private Answer answer = Answer.AWAITED;
    private Persistence persistence = Persistence.KEEP;
    private Outcome outcome = Outcome.SENT;
    private int interimAnswers;

    private UpstreamCall(UpstreamConnection connection, Asked asked, HeadBounds bounds, Handler handler) {
        this.connection = connection;
        this.channel = connection.channel();
        this.pending = new PendingBytes(channel.alloc());
        this.asked = asked;
        this.handler = handler;
        this.heads = new ResponseHeadReader(bounds);
        this.content = new ContentWriter(asked.framing());
    }

    /**
     * Sends the head, which it takes over, and begins to read; content follows by {@link #sendContent}. They go out with the
     * next {@link #flush}, or with the end of the content.
     */
    public static UpstreamCall begin(UpstreamConnection connection, ByteBuf head, Asked asked, HeadBounds bounds, Handler handler) {
        UpstreamCall call = new UpstreamCall(connection, asked, bounds, handler);
        connection.listen(call);
        call.channel.write(head, call.channel.voidPromise());
        call.channel.config().setAutoRead(true);
        return call;
    }

    public UpstreamConnection connection() {
        return connection;
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Takes over {@code piece}. */
    public void sendContent(ByteBuf piece) {
        if (request == Request.UNWANTED) {
            piece.release();
        } else {
            content.write(channel, piece);
        }
    }

    public void flush() {
        if (request == Request.SENDING) {
            channel.flush();
        }
    }

    /** The request is whole, and has no trailers. */
    public void finishContent() {
        finishContent(HeaderFields.empty(), NONE);
    }

    /** The request is whole. */
    public void finishContent(HeaderFields trailers, BitSet droppedTrailers) {
        if (request == Request.SENDING) {
            content.finish(channel, trailers, droppedTrailers);
            request = Request.SENT;
            channel.flush();
        }
    }

    public void holdAnswer() {
        channel.config().setAutoRead(false);
    }

    public void readAnswer() {
        channel.config().setAutoRead(true);
    }

    /** Nobody wants the answer any more. */
    public void cancel() {
        if (answer != Answer.OVER) {
            leave();
            connection.discard();
        }
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        outcome = Outcome.ANSWERED;
        pending.add(bytes);
        try {
            read();
        } catch (FramingViolation violation) {
            fail(rejectionOf(violation));
        }
    }

    private void read() throws FramingViolation {
        while (answer == Answer.AWAITED) {
            Optional<ResponseHead> head = heads.read(pending.bytes(), asked.method());
            if (head.isEmpty()) {
                return;
            }
            onHead(head.get());
        }
        while (answer == Answer.HEAD_READ) {
            Optional<ByteBuf> piece = body.read(pending.bytes());
            if (piece.isPresent()) {
                handler.onAnswerContent(piece.get());
            } else {
                if (body.isComplete()) {
                    finish();
                }
                return;
            }
        }
    }

    private void onHead(ResponseHead head) throws FramingViolation {
        if (head.status() == SWITCHING_PROTOCOLS) {
            onSwitch(head);
            return;
        }
        if (head.isInterim()) {
            interimAnswers++;
            if (interimAnswers > MAX_INTERIM_ANSWERS) {
                fail(Rejection.of(RejectReason.UPSTREAM_MALFORMED, "too many interim answers"));
                return;
            }
            handler.onInterim(head);
            return;
        }
        answer = Answer.HEAD_READ;
        persistence = head.framing() instanceof ContentFraming.UntilClose ? Persistence.CLOSE : head.persistence();
        body = BodyReader.of(head.framing());
        connection.succeeded();
        handler.onHead(head);
    }

    /** A tunnel that was not asked for, or another than that, would pass every check (CVE-2024-23326). */
    private void onSwitch(ResponseHead head) {
        if (!asked.isGrantedBy(head)) {
            fail(Rejection.of(RejectReason.UPSTREAM_MALFORMED, "a 101 that agrees to nothing that was asked for"));
            return;
        }
        answer = Answer.OVER;
        connection.succeeded();
        handler.onSwitched(head, new UpstreamTunnel(connection, pending));
    }

    @Override
    public void onPause() {
        handler.onAnswerPause();
    }

    private void finish() {
        HeaderFields trailers = body.trailers();
        boolean isClean = request == Request.SENT && persistence == Persistence.KEEP && pending.isEmpty() && channel.isActive();
        leave();
        if (isClean) {
            connection.release();
        } else {
            connection.discard();
        }
        handler.onAnswerEnd(trailers);
    }

    private void leave() {
        answer = Answer.OVER;
        pending.drop();
    }

    private void fail(Rejection rejection) {
        if (answer == Answer.OVER) {
            return;
        }
        boolean isStale = connection.origin() == UpstreamConnection.Origin.POOLED && outcome == Outcome.SENT;
        if (answer == Answer.AWAITED && !isStale) {
            connection.failed(rejection.logDetail());
        }
        leave();
        connection.discard();
        handler.onFailed(outcome, rejection);
    }

    private static Rejection rejectionOf(FramingViolation violation) {
        RejectReason reason = switch (violation.reason()) {
            case HEADERS_TOO_LARGE, TARGET_TOO_LONG -> RejectReason.UPSTREAM_HEADERS_TOO_LARGE;
            default -> RejectReason.UPSTREAM_MALFORMED;
        };
        return Rejection.of(reason, "answer: " + violation.detail());
    }

    @Override
    public void onClosed() {
        if (answer == Answer.HEAD_READ && body.isCompleteAtClose() && !connection.wasCutOff()) {
            finish();
        } else {
            fail(Rejection.of(RejectReason.UPSTREAM_CLOSED, "the upstream closed the connection before the end of its answer"));
        }
    }

    @Override
    public void onWritabilityChanged() {
        if (channel.isWritable() && request == Request.SENDING) {
            handler.onUpstreamWritable();
        }
    }

    @Override
    public void onFailed(Throwable cause) {
        if (isOfWritesAlone(cause)) {
            // An upstream that refuses early hangs up while content still comes; its answer is read first.
            request = Request.UNWANTED;
            return;
        }
        fail(TlsFailure.of(cause)
                .map(failure -> ConnectRejection.of(connection.target(), failure))
                .orElseGet(() -> Rejection.of(RejectReason.UPSTREAM_CLOSED, "the connection failed: " + cause.getMessage())));
    }

    /** What the upstream said before may still be there to be read. */
    static boolean isOfWritesAlone(Throwable cause) {
        return cause instanceof ChannelOutputShutdownException || cause instanceof ClosedChannelException || cause instanceof SslClosedEngineException;
    }
}
