package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.exchange.Deadlines;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.PendingBytes;
import dev.sallyport.server.http1.ReceivedRequest;
import dev.sallyport.server.http1.RequestHeadReader;
import dev.sallyport.server.http1.syntax.FramingViolation;
import dev.sallyport.server.observe.WireEvents;
import java.util.Optional;

/**
 * Before a request: its head is on its way, or none was begun.
 *
 * <pre>
 *   FIRST ──a byte──▶ OPENING ──no preface──▶ BEGUN ──head──▶ (a stream) ──▶ NEXT ──a byte──▶ BEGUN
 *                        └──preface──▶ (HTTP/2)
 * </pre>
 *
 * The first head is waited for as long as a head may take, and the next ones as long as a connection may idle.
 */
final class AwaitedHead implements Phase {
    private enum State { FIRST, OPENING, BEGUN, NEXT }

    private final Http1Connection connection;
    private final PendingBytes pending;
    private final Limits limits;
    private final Deadlines.Deadline deadline;
    private final WireEvents events;
    private final RequestHeadReader heads;
    private State state = State.FIRST;
    private long startNanos;

    AwaitedHead(Http1Connection connection, PendingBytes pending, Limits limits, Deadlines.Deadline deadline, WireEvents events) {
        this.connection = connection;
        this.pending = pending;
        this.limits = limits;
        this.deadline = deadline;
        this.events = events;
        this.heads = new RequestHeadReader(new HeadBounds(limits.maxHeaderBytes(), limits.maxHeaders()));
        deadline.set(limits.headerTimeout());
    }

    void awaitNext() {
        state = State.NEXT;
        deadline.set(limits.idleTimeout());
    }

    @Override
    public boolean take() {
        if (pending.isEmpty() || !connection.isWritable()) {
            return false;
        }
        begin();
        if (state == State.OPENING && !isHttp1()) {
            return false;
        }
        try {
            Optional<ReceivedRequest> request = heads.read(pending.bytes());
            request.ifPresent(whole -> connection.begin(whole, startNanos));
            return request.isPresent();
        } catch (FramingViolation violation) {
            violation.limit().ifPresent(events::limitReached);
            connection.refuse(Rejection.of(violation.reason(), violation.detail()), startNanos);
            return true;
        }
    }

    private void begin() {
        switch (state) {
            case FIRST -> {
                startNanos = System.nanoTime();
                state = State.OPENING;
            }
            case NEXT -> {
                deadline.set(limits.headerTimeout());
                startNanos = System.nanoTime();
                state = State.BEGUN;
            }
            case OPENING, BEGUN -> {}
        }
    }

    /** False as long as it cannot be told, and when the connection went on to HTTP/2. */
    private boolean isHttp1() {
        return switch (connection.knowsHttp2() ? Preface.in(pending.bytes()) : Preface.NONE) {
            case NONE -> {
                state = State.BEGUN;
                yield true;
            }
            case PERHAPS -> false;
            case WHOLE -> {
                connection.speakHttp2();
                yield false;
            }
        };
    }

    /** A client that pipelines requests and takes no answers would fill our memory with them. */
    @Override
    public boolean wantsInput() {
        return connection.isWritable();
    }

    @Override
    public void onWritable() {
        connection.advance();
    }

    @Override
    public void onInputEnd() {
        if (pending.isEmpty() || connection.isWritable()) {
            connection.closeWhenWritten();
        }
    }

    @Override
    public void onDeadline() {
        events.limitReached(state == State.NEXT ? "idleTimeout" : "headerTimeout");
        if (pending.isEmpty() || state == State.NEXT) {
            connection.close();
        } else {
            connection.refuse(
                    Rejection.of(RejectReason.HEADER_TIMEOUT, "limits.headerTimeout passed before the end of the head"), startNanos);
        }
    }

    @Override
    public void onDrain() {
        if (pending.isEmpty()) {
            connection.close();
        }
    }
}
