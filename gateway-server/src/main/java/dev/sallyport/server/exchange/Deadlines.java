package dev.sallyport.server.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The time limits of one event loop. One sweep looks at all of them: setting a limit is a store to a field, where a timer
 * for each request would be two operations on a heap. A limit is noticed at most one sweep late.
 */
public final class Deadlines {
    private static final Duration SWEEP = Duration.ofMillis(25);
    private static final FastThreadLocal<Deadlines> OF_LOOP = new FastThreadLocal<>();

    private final EventLoop loop;
    private final List<Deadline> watched = new ArrayList<>();
    private Sweeping sweeping = Sweeping.STOPPED;

    private enum Sweeping { STOPPED, SCHEDULED }

    private Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    /** To be called on {@code loop}. */
    public static Deadlines of(EventLoop loop) {
        Deadlines deadlines = OF_LOOP.get();
        if (deadlines == null || !deadlines.loop.equals(loop)) {
            deadlines = new Deadlines(loop);
            OF_LOOP.set(deadlines);
        }
        return deadlines;
    }

    /** One limit that may be set, moved and cleared; {@link #close} it when it can never be needed again. */
    public final class Deadline {
        private final Runnable expired;
        private int index;
        private Armed armed = Armed.NO;
        private long atNanos;

        private enum Armed { NO, YES, CLOSED }

        private Deadline(Runnable expired, int index) {
            this.expired = expired;
            this.index = index;
        }

        public void set(Duration fromNow) {
            setAt(System.nanoTime() + fromNow.toNanos());
        }

        public void setAt(long nanos) {
            if (armed != Armed.CLOSED) {
                atNanos = nanos;
                armed = Armed.YES;
            }
        }

        public void clear() {
            if (armed == Armed.YES) {
                armed = Armed.NO;
            }
        }

        public void close() {
            if (armed != Armed.CLOSED) {
                armed = Armed.CLOSED;
                Deadline last = watched.removeLast();
                if (!last.equals(this)) {
                    watched.set(index, last);
                    last.index = index;
                }
            }
        }
    }

    public Deadline watch(Runnable expired) {
        Deadline deadline = new Deadline(expired, watched.size());
        watched.add(deadline);
        if (sweeping == Sweeping.STOPPED) {
            scheduleSweep();
        }
        return deadline;
    }

    private void scheduleSweep() {
        sweeping = Sweeping.SCHEDULED;
        loop.schedule(this::sweep, SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        sweeping = Sweeping.STOPPED;
        long now = System.nanoTime();
        List<Deadline> due = new ArrayList<>();
        for (int index = 0; index < watched.size(); index++) {
            Deadline deadline = watched.get(index);
            if (deadline.armed == Deadline.Armed.YES && deadline.atNanos - now <= 0) {
                due.add(deadline);
            }
        }
        if (!watched.isEmpty()) {
            scheduleSweep();
        }
        for (Deadline deadline : due) {
            // One that fell due may have closed or moved another.
            if (deadline.armed == Deadline.Armed.YES && deadline.atNanos - now <= 0) {
                deadline.armed = Deadline.Armed.NO;
                deadline.expired.run();
            }
        }
    }
}
