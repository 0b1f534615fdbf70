package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.server.tls.TlsFailure;

/** What came of asking a pool for a connection. */
public sealed interface Acquired {
    /** Why there is no connection to a target. */
    enum ConnectFailure {
        REFUSED,
        TIMED_OUT,
        UNREACHABLE,
        UNKNOWN_HOST,
        /** The target's certificate does not prove what is asked for. */
        CERTIFICATE,
        /** The target ended TLS, and said so. */
        TLS_ALERT,
        /** There is no TLS, or none that both understand. */
        TLS_PROTOCOL;

        public static ConnectFailure of(TlsFailure.Kind kind) {
            return switch (kind) {
                case CERTIFICATE -> CERTIFICATE;
                case ALERT -> TLS_ALERT;
                case PROTOCOL -> TLS_PROTOCOL;
                case TIMED_OUT -> TIMED_OUT;
            };
        }
    }

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
