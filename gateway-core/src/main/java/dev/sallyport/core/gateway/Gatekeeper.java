package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.AuthenticatorDefect;
import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.auth.ChainVerdict;
import dev.sallyport.core.auth.Invitation;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.policy.Admission;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.policy.FailedAttempts;
import dev.sallyport.core.policy.Policy;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderEdit;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.token.IdentityAssertion;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A snapshot decides about a request: route, admission, chain, policies, headers, and last what may be used once. It
 * blocks for nothing, and whatever it cannot decide it refuses.
 */
public final class Gatekeeper {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ReplayStore replays;
    private final Admission admission;

    public Gatekeeper(ReplayStore replays, AttemptCounters attempts) {
        this.replays = replays;
        this.admission = new Admission(attempts);
    }

    /** Never throws: a defect in any stage is a refusal with {@code internal_error}. */
    public Decision decide(GatewaySnapshot snapshot, RequestView request) {
        try {
            return route(snapshot, request);
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            return internalError(Trail.NO_ROUTE, defect);
        }
    }

    private Decision route(GatewaySnapshot snapshot, RequestView request) {
        ListenerPlan listener = snapshot.listeners().get(request.peer().listener());
        RouteTable.Lookup lookup = snapshot.routes().find(request.head());
        if (listener != null && listener.mode() instanceof ListenerPlan.Mode.RedirectToHttps(int port)) {
            return new HttpsRedirect(snapshot, admission).decide(lookup, request, port);
        }
        Optional<FailedAttempts> bound = listener == null ? Optional.empty() : listener.failedAttempts();
        return switch (lookup) {
            case RouteTable.Lookup.Found(Route route, String path) -> pass(new Passage(request, route, path, bound, snapshot, List.of()));
            case RouteTable.Lookup.NotFound() -> reject(Trail.NO_ROUTE, Rejection.of(RejectReason.ROUTE_NOT_FOUND, "no route matches"));
            case RouteTable.Lookup.MethodNotAllowed(String allow) -> reject(
                    Trail.NO_ROUTE, Rejection.of(RejectReason.METHOD_NOT_ALLOWED, "allowed: " + allow).with("Allow", allow));
            case RouteTable.Lookup.Ambiguous(Route route, String why) -> reject(route.id(), Rejection.of(RejectReason.PATH_AMBIGUOUS, why));
        };
    }

    /**
     * One request on its way through one route.
     *
     * @param by who accepted it; nobody yet, or nobody asked
     */
    private record Passage(
            RequestView request, Route route, String path, Optional<FailedAttempts> bound, GatewaySnapshot snapshot, List<ChainVerdict.Vouched> by) {
        Passage acceptedBy(List<ChainVerdict.Vouched> vouched) {
            return new Passage(request, route, path, bound, snapshot, vouched);
        }

        /** Nobody has had a say yet. */
        Trail begun() {
            return new Trail(route.id(), List.of());
        }
    }

    /** A defect from here on is the route's. */
    private Decision pass(Passage passage) {
        String route = passage.route.id();
        try {
            Decision decision = authenticate(passage);
            return decision instanceof Decision.Await(CompletionStage<Decision> settled, Trail trail)
                    ? new Decision.Await(flat(settled).exceptionally(defect -> internalError(route, defect)), trail)
                    : decision;
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            return internalError(route, defect);
        }
    }

    private Decision authenticate(Passage passage) {
        return switch (passage.route.auth()) {
            case RouteAuth.Open() -> arrive(passage, Identity.ANONYMOUS, List.of(), passage.begun());
            case RouteAuth.ByEndpoint(var urlParameters) -> admission.check(urlParameters, passage.request, passage.bound)
                    .map(refused -> reject(passage.route.id(), refused))
                    .orElseGet(() -> arrive(passage, Identity.ANONYMOUS, List.of(), passage.begun()));
            case RouteAuth.Protected(var plan, var policies) -> {
                Optional<Rejection> refused = admission.check(plan, passage.request, passage.bound);
                yield refused.isPresent()
                        ? reject(passage.route.id(), refused.get())
                        : judge(new Guard(passage, plan, policies), plan.run(passage.request, passage.snapshot.revocations()));
            }
        };
    }

    /** What a protected route asks of one request. */
    private record Guard(Passage passage, ChainPlan plan, List<Policy> policies) {}

    private Decision judge(Guard guard, ChainVerdict verdict) {
        return switch (verdict) {
            case ChainVerdict.NeedsBody(int maxBytes) -> new Decision.NeedBody(maxBytes, guard.passage.begun());
            case ChainVerdict.Pending(CompletionStage<ChainVerdict.Final> settled) ->
                    new Decision.Await(settled.thenApply(last -> judge(guard, last)), guard.passage.begun());
            case ChainVerdict.Refused refused -> refuse(guard, refused);
            case ChainVerdict.Accepted accepted -> authorize(guard, accepted);
        };
    }

    private Decision refuse(Guard guard, ChainVerdict.Refused refused) {
        Passage passage = guard.passage;
        admission.count(refused.rejection(), passage.request, passage.bound);
        Trail.Step step = refused.by()
                .map(by -> Trail.Step.refused(by, refused.rejection(), refused.credentialId()))
                .orElseGet(() -> Trail.Step.refused(refused.rejection()));
        Decision.Reject reject = new Decision.Reject(refused.rejection(), new Trail(passage.route.id(), List.of(step), refused.others()));
        return guard.plan.invite(passage.request, refused.rejection().reason())
                .<Decision>map(invited -> new Decision.Await(invited.thenApply(invitation -> invite(invitation, reject)), passage.begun()))
                .orElse(reject);
    }

    private static Decision invite(Invitation invitation, Decision.Reject instead) {
        return switch (invitation) {
            case Invitation.Elsewhere(LocalResponse response) -> new Decision.Respond(response, instead.trail());
            case Invitation.Impossible(Rejection rejection) -> new Decision.Reject(rejection, instead.trail().thenRefused(rejection));
        };
    }

    private Decision authorize(Guard guard, ChainVerdict.Accepted accepted) {
        Passage passage = guard.passage;
        Trail trail = trail(passage.route, accepted);
        for (Policy policy : guard.policies) {
            Optional<Rejection> lacking = policy.check(accepted.identity());
            if (lacking.isPresent()) {
                Rejection told = InsufficientScope.challenge(guard.plan, passage.request, accepted.identity(), guard.policies, lacking.get());
                return new Decision.Reject(told, trail.thenRefused(told));
            }
        }
        Decision decision = arrive(passage.acceptedBy(accepted.by()), accepted.identity(), accepted.spends(), trail);
        if (!(decision instanceof Decision.Reject)) {
            accepted.by().forEach(by -> by.authenticator().accepted(by.identity(), passage.request.receivedAt()));
        }
        return decision;
    }

    private static Trail trail(Route route, ChainVerdict.Accepted accepted) {
        List<ChainVerdict.Vouched> by = accepted.by();
        List<Trail.Step> steps = by.size() == 1
                ? List.of(Trail.Step.allowed(by.getFirst().authenticator(), by.getFirst().identity()))
                : by.stream().map(each -> Trail.Step.allowed(each.authenticator(), each.identity())).toList();
        return new Trail(route.id(), steps, accepted.others());
    }

    private Decision arrive(Passage passage, Identity identity, List<OneTimeUse> spends, Trail trail) {
        return switch (passage.route.destination()) {
            case Destination.ToUpstream upstream -> forward(passage, upstream, identity, spends, trail);
            case Destination.ToEndpoint(Destination.Endpoint endpoint) -> new EndpointCall(passage.request, passage.bound, admission).ask(endpoint, trail);
        };
    }

    private Decision forward(Passage passage, Destination.ToUpstream upstream, Identity identity, List<OneTimeUse> spends, Trail trail) {
        return switch (passage.route.headers().apply(passage.request, identity)) {
            case HeaderRules.Outcome.Refused(Rejection rejection) -> new Decision.Reject(rejection, trail.thenRefused(rejection));
            case HeaderRules.Outcome.Edited(HeaderEdit edit) -> {
                String path = passage.route.rewrite().apply(passage.path);
                Decision.Forward forward = new Decision.Forward(passage.route, upstream, identity, path, edit, Optional.empty(), spends, trail);
                yield vouch(passage, Lending.passOn(forward, passage.by));
            }
        };
    }

    private Decision vouch(Passage passage, Decision.Forward forward) {
        Optional<IdentityAssertion> assertion = passage.snapshot.assertion();
        if (assertion.isEmpty() || forward.identity().isAnonymous()) {
            return lend(passage, forward);
        }
        String header = assertion.get().rules().header();
        Optional<CompletionStage<String>> token = assertion.get().of(
                forward.identity(), forward.destination().upstream().name(), passage.request.receivedAt());
        if (token.isEmpty()) {
            Rejection rejection = Rejection.of(RejectReason.OVERLOADED, "no room to sign who was proven").withRetryAfter(PAUSE);
            return new Decision.Reject(rejection, forward.trail().thenRefused(rejection));
        }
        return awaited(passage, token.get().thenApply(signed -> lend(passage, forward.with(header, signed))));
    }

    /** What the gateway itself presents to the upstream. */
    private Decision lend(Passage passage, Decision.Forward forward) {
        return forward.destination().upstream().credentials() instanceof UpstreamCredentials.None
                ? spendIfAny(passage, forward)
                : awaited(passage, Lending.lend(forward, passage.request, passage.by).thenApply(lent -> switch (lent) {
                    case Decision.Forward equipped -> spendIfAny(passage, equipped);
                    case Decision.Final other -> other;
                }));
    }

    /** At once where it is there already. */
    private static Decision awaited(Passage passage, CompletionStage<Decision> settled) {
        CompletableFuture<Decision> decision = settled.toCompletableFuture();
        return decision.isDone() && !decision.isCompletedExceptionally() ? decision.join() : new Decision.Await(decision, passage.begun());
    }

    private Decision spendIfAny(Passage passage, Decision.Forward forward) {
        return forward.spent().isEmpty() ? forward : spend(passage, forward);
    }

    /** The very last step: whatever else could refuse has spoken, so nothing is spent for a request that goes nowhere. */
    private Decision spend(Passage passage, Decision.Forward forward) {
        return awaited(passage, replays.spend(forward.spent(), passage.request.receivedAt())
                .thenApply(outcome -> switch (outcome) {
                    case ReplayStore.Outcome.Spent() -> forward;
                    case ReplayStore.Outcome.Replayed(OneTimeUse use) -> replayed(passage, forward, use);
                    case ReplayStore.Outcome.Unspent unspent -> rejectLate(forward, unspent.use(), unspent.rejection());
                }));
    }

    private Decision replayed(Passage passage, Decision.Forward forward, OneTimeUse use) {
        Rejection bare = Rejection.of(use.replayed(), "accepted before within its tolerance");
        Rejection told = passage.route.auth() instanceof RouteAuth.Protected(var plan, var _)
                ? plan.refuse(use.authenticator(), passage.request, bare)
                : bare;
        admission.count(told, passage.request, passage.bound);
        return rejectLate(forward, use, told);
    }

    private static Decision rejectLate(Decision.Forward forward, OneTimeUse use, Rejection rejection) {
        return new Decision.Reject(rejection, forward.trail().thenRefusedFor(use.authenticator(), rejection));
    }

    private static Decision reject(String route, Rejection rejection) {
        return new Decision.Reject(rejection, Trail.refused(route, rejection));
    }

    /** A late verdict may have to wait once more, for the replay store or for an endpoint. */
    private static CompletionStage<Decision> flat(CompletionStage<Decision> settled) {
        return settled.thenCompose(decision -> decision instanceof Decision.Await(CompletionStage<Decision> more, var _)
                ? flat(more)
                : CompletableFuture.completedStage(decision));
    }

    /** Its class only: a message could quote what a client sent, or a secret. */
    private static Decision internalError(String route, Throwable failure) {
        Optional<Authenticator> by = Optional.empty();
        Throwable cause = failure;
        while (cause.getCause() != null) {
            by = cause instanceof AuthenticatorDefect defect ? Optional.of(defect.authenticator()) : by;
            cause = cause.getCause();
        }
        StackTraceElement[] trace = cause.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        Rejection rejection = Rejection.of(RejectReason.INTERNAL_ERROR, cause.getClass().getName() + where);
        Trail.Step step = by.map(who -> Trail.Step.refused(who, rejection, Optional.empty())).orElseGet(() -> Trail.Step.refused(rejection));
        return new Decision.Reject(rejection, new Trail(route, List.of(step)));
    }
}
