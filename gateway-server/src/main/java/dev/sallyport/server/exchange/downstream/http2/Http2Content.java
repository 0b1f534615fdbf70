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
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The content of one request on an HTTP/2 stream. What comes while it is held is copied together and waits here: never more
 * than the stream's window, for a client gets room for more when a piece was handed on (RFC 9113 §5.2), and in one buffer,
 * for many frames of one byte would else hold many buffers.
 *
 * <pre>
 *   HELD ◀──▶ FLOWING ──end──▶ COMPLETE      HELD, FLOWING ──bound, unwanted──▶ BROKEN
 * </pre>
 */
final class Http2Content {
    private enum State { HELD, FLOWING, COMPLETE, BROKEN }

    /** Whether pieces are being handed on just now. */
    private enum Turn { RUNNING, OVER }

    private final Limits limits;
    private final Deadlines.Deadline deadline;
    private final IntConsumer giveRoom;
    private final ContentBounds bounds;
    private final ByteBufAllocator alloc;
    private ByteBuf waiting = Unpooled.EMPTY_BUFFER;
    private int roomOfWaiting;
    private Optional<HeaderFields> end = Optional.empty();
    private Turn turn = Turn.OVER;
    private State state;
    private Continue continuing;

    /** @param giveRoom gives the client back so much of its window */
    Http2Content(
            RequestHead head, Limits limits, Deadlines.Deadline deadline, WireEvents events, ByteBufAllocator alloc, IntConsumer giveRoom) {
        this.limits = limits;
        this.deadline = deadline;
        this.giveRoom = giveRoom;
        this.alloc = alloc;
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
        Continue answer = waiting.isReadable() || end.isPresent() ? Continue.NOT_EXPECTED : continuing;
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

    /**
     * Takes what came, and hands it on where it is wanted.
     *
     * @param bytes the caller's
     * @param room what they took of the client's window, padding included
     */
    void add(ByteBuf bytes, int room, Handler handler) {
        switch (state) {
            case FLOWING -> {
                advance(handler);
                if (state == State.FLOWING && !waiting.isReadable()) {
                    handOn(bytes.retainedDuplicate(), room, handler);
                } else {
                    keep(bytes, room);
                }
            }
            case HELD -> keep(bytes, room);
            case COMPLETE, BROKEN -> giveRoom.accept(room);
        }
    }

    private void keep(ByteBuf bytes, int room) {
        if (state == State.BROKEN || state == State.COMPLETE || !bytes.isReadable()) {
            giveRoom.accept(room);
            return;
        }
        if (!waiting.isReadable()) {
            waiting = alloc.buffer(bytes.readableBytes());
        }
        waiting.writeBytes(bytes);
        roomOfWaiting += room;
    }

    void end(HeaderFields trailers, Handler handler) {
        end = Optional.of(trailers);
        advance(handler);
    }

    /** Hands on what waits, as long as it is wanted. From within, this does nothing: the turn goes on anyway. */
    void advance(Handler handler) {
        if (turn == Turn.RUNNING) {
            return;
        }
        turn = Turn.RUNNING;
        try {
            if (state == State.FLOWING && waiting.isReadable()) {
                handOn(takeWaiting(), giveUpRoom(), handler);
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

    private ByteBuf takeWaiting() {
        ByteBuf taken = waiting;
        waiting = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    private int giveUpRoom() {
        int room = roomOfWaiting;
        roomOfWaiting = 0;
        return room;
    }

    private void handOn(ByteBuf piece, int room, Handler handler) {
        Optional<Rejection> objection = bounds.objectionTo(piece.readableBytes());
        if (objection.isPresent()) {
            piece.release();
            refuse(objection.get(), handler);
        } else if (piece.isReadable()) {
            deadline.set(limits.bodyTimeout());
            handler.onContent(piece);
        } else {
            piece.release(); // an empty frame is no progress
        }
        giveRoom.accept(room);
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
        takeWaiting().release();
        giveRoom.accept(giveUpRoom());
    }

    void close() {
        skip();
        deadline.close();
    }
}
