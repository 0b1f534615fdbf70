package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Destination;
import java.time.Duration;

/** The one time limit of a forwarded request: until the head of the answer the earliest of several bounds, then each pause. */
final class AnswerDeadline {
    private final Deadlines.Deadline deadline;
    private final Limits limits;
    private final Destination.ToUpstream destination;
    private Phase phase = Phase.SENDING;
    private String limit = "requestTimeout";
    private long atNanos;

    private enum Phase { SENDING, AWAITING, RELAYING }

    AnswerDeadline(Deadlines.Deadline deadline, Limits limits, Destination.ToUpstream destination) {
        this.deadline = deadline;
        this.limits = limits;
        this.destination = destination;
    }

    void begin() {
        long now = System.nanoTime();
        atNanos = now + limits.requestTimeout().toNanos();
        destination.timeout().ifPresent(timeout -> lowerTo(now + timeout.toNanos(), "timeout"));
        deadline.setAt(atNanos);
    }

    /** From here on the upstream has no excuse. */
    void requestSent() {
        if (phase == Phase.SENDING) {
            phase = Phase.AWAITING;
            lowerTo(System.nanoTime() + destination.upstream().responseTimeout().toNanos(), "responseTimeout");
            deadline.setAt(atNanos);
        }
    }

    private void lowerTo(long nanos, String name) {
        if (nanos - atNanos < 0) {
            atNanos = nanos;
            limit = name;
        }
    }

    void answerBegun(Duration longestPause) {
        phase = Phase.RELAYING;
        deadline.set(longestPause);
    }

    void answerMoved(Duration longestPause) {
        deadline.set(longestPause);
    }

    /** The client's turn: what it takes no byte of is bounded by {@code writeTimeout}. */
    void answerHeld() {
        deadline.clear();
    }

    /** Name of the bound that comes first. */
    String limit() {
        return limit;
    }

    /** Whose fault it is that no answer came in time: the upstream's, or the client's, whose content is still on its way. */
    RejectReason missedFor(BodyLength content) {
        return isRequestSent() || content instanceof BodyLength.None ? RejectReason.UPSTREAM_TIMEOUT : RejectReason.BODY_TIMEOUT;
    }

    boolean isRequestSent() {
        return phase != Phase.SENDING;
    }
}
