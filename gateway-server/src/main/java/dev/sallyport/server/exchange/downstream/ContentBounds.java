package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.observe.WireEvents;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How much content of one request may come, and how fast; the time in which we did not want any does not count. */
public final class ContentBounds {
    private final Limits limits;
    private final WireEvents events;
    private long flowingSinceNanos;
    private long flowedNanos;
    private long bytes;

    public ContentBounds(Limits limits, WireEvents events) {
        this.limits = limits;
        this.events = events;
    }

    public void resume() {
        flowingSinceNanos = System.nanoTime();
    }

    public void hold() {
        flowedNanos += System.nanoTime() - flowingSinceNanos;
    }

    /** Why these bytes are too many, or come too late. */
    public Optional<Rejection> objectionTo(int more) {
        bytes += more;
        if (bytes > limits.maxBody()) {
            events.limitReached("maxBody");
            return Optional.of(Rejection.of(RejectReason.BODY_TOO_LARGE, "the content passes limits.maxBody, " + limits.maxBody() + " bytes"));
        }
        if (isTooSlow()) {
            events.limitReached("minBodyRate");
            return Optional.of(Rejection.of(RejectReason.BODY_TIMEOUT, "the content comes slower than limits.minBodyRate"));
        }
        return Optional.empty();
    }

    public Rejection stalled() {
        events.limitReached("bodyTimeout");
        return Rejection.of(RejectReason.BODY_TIMEOUT, "limits.bodyTimeout passed without a byte");
    }

    /** More than {@code bodyTimeout} went by at less than {@code minBodyRate} bytes a second. */
    private boolean isTooSlow() {
        long nanos = flowedNanos + System.nanoTime() - flowingSinceNanos;
        return nanos > limits.bodyTimeout().toNanos() && bytes < TimeUnit.NANOSECONDS.toMillis(nanos) * limits.minBodyRate() / 1000;
    }
}
