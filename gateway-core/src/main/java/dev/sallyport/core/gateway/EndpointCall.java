package dev.sallyport.core.gateway;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.policy.Admission;
import dev.sallyport.core.policy.FailedAttempts;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks one of the gateway's own endpoints: with the content that it wants, and with what it revokes kept before that is
 * told.
 */
record EndpointCall(GatewaySnapshot snapshot, RequestView request, Optional<FailedAttempts> bound, Admission admission) {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    Decision ask(Destination.Endpoint endpoint, Trail trail) {
        boolean isUnread = request.body().isEmpty() && !request.head().bodyLength().isEmpty();
        return isUnread && endpoint.maxBody() > 0
                ? new Decision.NeedBody(endpoint.maxBody(), trail)
                : new Decision.Await(endpoint.answer(request).thenCompose(answer -> conclude(answer, trail)), trail);
    }

    private CompletionStage<Decision> conclude(Destination.Answer answer, Trail trail) {
        return switch (answer) {
            case Destination.Answer.Given(LocalResponse response, var caller) ->
                    CompletableFuture.completedStage(new Decision.Respond(response, caller.map(trail::thenAllowed).orElse(trail)));
            case Destination.Answer.Refused(Rejection rejection, var caller) -> {
                admission.count(rejection, request, bound);
                yield CompletableFuture.completedStage(new Decision.Reject(rejection, trail.thenRefused(rejection, caller)));
            }
            case Destination.Answer.Revoked revoked -> revoke(revoked, trail);
        };
    }

    private CompletionStage<Decision> revoke(Destination.Answer.Revoked revoked, Trail trail) {
        Instant now = request.receivedAt();
        Revocation revocation = revoked.revocation().apply(snapshot.revocations().lastExpiry(now));
        return snapshot.revocations().revoke(revocation, now)
                .thenApply(outcome -> switch (outcome) {
                    case RevocationLedger.Outcome.Kept() -> new Decision.Respond(revoked.response(), trail);
                    case RevocationLedger.Outcome.Unkept unkept -> rejectUnkept(revoked, unkept.why(), trail);
                });
    }

    private static Decision rejectUnkept(Destination.Answer.Revoked revoked, String why, Trail trail) {
        revoked.otherwise().run();
        Rejection rejection = Rejection.of(RejectReason.STATE_UNAVAILABLE, why).withRetryAfter(PAUSE);
        return new Decision.Reject(rejection, trail.thenRefused(rejection));
    }
}
