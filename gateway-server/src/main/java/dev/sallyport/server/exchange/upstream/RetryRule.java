package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import java.util.Set;

/**
 * When a request may be sent once more: the connection came from the pool and proved stale, not a byte was answered, and
 * sending twice does what sending once does (RFC 9110 §9.2.2).
 */
public final class RetryRule {
    /** Several connections of a pool go stale together when an upstream restarts. */
    private static final int MAX_STALE = 4;

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private RetryRule() {}

    public static boolean allows(Origin origin, UpstreamCall.Outcome outcome, Rejection rejection, RequestHead head, int before) {
        return origin == Origin.POOLED
                && outcome == UpstreamCall.Outcome.SENT
                && rejection.reason() == RejectReason.UPSTREAM_CLOSED
                && before < MAX_STALE
                && head.bodyLength().isEmpty()
                && IDEMPOTENT.contains(head.method());
    }
}
