package dev.sallyport.server.exchange.downstream;

import dev.sallyport.core.gateway.Limits;
import java.util.concurrent.TimeUnit;

/** Whether content comes fast enough; the time in which we did not want any does not count. */
final class ContentPace {
    private final Limits limits;
    private long flowingSinceNanos;
    private long flowedNanos;
    private long bytes;

    ContentPace(Limits limits) {
        this.limits = limits;
    }

    void resume() {
        flowingSinceNanos = System.nanoTime();
    }

    void hold() {
        flowedNanos += System.nanoTime() - flowingSinceNanos;
    }

    /** False once more than {@code bodyTimeout} went by at less than {@code minBodyRate} bytes a second. */
    boolean holdsAfter(int more) {
        bytes += more;
        long nanos = flowedNanos + System.nanoTime() - flowingSinceNanos;
        if (nanos <= limits.bodyTimeout().toNanos()) {
            return true;
        }
        return bytes >= TimeUnit.NANOSECONDS.toMillis(nanos) * limits.minBodyRate() / 1000;
    }
}
