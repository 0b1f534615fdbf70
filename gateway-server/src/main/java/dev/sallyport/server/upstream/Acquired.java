package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;

/** What came of asking a pool for a connection. */
public sealed interface Acquired {
    /** Why there is no connection to a target. */
    enum ConnectFailure { REFUSED, TIMED_OUT, UNREACHABLE, UNKNOWN_HOST }

    /** Say who listens before the callback returns: what comes while nobody does closes the connection. */
    record Leased(UpstreamConnection connection) implements Acquired {}

    /** All of the upstream's {@code maxConnections} are in use. */
    record Exhausted() implements Acquired {}

    /**
     * No byte was sent. The pool has held it against the target already.
     *
     * @param detail for the log
     */
    record Failed(Target target, ConnectFailure failure, String detail) implements Acquired {}
}
