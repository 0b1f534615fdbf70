package dev.sallyport.core.state;

import dev.sallyport.core.port.GatewayEvents;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much content may lie in memory at once, in the whole process, while its signature waits to be checked. Without it,
 * connections times {@code hmac.maxBody} is what a sender of valid headers can make us hold.
 */
public final class BufferBudget {
    public static final int DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

    private static final String LIMIT = "buffered_bodies";

    private final long maxBytes;
    private final GatewayEvents events;
    private final AtomicLong reserved = new AtomicLong();

    public BufferBudget(long maxBytes, GatewayEvents events) {
        this.maxBytes = maxBytes;
        this.events = events;
    }

    /** Empty when the bound would be passed: the request is refused with {@code buffer_exhausted}. */
    public Optional<Reservation> reserve(long bytes) {
        long before = reserved.get();
        while (bytes <= maxBytes - before) {
            if (reserved.compareAndSet(before, before + bytes)) {
                return Optional.of(new Reservation(bytes));
            }
            before = reserved.get();
        }
        events.limitReached(LIMIT);
        return Optional.empty();
    }

    public long reservedBytes() {
        return reserved.get();
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** A share of the budget; giving it back twice counts once. */
    public final class Reservation implements AutoCloseable {
        private final long bytes;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Reservation(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                reserved.addAndGet(-bytes);
            }
        }
    }
}
