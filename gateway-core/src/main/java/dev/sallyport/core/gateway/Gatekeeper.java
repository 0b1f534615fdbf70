package dev.sallyport.core.gateway;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.ReplayStore;

/** A snapshot decides about a request. It blocks for nothing, and whatever it cannot decide it refuses. */
public final class Gatekeeper {
    private final ReplayStore replays;
    private final AttemptCounters attempts;

    public Gatekeeper(ReplayStore replays, AttemptCounters attempts) {
        this.replays = replays;
        this.attempts = attempts;
    }

    /** Never throws: a defect in any stage is a refusal with {@code internal_error}. */
    public Decision decide(GatewaySnapshot snapshot, RequestView request) {
        return new Decision.Reject(
                Rejection.of(RejectReason.ROUTE_NOT_FOUND, snapshot.routes() + " " + request + replays + attempts), Trail.UNROUTED);
    }
}
