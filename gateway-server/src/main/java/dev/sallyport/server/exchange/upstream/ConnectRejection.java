package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.tls.TlsFailure;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;

/** What a client is told when there is no connection for its request. */
public final class ConnectRejection {
    private ConnectRejection() {}

    public static Rejection exhausted(Upstream upstream) {
        return Rejection.of(
                        RejectReason.UPSTREAM_UNAVAILABLE, "all " + upstream.maxConnections() + " connections of upstream " + upstream.name() + " are in use")
                .with("Retry-After", "1");
    }

    /** No target took it; the last one's failure speaks. */
    public static Rejection of(Target target, ConnectFailure failure, String detail) {
        RejectReason reason = switch (failure) {
            case TIMED_OUT -> RejectReason.UPSTREAM_CONNECT_TIMEOUT;
            case REFUSED, UNREACHABLE, UNKNOWN_HOST -> RejectReason.UPSTREAM_CONNECT_FAILED;
            case CERTIFICATE -> RejectReason.UPSTREAM_CERTIFICATE_INVALID;
            case TLS_ALERT -> RejectReason.UPSTREAM_TLS_ALERT;
            case TLS_PROTOCOL -> RejectReason.UPSTREAM_TLS_FAILED;
        };
        return Rejection.of(reason, target.label() + ": " + detail);
    }

    /** A target may take the handshake and end the connection all the same: the last word of TLS 1.3 is the server's. */
    static Rejection of(Target target, TlsFailure failure) {
        return of(target, ConnectFailure.of(failure.kind()), failure.detail());
    }
}
