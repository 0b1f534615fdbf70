package dev.sallyport.server.exchange.downstream;

import dev.sallyport.server.http1.PendingBytes;
import java.time.Duration;

/**
 * After the last answer: what still comes is thrown away, so that nothing of it is ever taken for a request. To close at
 * once would reset the connection, and the client might lose the answer that is on its way (RFC 9112 §9.6). The answer has
 * {@code writeTimeout} to go out; what lingers behind it has {@link #LONGEST}.
 */
final class Lingering implements Phase {
    static final Duration LONGEST = Duration.ofSeconds(2);
    private static final long MAX_BYTES = 1024 * 1024;

    private final Http1Connection connection;
    private final PendingBytes pending;
    private long dropped;

    Lingering(Http1Connection connection, PendingBytes pending) {
        this.connection = connection;
        this.pending = pending;
    }

    @Override
    public boolean take() {
        dropped += pending.drop();
        if (dropped > MAX_BYTES) {
            connection.close();
        }
        return false;
    }

    @Override
    public boolean wantsInput() {
        return true;
    }

    @Override
    public void onInputEnd() {
        connection.closeWhenWritten();
    }

    @Override
    public void onDeadline() {
        connection.close();
    }
}
