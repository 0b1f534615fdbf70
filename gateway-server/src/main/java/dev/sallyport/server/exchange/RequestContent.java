package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.http1.BodyReader;
import dev.sallyport.server.http1.ContentFraming;
import dev.sallyport.server.http1.FramingViolation;
import dev.sallyport.server.http1.ReceivedRequest;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The content of the current request on its way in: whether it may flow, how much came, how fast. */
final class RequestContent {
    private enum State { HELD, FLOWING, COMPLETE, BROKEN }

    /** Whether the client waits for {@code 100 Continue}. */
    enum Continue { EXPECTED, NOT_EXPECTED }

    private final Limits limits;
    private final Deadlines.Deadline deadline;
    private final WireEvents events;
    private State state = State.COMPLETE;
    private BodyReader reader = BodyReader.of(ContentFraming.ABSENT);
    private ContentPace pace;
    private Continue continuing = Continue.NOT_EXPECTED;
    private long bytes;

    RequestContent(Limits limits, Deadlines.Deadline deadline, WireEvents events) {
        this.limits = limits;
        this.deadline = deadline;
        this.events = events;
        this.pace = new ContentPace(limits);
    }

    void begin(ReceivedRequest request) {
        bytes = 0;
        if (request.head().bodyLength().isEmpty()) {
            state = State.COMPLETE;
            continuing = Continue.NOT_EXPECTED;
            return;
        }
        state = State.HELD;
        reader = BodyReader.of(ContentFraming.of(request.head().bodyLength()));
        pace = new ContentPace(limits);
        continuing = request.head().expectsContinue() ? Continue.EXPECTED : Continue.NOT_EXPECTED;
    }

    /** @return whether this is the moment for {@code 100 Continue}: a client that already sends needs none */
    Continue flow(ByteBuf pending) {
        if (state != State.HELD) {
            return Continue.NOT_EXPECTED;
        }
        state = State.FLOWING;
        pace.resume();
        deadline.set(limits.bodyTimeout());
        Continue answer = pending.isReadable() ? Continue.NOT_EXPECTED : continuing;
        continuing = Continue.NOT_EXPECTED;
        return answer;
    }

    void hold() {
        if (state == State.FLOWING) {
            state = State.HELD;
            pace.hold();
            deadline.clear();
        }
    }

    /** Nothing more of it will be read. */
    void breakOff() {
        state = State.BROKEN;
        deadline.clear();
    }

    boolean isFlowing() {
        return state == State.FLOWING;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Hands on one piece, or the end; false when there is nothing to hand on. */
    boolean readPiece(ByteBuf pending, ClientStream.Handler handler) {
        if (state != State.FLOWING) {
            return false;
        }
        try {
            Optional<ByteBuf> piece = reader.read(pending);
            if (piece.isPresent()) {
                return admit(piece.get(), handler);
            }
        } catch (FramingViolation violation) {
            refuse(violation.reason(), violation.detail(), handler);
            return false;
        }
        if (!reader.isComplete()) {
            return false;
        }
        state = State.COMPLETE;
        deadline.clear();
        handler.onContentEnd(reader.trailers());
        return true;
    }

    private boolean admit(ByteBuf piece, ClientStream.Handler handler) {
        bytes += piece.readableBytes();
        if (bytes > limits.maxBody()) {
            piece.release();
            events.limitReached("maxBody");
            refuse(RejectReason.BODY_TOO_LARGE, "the content passes limits.maxBody, " + limits.maxBody() + " bytes", handler);
            return false;
        }
        if (!pace.holdsAfter(piece.readableBytes())) {
            piece.release();
            events.limitReached("minBodyRate");
            refuse(RejectReason.BODY_TIMEOUT, "the content comes slower than limits.minBodyRate", handler);
            return false;
        }
        deadline.set(limits.bodyTimeout());
        handler.onContent(piece);
        return true;
    }

    private void refuse(RejectReason reason, String detail, ClientStream.Handler handler) {
        breakOff();
        handler.onContentRefused(Rejection.of(reason, detail));
    }

    /** Content that nobody wants but that already came is skipped, so that its connection can be kept. */
    void skip(ByteBuf pending) {
        if (state == State.COMPLETE || state == State.BROKEN) {
            return;
        }
        deadline.clear();
        state = State.BROKEN;
        if (continuing == Continue.EXPECTED) {
            return;
        }
        try {
            Optional<ByteBuf> piece = reader.read(pending);
            while (piece.isPresent()) {
                piece.get().release();
                piece = reader.read(pending);
            }
            state = reader.isComplete() ? State.COMPLETE : State.BROKEN;
        } catch (FramingViolation violation) {
            state = State.BROKEN;
        }
    }
}
