package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
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
        };
        return Rejection.of(reason, target.label() + ": " + detail);
    }
}
