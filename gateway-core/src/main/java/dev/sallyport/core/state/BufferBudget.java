package dev.sallyport.core.state;

import dev.sallyport.core.port.GatewayEvents;
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

    /** A share that is empty at first. */
    public Share share() {
        return new Share();
    }

    private boolean reserve(long bytes) {
        long before = reserved.get();
        while (bytes <= maxBytes - before) {
            if (reserved.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = reserved.get();
        }
        events.limitReached(LIMIT);
        return false;
    }

    public long reservedBytes() {
        return reserved.get();
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** A part of the budget. It grows with what is held, not with what was announced: a sender must send what it occupies. */
    public final class Share implements AutoCloseable {
        private final AtomicLong bytes = new AtomicLong();

        private Share() {}

        /** False when the bound would be passed: the request is refused with {@code buffer_exhausted}. */
        public boolean grow(long more) {
            boolean isReserved = reserve(more);
            if (isReserved) {
                bytes.addAndGet(more);
            }
            return isReserved;
        }

        /** Gives all of it back; what is given back twice counts once. */
        @Override
        public void close() {
            reserved.addAndGet(-bytes.getAndSet(0));
        }
    }
}
