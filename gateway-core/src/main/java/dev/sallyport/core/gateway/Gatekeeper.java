package dev.sallyport.core.gateway;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.ReplayStore;
import java.util.List;
import java.util.Objects;

/** A snapshot decides about a request. It blocks for nothing, and whatever it cannot decide it refuses. */
public final class Gatekeeper {
    public Gatekeeper(ReplayStore replays, AttemptCounters attempts) {
        Objects.requireNonNull(replays);
        Objects.requireNonNull(attempts);
    }

    /** Never throws: a defect in any stage is a refusal with {@code internal_error}. */
    public Decision decide(GatewaySnapshot snapshot, RequestView request) {
        return switch (snapshot.routes().find(request.head())) {
            case RouteTable.Lookup.NotFound() -> reject(RejectReason.ROUTE_NOT_FOUND, "no route");
            case RouteTable.Lookup.MethodNotAllowed(String allow) -> reject(RejectReason.METHOD_NOT_ALLOWED, allow);
            case RouteTable.Lookup.Ambiguous(Route _, String why) -> reject(RejectReason.PATH_AMBIGUOUS, why);
            case RouteTable.Lookup.Found(Route route, String path) -> switch (route.auth()) {
                case RouteAuth.Protected _ -> reject(RejectReason.CREDENTIALS_MISSING, "not yet");
                case RouteAuth.Open() -> forward(request, route, path);
            };
        };
    }

    private static Decision forward(RequestView request, Route route, String path) {
        return switch (route.headers().apply(request, Identity.ANONYMOUS)) {
            case HeaderRules.Outcome.Refused(Rejection rejection) -> new Decision.Reject(rejection, Trail.UNROUTED);
            case HeaderRules.Outcome.Edited(var edit) -> new Decision.Forward(
                    route, Identity.ANONYMOUS, route.rewrite().apply(path), edit, List.of(), Trail.UNROUTED);
        };
    }

    private static Decision reject(RejectReason reason, String detail) {
        return new Decision.Reject(Rejection.of(reason, detail), Trail.UNROUTED);
    }
}
