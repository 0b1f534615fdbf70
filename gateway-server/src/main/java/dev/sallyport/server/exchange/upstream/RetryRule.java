package dev.sallyport.server.exchange.upstream;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import java.util.Set;

/**
 * When a request may be sent once more: sending twice does what sending once does (RFC 9110 §9.2.2), and either the
 * connection came from the pool and proved stale before a byte was answered, or the upstream did not take the gateway's
 * own token.
 */
public final class RetryRule {
    /** Several connections of a pool go stale together when an upstream restarts. */
    private static final int MAX_STALE = 4;

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private RetryRule() {}

    /** After a 401 to a token that can be renewed: all that was sent must still be in hand. */
    public static boolean allowsWithAnotherToken(RequestView request) {
        return IDEMPOTENT.contains(request.head().method()) && (request.head().bodyLength().isEmpty() || request.body().isPresent());
    }

    /** On a connection that may have been stale. */
    public static boolean allows(Origin origin, UpstreamCall.Outcome outcome, Rejection rejection, RequestHead head, int before) {
        return origin == Origin.POOLED
                && outcome == UpstreamCall.Outcome.SENT
                && rejection.reason() == RejectReason.UPSTREAM_CLOSED
                && before < MAX_STALE
                && head.bodyLength().isEmpty()
                && IDEMPOTENT.contains(head.method());
    }
}
