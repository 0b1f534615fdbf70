package dev.sallyport.core.gateway;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.policy.Admission;
import dev.sallyport.core.policy.FailedAttempts;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import java.util.Optional;

/** Asks one of the gateway's own endpoints, with the content that it wants. */
record EndpointCall(RequestView request, Optional<FailedAttempts> bound, Admission admission) {
    Decision ask(Destination.Endpoint endpoint, Trail trail) {
        boolean isUnread = request.body().isEmpty() && !request.head().bodyLength().isEmpty();
        return isUnread && endpoint.maxBody() > 0
                ? new Decision.NeedBody(endpoint.maxBody(), trail)
                : new Decision.Await(endpoint.answer(request).thenApply(answer -> conclude(answer, trail)), trail);
    }

    private Decision conclude(Destination.Answer answer, Trail trail) {
        return switch (answer) {
            case Destination.Answer.Given(LocalResponse response, var caller) ->
                    new Decision.Respond(response, caller.map(trail::thenAllowed).orElse(trail));
            case Destination.Answer.Refused(Rejection rejection, var caller) -> {
                admission.count(rejection, request, bound);
                yield new Decision.Reject(rejection, trail.thenRefused(rejection, caller));
            }
        };
    }
}
