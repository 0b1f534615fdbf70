package dev.sallyport.server.upstream;

import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The connections at rest on one event loop; only {@link #isEmpty} is for other threads. The newest is at the front. */
final class LoopConnections {
    private final UpstreamPool pool;
    private final EventLoop loop;
    private final long idleTimeoutNanos;
    private final Deque<PooledConnection> idle = new ArrayDeque<>();
    private int settling;
    private boolean sweepDue;
    private volatile boolean empty = true;

    LoopConnections(UpstreamPool pool, EventLoop loop) {
        this.pool = pool;
        this.loop = loop;
        this.idleTimeoutNanos = pool.upstream().idleTimeout().toNanos();
    }

    EventLoop loop() {
        return loop;
    }

    boolean isEmpty() {
        return empty;
    }

    /** The one that was used last: its socket is the least likely to have been closed by the other end. */
    Optional<PooledConnection> take(TargetState target) {
        for (Iterator<PooledConnection> rest = idle.iterator(); rest.hasNext(); ) {
            PooledConnection connection = rest.next();
            if (connection.target() == target && connection.isUsable()) {
                rest.remove();
                countIdle(connection, -1);
                return Optional.of(connection);
            }
        }
        return Optional.empty();
    }

    /**
     * Given out only after the events at hand: the release may stand in the midst of a read, and the rest of what was
     * read must meet the handler of a resting connection, not the next exchange.
     */
    void settle(PooledConnection connection) {
        settling++;
        empty = false;
        loop.execute(() -> {
            settling--;
            if (connection.isUsable() && !pool.isRetired()) {
                idle.addFirst(connection);
                countIdle(connection, 1);
                sweepLater(idleTimeoutNanos);
            } else {
                connection.close();
                empty = idle.isEmpty() && settling == 0;
            }
        });
    }

    void forget(PooledConnection connection) {
        if (idle.remove(connection)) {
            countIdle(connection, -1);
        }
    }

    /** Closes the one that rests longest; its room goes to {@code heir}. Where none rests any more, {@code none} runs. */
    void makeRoom(Runnable heir, Runnable none) {
        PooledConnection oldest = idle.peekLast();
        if (oldest == null) {
            none.run();
        } else {
            forget(oldest); // at once, or another heir would take the place of this one while the socket closes
            oldest.makeWay(heir);
        }
    }

    void closeAll() {
        // A close takes its connection out of the deque.
        new ArrayDeque<>(idle).forEach(PooledConnection::close);
    }

    private void countIdle(PooledConnection connection, int change) {
        connection.target().countIdle(change);
        pool.count(UpstreamConnectionState.IDLE, change);
        empty = idle.isEmpty() && settling == 0;
    }

    /** One timer for all, and none to cancel when a connection is taken. */
    private void sweepLater(long delayNanos) {
        if (!sweepDue) {
            sweepDue = true;
            loop.schedule(this::sweep, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweepDue = false;
        long now = System.nanoTime();
        for (PooledConnection oldest = idle.peekLast(); oldest != null; oldest = idle.peekLast()) {
            long left = oldest.idleSinceNanos() + idleTimeoutNanos - now;
            if (left > 0) {
                sweepLater(left);
                return;
            }
            forget(oldest);
            oldest.close();
        }
    }
}
