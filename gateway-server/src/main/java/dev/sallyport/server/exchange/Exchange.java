package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.upstream.UpstreamTunnel;
import dev.sallyport.server.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to its log line.
 *
 * <pre>
 *   DECIDING ──need body──▶ BUFFERING ──▶ DECIDING      DECIDING ──await──▶ DECIDING
 *      │──reject, respond──▶ ENDED
 *      └──forward──▶ FORWARDING ──▶ ENDED
 *                        └──101──▶ (a {@link Tunnel}) ──▶ ENDED
 * </pre>
 *
 * A late answer, of whatever side, meets an exchange that has ended and does nothing.
 */
public final class Exchange implements ClientStream.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private enum State { DECIDING, BUFFERING, FORWARDING, ENDED }

    private final ClientStream stream;
    private final ExchangePorts ports;
    private final GatewayRuntime runtime;
    private final ListenerPlan plan;
    private final ExchangeLog log;
    private final Deadlines.Deadline deadline;
    private RequestView view;
    private State state = State.DECIDING;
    private @Nullable ContentBuffer buffer;
    private CompletionStage<?> verdict = CompletableFuture.completedStage(null);
    private @Nullable Forwarding forwarding;

    private Exchange(
            ClientStream stream, ExchangePorts ports, GatewayRuntime runtime, ListenerPlan plan, RequestView view, long startNanos) {
        this.stream = stream;
        this.ports = ports;
        this.runtime = runtime;
        this.plan = plan;
        this.view = view;
        this.log = ExchangeLog.of(view, startNanos);
        this.deadline = Deadlines.of(stream.eventLoop()).watch(this::onDeadline);
    }

    public static Exchange of(
            ClientStream stream, ExchangePorts ports, ListenerPlan plan, Peer peer, RequestHead head, long startNanos) {
        GatewayRuntime runtime = ports.runtime().get();
        Client client = Client.of(runtime.snapshot().trustedProxies(), peer, head);
        Trace trace = Trace.of(client, head.fields(), ThreadLocalRandom.current());
        return new Exchange(
                stream, ports, runtime, plan, new RequestView(head, peer, client, trace, Instant.now()), startNanos);
    }

    @Override
    public void begin() {
        deadline.set(plan.limits().requestTimeout());
        if (view.head().bodyLength() instanceof BodyLength.Fixed(long bytes) && bytes > plan.limits().maxBody()) {
            ports.events().limitReached("maxBody");
            reject(Rejection.of(RejectReason.BODY_TOO_LARGE,
                    "Content-Length " + bytes + " passes limits.maxBody, " + plan.limits().maxBody() + " bytes"));
            return;
        }
        decide();
    }

    private void decide() {
        state = State.DECIDING;
        obey(runtime.gatekeeper().apply(view));
    }

    private void obey(Decision decision) {
        if (state == State.ENDED) {
            if (decision instanceof Decision.Forward forward) {
                ports.replays().giveBack(forward.spent());
            }
            return;
        }
        log.decided(decision.trail());
        switch (decision) {
            case Decision.NeedBody(int maxBytes, var _) -> buffer(maxBytes);
            case Decision.Await(CompletionStage<Decision> settled, var _) -> {
                verdict = settled;
                join(settled, this::obey);
            }
            case Decision.Reject(Rejection rejection, var _) -> reject(rejection);
            case Decision.Respond(LocalResponse response, var _) -> respond(response);
            case Decision.Forward forward -> forward(forward);
        }
    }

    /** The one place where what core promised comes back to the event loop. */
    <T> void join(CompletionStage<T> promised, Consumer<T> then) {
        promised.whenComplete((value, defect) -> {
            Runnable resume = () -> {
                if (defect != null) {
                    onDefect(defect);
                } else {
                    then.accept(value);
                }
            };
            if (stream.eventLoop().inEventLoop()) {
                resume.run();
            } else {
                stream.eventLoop().execute(resume);
            }
        });
    }

    private void forward(Decision.Forward forward) {
        state = State.FORWARDING;
        forwarding = new Forwarding(this, stream, ports, runtime, plan.limits(), view, forward, log, deadline);
        forwarding.begin();
    }

    private void buffer(int maxBytes) {
        RequestHead head = view.head();
        if (head.bodyLength().isEmpty() || view.body().isPresent()) {
            decideWith(view.body().orElseGet(() -> new byte[0]));
            return;
        }
        long bound = head.bodyLength() instanceof BodyLength.Fixed(long bytes) ? bytes : maxBytes;
        if (bound > maxBytes) {
            reject(Rejection.of(RejectReason.BODY_TOO_LARGE, "the content passes the " + maxBytes + " bytes that the authenticator reads"));
            return;
        }
        state = State.BUFFERING;
        buffer = new ContentBuffer((int) bound, ports.buffers().share());
        stream.readContent();
    }

    private void decideWith(byte[] content) {
        view = view.withBody(content);
        decide();
    }

    @Override
    public void onContent(ByteBuf piece) {
        log.received(piece.readableBytes());
        if (forwarding != null) {
            forwarding.onContent(piece);
        } else if (buffer == null || state == State.ENDED) {
            piece.release();
        } else {
            switch (buffer.take(piece)) {
                case YES -> {}
                case TOO_LARGE -> reject(Rejection.of(RejectReason.BODY_TOO_LARGE, "the content passes what the authenticator reads"));
                case EXHAUSTED -> reject(Rejection.of(RejectReason.BUFFER_EXHAUSTED, "all buffered bodies together pass their bound")
                        .with("Retry-After", "1"));
            }
        }
    }

    @Override
    public void onContentPause() {
        if (forwarding != null) {
            forwarding.onContentPause();
        }
    }

    @Override
    public void onContentEnd(HeaderFields trailers) {
        if (forwarding != null) {
            forwarding.onContentEnd(trailers);
        } else if (buffer != null && state == State.BUFFERING) {
            decideWith(buffer.bytes());
        }
    }

    @Override
    public void onContentRefused(Rejection rejection) {
        if (forwarding != null && forwarding.abandon() == Forwarding.Answer.BEGUN) {
            log.refused(rejection.reason());
            stream.abort();
            end();
            return;
        }
        reject(rejection);
    }

    @Override
    public void onWritable() {
        if (forwarding != null) {
            forwarding.onClientWritable();
        }
    }

    private void onDeadline() {
        if (forwarding != null) {
            forwarding.onDeadline();
            return;
        }
        ports.events().limitReached("requestTimeout");
        reject(state == State.BUFFERING
                ? Rejection.of(RejectReason.BODY_TIMEOUT, "limits.requestTimeout passed before the end of the content")
                : Rejection.of(RejectReason.KEYS_UNAVAILABLE, "limits.requestTimeout passed before a verdict").with("Retry-After", "1"));
    }

    @Override
    public void onDefect(Throwable defect) {
        LOG.error("A defect while serving request {}", view.trace().requestId(), defect);
        if (state == State.ENDED) {
            return;
        }
        if (forwarding != null && forwarding.abandon() == Forwarding.Answer.BEGUN) {
            log.refused(RejectReason.INTERNAL_ERROR);
            stream.abort();
            end();
            return;
        }
        reject(Rejection.of(RejectReason.INTERNAL_ERROR, defect.getClass().getSimpleName()));
    }

    @Override
    public void onClosed() {
        if (forwarding != null) {
            forwarding.abandon();
        }
        end();
    }

    /** A tunnel has bounds of its own, and ends the exchange. */
    void openTunnel(ResponseHead head, UpstreamTunnel upstream, Tunnel.Bounds bounds) {
        deadline.clear();
        log.answered(head.status());
        new Tunnel(this, ports, log, bounds, stream, AnswerHead.switching(head, view.trace().requestId()), upstream).begin();
    }

    void reject(Rejection rejection) {
        if (state == State.ENDED) {
            return;
        }
        log.refused(rejection.reason());
        if (rejection.reason().afterwards() == RejectReason.Afterwards.CLOSE) {
            stream.closeAfterwards();
        }
        answer(ReplyWriter.problem(rejection, view.trace().requestId(), runtime.snapshot().errorDetail()));
    }

    private void respond(LocalResponse response) {
        if (state != State.ENDED) {
            answer(response);
        }
    }

    private void answer(LocalResponse response) {
        stream.skipContent();
        AnswerHead head = AnswerHead.of(response, view.head().method(), view.trace().requestId());
        stream.sendHead(head);
        log.answered(response.status());
        if (head.hasContent()) {
            stream.sendContent(Unpooled.wrappedBuffer(response.body()));
            log.sent(response.body().length);
        }
        end();
        stream.finish();
    }

    /**
     * The log line. Everything that belonged to the exchange is given back; content that waits for its signature to be
     * checked stays in memory until then, whatever became of the client, and is counted as long.
     */
    void end() {
        state = State.ENDED;
        deadline.close();
        ContentBuffer held = buffer;
        if (held != null) {
            verdict.whenComplete((_, _) -> held.close());
        }
        log.end(ports.observer());
    }
}
