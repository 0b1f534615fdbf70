package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.ClientStream;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.http1.BodyReader;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.PendingBytes;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The content of one request on its way in: whether it may flow, how much came, how fast.
 *
 * <pre>
 *   HELD ◀──▶ FLOWING ──end──▶ COMPLETE      HELD, FLOWING ──violation, bound, unwanted──▶ BROKEN
 * </pre>
 */
final class RequestContent {
    private enum State { HELD, FLOWING, COMPLETE, BROKEN }

    private final Limits limits;
    private final Deadlines.Deadline deadline;
    private final BodyReader reader;
    private final ContentBounds bounds;
    private State state;
    private Continue continuing;

    RequestContent(RequestHead head, Limits limits, Deadlines.Deadline deadline, WireEvents events) {
        this.limits = limits;
        this.deadline = deadline;
        this.reader = BodyReader.of(ContentFraming.of(head.bodyLength()));
        this.bounds = new ContentBounds(limits, events);
        this.state = head.bodyLength().isEmpty() ? State.COMPLETE : State.HELD;
        this.continuing = head.expectsContinue() ? Continue.EXPECTED : Continue.NOT_EXPECTED;
    }

    /** @return whether this is the moment for {@code 100 Continue}: a client that already sends needs none */
    Continue flow(PendingBytes pending) {
        if (state != State.HELD) {
            return Continue.NOT_EXPECTED;
        }
        state = State.FLOWING;
        bounds.resume();
        deadline.set(limits.bodyTimeout());
        Continue answer = pending.isEmpty() ? continuing : Continue.NOT_EXPECTED;
        continuing = Continue.NOT_EXPECTED;
        return answer;
    }

    void hold() {
        if (state == State.FLOWING) {
            state = State.HELD;
            bounds.hold();
            deadline.clear();
        }
    }

    boolean isFlowing() {
        return state == State.FLOWING;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Hands on one piece, or the end, or why there is neither; false when nothing changed. */
    boolean readPiece(PendingBytes pending, ClientStream.Handler handler) {
        if (state != State.FLOWING) {
            return false;
        }
        try {
            Optional<ByteBuf> piece = reader.read(pending.bytes());
            piece.ifPresent(admitted -> admit(admitted, handler));
            if (piece.isEmpty() && reader.isComplete()) {
                state = State.COMPLETE;
                deadline.clear();
                handler.onContentEnd(reader.trailers());
                return true;
            }
            return piece.isPresent();
        } catch (FramingViolation violation) {
            refuse(Rejection.of(violation.reason(), violation.detail()), handler);
            return true;
        }
    }

    private void admit(ByteBuf piece, ClientStream.Handler handler) {
        Optional<Rejection> objection = bounds.objectionTo(piece.readableBytes());
        if (objection.isPresent()) {
            piece.release();
            refuse(objection.get(), handler);
        } else {
            deadline.set(limits.bodyTimeout());
            handler.onContent(piece);
        }
    }

    void onDeadline(ClientStream.Handler handler) {
        refuse(bounds.stalled(), handler);
    }

    private void refuse(Rejection rejection, ClientStream.Handler handler) {
        state = State.BROKEN;
        deadline.clear();
        handler.onContentRefused(rejection);
    }

    /** Content that nobody wants but that already came is skipped, so that its connection can be kept. */
    void skip(PendingBytes pending) {
        if (state == State.COMPLETE || state == State.BROKEN) {
            return;
        }
        deadline.clear();
        state = State.BROKEN;
        if (continuing == Continue.EXPECTED) {
            return;
        }
        try {
            Optional<ByteBuf> piece = reader.read(pending.bytes());
            while (piece.isPresent()) {
                piece.get().release();
                piece = reader.read(pending.bytes());
            }
            state = reader.isComplete() ? State.COMPLETE : State.BROKEN;
        } catch (FramingViolation violation) {
            state = State.BROKEN;
        }
    }
}
