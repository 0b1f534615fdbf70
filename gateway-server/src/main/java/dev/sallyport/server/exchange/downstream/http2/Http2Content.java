package dev.sallyport.server.exchange.downstream.http2;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.ClientStream.Handler;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.exchange.downstream.ContentBounds;
import dev.sallyport.server.exchange.downstream.Continue;
import dev.sallyport.server.observe.WireEvents;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The content of one request on an HTTP/2 stream. What comes while it is held waits here, and that is never more than the
 * stream's window: a client gets room for more when a piece was handed on (RFC 9113 §5.2).
 *
 * <pre>
 *   HELD ◀──▶ FLOWING ──end──▶ COMPLETE      HELD, FLOWING ──bound, unwanted──▶ BROKEN
 * </pre>
 */
final class Http2Content {
    private enum State { HELD, FLOWING, COMPLETE, BROKEN }

    /** Whether pieces are being handed on just now. */
    private enum Turn { RUNNING, OVER }

    /** @param room what it took of the client's window, padding included */
    private record Piece(ByteBuf bytes, int room) {}

    private final Limits limits;
    private final Deadlines.Deadline deadline;
    private final IntConsumer giveRoom;
    private final ContentBounds bounds;
    private final Deque<Piece> waiting = new ArrayDeque<>(2);
    private Optional<HeaderFields> end = Optional.empty();
    private Turn turn = Turn.OVER;
    private State state;
    private Continue continuing;

    Http2Content(RequestHead head, Limits limits, Deadlines.Deadline deadline, WireEvents events, IntConsumer giveRoom) {
        this.limits = limits;
        this.deadline = deadline;
        this.giveRoom = giveRoom;
        this.bounds = new ContentBounds(limits, events);
        this.state = head.bodyLength().isEmpty() ? State.COMPLETE : State.HELD;
        this.continuing = head.expectsContinue() ? Continue.EXPECTED : Continue.NOT_EXPECTED;
    }

    /** @return whether this is the moment for {@code 100 Continue}: a client that already sends needs none */
    Continue flow() {
        if (state != State.HELD) {
            return Continue.NOT_EXPECTED;
        }
        state = State.FLOWING;
        bounds.resume();
        deadline.set(limits.bodyTimeout());
        Continue answer = waiting.isEmpty() && end.isEmpty() ? continuing : Continue.NOT_EXPECTED;
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

    void add(ByteBuf bytes, int room) {
        waiting.add(new Piece(bytes, room));
        if (state == State.BROKEN || state == State.COMPLETE) {
            drop();
        }
    }

    void end(HeaderFields trailers) {
        end = Optional.of(trailers);
    }

    /** Hands on what came, as long as it is wanted. From within, this does nothing: the turn goes on anyway. */
    void advance(Handler handler) {
        if (turn == Turn.RUNNING) {
            return;
        }
        turn = Turn.RUNNING;
        try {
            while (state == State.FLOWING && !waiting.isEmpty()) {
                handOn(waiting.remove(), handler);
            }
            if (state == State.FLOWING && end.isPresent()) {
                state = State.COMPLETE;
                deadline.clear();
                handler.onContentEnd(end.get());
            }
        } finally {
            turn = Turn.OVER;
        }
    }

    private void handOn(Piece piece, Handler handler) {
        Optional<Rejection> objection = bounds.objectionTo(piece.bytes().readableBytes());
        if (objection.isPresent()) {
            piece.bytes().release();
            refuse(objection.get(), handler);
        } else if (piece.bytes().isReadable()) {
            deadline.set(limits.bodyTimeout());
            handler.onContent(piece.bytes());
        } else {
            piece.bytes().release(); // an empty frame is no progress
        }
        giveRoom.accept(piece.room());
    }

    void onDeadline(Handler handler) {
        refuse(bounds.stalled(), handler);
    }

    /** What the client sent broke a rule; nothing of it goes on. */
    void refuse(Rejection rejection, Handler handler) {
        skip();
        handler.onContentRefused(rejection);
    }

    /** Nobody wants more of it. */
    void skip() {
        if (state != State.COMPLETE) {
            state = State.BROKEN;
        }
        deadline.clear();
        drop();
    }

    void close() {
        skip();
        deadline.close();
    }

    private void drop() {
        while (!waiting.isEmpty()) {
            Piece piece = waiting.remove();
            piece.bytes().release();
            giveRoom.accept(piece.room());
        }
    }
}
