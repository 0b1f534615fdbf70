package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.oauth.lending.LentToken;
import dev.sallyport.core.oauth.lending.TokenOutcome;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.exchange.upstream.Asked;
import dev.sallyport.server.exchange.upstream.ConnectRejection;
import dev.sallyport.server.exchange.upstream.UpstreamCall;
import dev.sallyport.server.exchange.upstream.UpstreamHead;
import dev.sallyport.server.exchange.upstream.UpstreamTunnel;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.ResponseHead;
import dev.sallyport.server.upstream.Acquired;
import dev.sallyport.server.upstream.UpstreamConnection;
import dev.sallyport.server.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The way of one admitted request to an upstream and of the answer back: chooses, tries, tries again where that is safe,
 * relays both contents, and holds each side while the other takes nothing.
 *
 * <pre>
 *   UNSENT ──connected──▶ SENT ──head──▶ SENT, answer BEGUN ──end──▶ OVER
 *     │ ▲ not connected: next target     SENT ──stale──▶ SENT (another connection)
 *     └─┘                                SENT ──401──▶ RENEWING ──another token──▶ SENT (once)
 *                                        SENT ──101──▶ OVER (a {@link Tunnel} goes on)
 *
 *   from every state: rejected, abandoned ──▶ OVER
 * </pre>
 */
final class Forwarding implements UpstreamCall.Handler {
    private static final int UNAUTHORIZED = 401;

    private final Exchange exchange;
    private final ClientStream stream;
    private final ExchangePorts ports;
    private final UpstreamPool pool;
    private final Upstream upstream;
    private final Limits limits;
    private final RequestView view;
    private final ExchangeLog log;
    private final AnswerDeadline deadline;
    private final Tries tries;
    private Decision.Forward forward;
    private @Nullable UpstreamCall call;
    private Progress progress = Progress.UNSENT;
    private Answer answer = Answer.NOT_BEGUN;

    /** Whether the client was already told a status. */
    enum Answer { NOT_BEGUN, BEGUN }

    /** Never back to UNSENT: what one try sent may have been read, whatever became of that try. */
    private enum Progress { UNSENT, SENT, RENEWING, OVER }

    Forwarding(
            Exchange exchange, ClientStream stream, ExchangePorts ports, GatewayRuntime runtime, Limits limits,
            RequestView view, Decision.Forward forward, ExchangeLog log, Deadlines.Deadline deadline) {
        this.exchange = exchange;
        this.stream = stream;
        this.ports = ports;
        this.upstream = forward.destination().upstream();
        this.pool = runtime.upstreams().of(upstream);
        this.limits = limits;
        this.view = view;
        this.forward = stream.upgrade().isPresent() ? forward.upgrading() : forward;
        this.log = log;
        this.deadline = new AnswerDeadline(deadline, limits, forward.destination());
        this.tries = new Tries(upstream, view, log);
    }

    void begin() {
        deadline.begin();
        acquire();
    }

    private void acquire() {
        tries.begin();
        pool.acquire(stream.eventLoop(), tries.unreachable(), this::onAcquired);
    }

    private void onAcquired(Acquired acquired) {
        switch (acquired) {
            case Acquired.Leased(UpstreamConnection connection) when progress == Progress.OVER -> connection.release();
            case Acquired.Leased(UpstreamConnection connection) -> sendOrGiveBack(connection);
            case Acquired.Exhausted() -> reject(ConnectRejection.exhausted(upstream));
            case Acquired.Failed(Target target, Acquired.ConnectFailure failure, String detail) -> onConnectFailed(target, failure, detail);
        }
    }

    /** A pool may answer where nobody would hear of a defect, and the connection is in no call yet. */
    private void sendOrGiveBack(UpstreamConnection connection) {
        try {
            send(connection);
        } catch (RuntimeException defect) {
            connection.discard();
            exchange.onDefect(defect);
        }
    }

    private void onConnectFailed(Target target, Acquired.ConnectFailure failure, String detail) {
        if (progress == Progress.OVER) {
            return;
        }
        if (tries.hasAnotherThan(target)) {
            acquire();
            return;
        }
        if (failure == Acquired.ConnectFailure.TIMED_OUT) {
            ports.events().limitReached("connectTimeout");
        }
        reject(ConnectRejection.of(target, failure, detail));
    }

    private void send(UpstreamConnection connection) {
        progress = Progress.SENT;
        ContentFraming framing = UpstreamHead.framingOf(view);
        HeadBounds bounds = new HeadBounds(limits.maxHeaderBytes(), limits.maxHeaders());
        ByteBuf head = UpstreamHead.write(connection.channel().alloc(), view.head(), forward, upstream.host(), connection.target(), framing);
        UpstreamCall begun = UpstreamCall.begin(connection, head, new Asked(view.head().method(), framing, stream.upgrade()), bounds, this);
        call = begun;
        if (view.body().isPresent() || view.head().bodyLength().isEmpty()) {
            deadline.requestSent();
            view.body().ifPresent(content -> begun.sendContent(Unpooled.wrappedBuffer(content)));
            begun.finishContent();
            return;
        }
        stream.readContent();
    }

    void onContent(ByteBuf piece) {
        if (call == null) {
            piece.release();
            return;
        }
        call.sendContent(piece);
        if (call != null && !call.isWritable()) {
            stream.holdContent();
        }
    }

    void onContentPause() {
        if (call != null) {
            call.flush();
        }
    }

    void onContentEnd(HeaderFields trailers) {
        if (call != null) {
            if (answer == Answer.NOT_BEGUN) {
                deadline.requestSent();
            }
            call.finishContent(trailers, forward.route().headers().droppedTrailers(trailers));
        }
    }

    @Override
    public void onUpstreamWritable() {
        stream.readContent();
    }

    @Override
    public void onInterim(ResponseHead head) {
        // Our own 100 went out when the content was wanted; the upstream was never asked for one.
        if (head.status() != 100) {
            stream.sendInterim(AnswerHead.relayed(head, view.head().method(), view.trace().requestId()));
        }
    }

    @Override
    public void onHead(ResponseHead head) {
        Optional<CompletionStage<TokenOutcome>> another =
                head.status() == UNAUTHORIZED ? forward.lent().flatMap(tries::another) : Optional.empty();
        if (another.isPresent()) {
            progress = Progress.RENEWING;
            finishLeg();
            exchange.join(another.get(), this::onRenewed);
            return;
        }
        answer = Answer.BEGUN;
        log.answered(head.status());
        deadline.answerBegun(upstream.idleTimeout());
        stream.sendHead(AnswerHead.relayed(head, view.head().method(), view.trace().requestId()));
    }

    @Override
    public void onSwitched(ResponseHead head, UpstreamTunnel side) {
        finishLeg();
        progress = Progress.OVER;
        exchange.openTunnel(head, side, new Tunnel.Bounds(upstream.idleTimeout(), forward.term()));
    }

    private void onRenewed(TokenOutcome outcome) {
        if (progress != Progress.RENEWING) {
            return;
        }
        switch (outcome) {
            case TokenOutcome.Issued(LentToken token) -> {
                progress = Progress.SENT;
                forward = forward.with(token);
                acquire();
            }
            case TokenOutcome.Refused(String why) -> reject(Rejection.of(RejectReason.TOKEN_EXCHANGE_REFUSED, "the upstream does not take the token, and "  + why));
            case TokenOutcome.Unavailable(String why) -> reject(Rejection.of(RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE,
                    "the upstream does not take the token, and there is no other: " + why).with("Retry-After", "1"));
        }
    }

    @Override
    public void onAnswerContent(ByteBuf piece) {
        log.sent(piece.readableBytes());
        deadline.answerMoved(upstream.idleTimeout());
        stream.sendContent(piece);
        if (!stream.isWritable() && call != null) {
            call.holdAnswer();
            deadline.answerHeld();
        }
    }

    @Override
    public void onAnswerPause() {
        stream.flush();
    }

    void onClientWritable() {
        if (call != null && answer == Answer.BEGUN) {
            deadline.answerMoved(upstream.idleTimeout());
            call.readAnswer();
        }
    }

    @Override
    public void onAnswerEnd(HeaderFields trailers) {
        finishLeg();
        exchange.end();
        stream.finish(trailers, forward.route().headers().droppedTrailers(trailers));
    }

    @Override
    public void onFailed(UpstreamCall.Outcome outcome, Rejection rejection) {
        boolean mayFollow = call != null && tries.mayFollow(call.connection(), outcome, rejection);
        finishLeg();
        if (answer == Answer.BEGUN) {
            breakOff(rejection.reason());
        } else if (mayFollow) {
            acquire();
        } else {
            reject(rejection);
        }
    }

    void onDeadline() {
        if (answer == Answer.BEGUN) {
            ports.events().limitReached("idleTimeout");
            abandon();
            breakOff(RejectReason.UPSTREAM_TIMEOUT);
            return;
        }
        ports.events().limitReached(deadline.limit());
        RejectReason waitedFor = progress == Progress.RENEWING ? RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE : deadline.missedFor(view.head().bodyLength());
        Rejection late = Rejection.of(waitedFor, deadline.limit() + " passed before the head of an answer");
        if (deadline.isRequestSent() && call != null) {
            call.connection().failed(late.logDetail());
        }
        reject(late);
    }

    /** Nothing of this is wanted any more. */
    Answer abandon() {
        if (progress == Progress.UNSENT) {
            ports.replays().giveBack(forward.spent());
        }
        finishLeg();
        progress = Progress.OVER;
        return answer;
    }

    private void reject(Rejection rejection) {
        abandon();
        exchange.reject(rejection);
    }

    /** The client has a status and perhaps half of the content: only a broken connection tells it that the rest is missing. */
    private void breakOff(RejectReason reason) {
        progress = Progress.OVER;
        log.refused(reason);
        exchange.end();
        stream.abort();
    }

    private void finishLeg() {
        UpstreamCall last = call;
        call = null;
        if (last != null) {
            tries.end(last.connection().target());
            last.cancel();
        }
    }
}
