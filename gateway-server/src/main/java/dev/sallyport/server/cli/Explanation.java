package dev.sallyport.server.cli;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Bystander;
import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A decision, told whole: every authenticator of the route's chain has a step, in the order of the chain, and last what
 * the route itself said.
 */
record Explanation(RequestView request, String route, List<Step> steps, Decision decision) {

    /**
     * @param outcome the trail's, or {@code not_claimed}, {@code not_reached}, {@code not_counted}
     * @param looksFor where an authenticator's credential would stand; empty for the route's own step
     */
    record Step(
            String authenticator,
            Optional<String> method,
            String outcome,
            Optional<String> reason,
            Optional<String> subject,
            Optional<String> credentialId,
            List<String> looksFor,
            String detail) {}

    static Explanation of(GatewaySnapshot snapshot, RequestView request, Decision decision) {
        String id = decision.trail().route();
        Optional<ChainPlan> plan = snapshot.routes().routes().stream().filter(each -> each.id().equals(id)).findFirst().flatMap(Explanation::plan);
        Trail trail = decision instanceof Decision.Final
                ? decision.trail()
                : new Trail(id, List.of(), plan.map(known -> known.absent(request)).orElse(List.of()));
        return new Explanation(request, id, steps(plan, trail), decision);
    }

    private static Optional<ChainPlan> plan(Route route) {
        return switch (route.auth()) {
            case RouteAuth.Open(), RouteAuth.ByEndpoint _ -> Optional.empty();
            case RouteAuth.Protected(var plan, var _) -> Optional.of(plan);
        };
    }

    private static List<Step> steps(Optional<ChainPlan> plan, Trail trail) {
        List<Step> steps = new ArrayList<>();
        for (Authenticator authenticator : plan.map(ChainPlan::authenticators).orElse(List.of())) {
            steps.add(trail.steps().stream()
                    .filter(step -> step.authenticator().equals(authenticator.name()))
                    .findFirst()
                    .map(step -> said(step, places(authenticator)))
                    .orElseGet(() -> unsaid(authenticator, trail)));
        }
        trail.steps().stream().filter(step -> step.authenticator().equals(Trail.NO_ROUTE)).forEach(step -> steps.add(said(step, List.of())));
        return List.copyOf(steps);
    }

    private static Step said(Trail.Step step, List<String> looksFor) {
        return new Step(
                step.authenticator(), step.method().map(AuthMethod::label), step.outcome().name().toLowerCase(Locale.ROOT),
                step.reason().map(RejectReason::label), step.subject(), step.credentialId(), looksFor, step.detail());
    }

    private static Step unsaid(Authenticator authenticator, Trail trail) {
        List<String> places = places(authenticator);
        String lookedFor = "it looked for " + places.stream().map(place -> "`" + place + "`").collect(Collectors.joining(" and "));
        Optional<Bystander.Standing> standing = trail.others().stream()
                .filter(each -> each.authenticator().equals(authenticator))
                .map(Bystander::standing)
                .findFirst();
        if (standing.isEmpty()) {
            return unsaid(authenticator, "not_reached", "the decision came before it had its say");
        }
        return switch (standing.get()) {
            case NOTHING_PRESENTED -> unsaid(authenticator, "not_claimed", lookedFor + "; nothing is presented");
            case NOT_CLAIMED -> unsaid(authenticator, "not_claimed", lookedFor + "; what is presented is another's");
            case HELD -> unsaid(authenticator, "not_counted", "its credential holds, and another's word decided");
        };
    }

    private static Step unsaid(Authenticator authenticator, String outcome, String detail) {
        return new Step(
                authenticator.name(), Optional.of(authenticator.method().label()), outcome, Optional.empty(), Optional.empty(),
                Optional.empty(), places(authenticator), detail);
    }

    private static List<String> places(Authenticator authenticator) {
        return authenticator.method() == AuthMethod.MTLS
                ? List.of("client certificate")
                : authenticator.locations().stream().map(Explanation::place).sorted().toList();
    }

    private static String place(CredentialLocation location) {
        return switch (location) {
            case CredentialLocation.Field(String name) -> name;
            case CredentialLocation.Scheme(String field, String scheme) -> field + ": " + scheme;
            case CredentialLocation.Cookie(String name) -> "Cookie: " + name;
        };
    }
}
