package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One target's counts and standing, shared by all event loops. */
final class TargetState {
    private final Target target;
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.GOOD);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();

    TargetState(Target target) {
        this.target = target;
    }

    Target target() {
        return target;
    }

    int inFlight() {
        return inFlight.get();
    }

    void countInFlight(int change) {
        inFlight.addAndGet(change);
    }

    void countOpen(int change) {
        open.addAndGet(change);
    }

    void countIdle(int change) {
        idle.addAndGet(change);
    }

    boolean isTrusted() {
        return standing.get() instanceof Standing.Trusted;
    }

    void succeeded() {
        // The usual case writes nothing: the word is shared by all loops.
        if (!standing.get().equals(Standing.GOOD)) {
            standing.set(Standing.GOOD);
        }
    }

    /** Whether nothing had failed since its last success. */
    boolean failed(long nowNanos) {
        return standing.getAndUpdate(standing -> standing.failed(nowNanos)).equals(Standing.GOOD);
    }

    /** Whether the caller's request is the one that finds out if this ejected target is back. */
    boolean beginTrial(long nowNanos) {
        Standing found = standing.get();
        return switch (found) {
            case Standing.Trusted _ -> false;
            case Standing.Ejected(int times, long until) -> beginTrial(found, times, until, nowNanos);
            case Standing.OnTrial(int times, long until) -> beginTrial(found, times, until, nowNanos);
        };
    }

    private boolean beginTrial(Standing found, int times, long untilNanos, long nowNanos) {
        return nowNanos - untilNanos >= 0
                && standing.compareAndSet(found, new Standing.OnTrial(times, nowNanos + Standing.TRIAL.toNanos()));
    }

    Health.OfTarget health(long nowNanos) {
        Optional<Duration> ejectedFor = switch (standing.get()) {
            case Standing.Trusted _ -> Optional.empty();
            case Standing.Ejected(int _, long until) -> Optional.of(Duration.ofNanos(Math.max(0, until - nowNanos)));
            case Standing.OnTrial(int _, long until) -> Optional.of(Duration.ofNanos(Math.max(0, until - nowNanos)));
        };
        return new Health.OfTarget(target, ejectedFor, inFlight.get(), idle.get(), open.get());
    }
}
