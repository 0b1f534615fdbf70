package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Bystander;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a decision came about: the metric and the audit log read its steps, {@code sallyport explain} all of it.
 *
 * @param route its id, or {@link #NO_ROUTE}
 * @param steps one for each authenticator that had a say, in order
 * @param others of the chain, who did not decide; who is in neither list was not reached
 */
public record Trail(String route, List<Step> steps, List<Bystander> others) {
    /** The metric label of a request that matched no route. */
    public static final String NO_ROUTE = "_none";

    public static final Trail UNROUTED = new Trail(NO_ROUTE, List.of());

    public Trail(String route, List<Step> steps) {
        this(route, steps, List.of());
    }

    /** What became of an authenticator's say; the label is the constant in lower case. */
    public enum Outcome {
        ALLOWED,
        /** The client's credential is at fault. */
        REJECTED,
        /** A side service or the gateway itself is at fault. */
        FAILED
    }

    /**
     * @param authenticator its name, or {@link #NO_ROUTE} where the chain as a whole refused (nothing presented, scope lacking), or an endpoint had the say
     * @param credentialId public id of the credential, for logs
     * @param detail for logs only
     */
    public record Step(
            String authenticator,
            Optional<AuthMethod> method,
            Outcome outcome,
            Optional<RejectReason> reason,
            Optional<String> subject,
            Optional<String> credentialId,
            String detail) {

        static Step refused(Rejection rejection) {
            return refused(NO_ROUTE, Optional.empty(), rejection, Optional.empty());
        }

        static Step refused(Authenticator by, Rejection rejection, Optional<String> credentialId) {
            return refused(by.name(), Optional.of(by.method()), rejection, credentialId);
        }

        private static Step refused(
                String authenticator, Optional<AuthMethod> method, Rejection rejection, Optional<String> credentialId) {
            return new Step(
                    authenticator, method, outcome(rejection), Optional.of(rejection.reason()), Optional.empty(), credentialId, rejection.logDetail());
        }

        /** The same credential, refused after all. */
        private Step thenRefused(Rejection rejection) {
            return refused(authenticator, method, rejection, credentialId);
        }

        private static Step refused(Destination.Caller caller, Rejection rejection) {
            return new Step(
                    NO_ROUTE, Optional.empty(), outcome(rejection), Optional.of(rejection.reason()), Optional.of(caller.subject()), caller.credentialId(),
                    rejection.logDetail());
        }

        private static Outcome outcome(Rejection rejection) {
            return rejection.reason().fault() == RejectReason.Fault.CLIENT ? Outcome.REJECTED : Outcome.FAILED;
        }

        private static Step allowed(Destination.Caller caller) {
            return new Step(
                    NO_ROUTE, Optional.empty(), Outcome.ALLOWED, Optional.empty(), Optional.of(caller.subject()), caller.credentialId(),
                    caller.detail());
        }

        static Step allowed(Authenticator authenticator, Identity identity) {
            return new Step(
                    authenticator.name(), Optional.of(authenticator.method()), Outcome.ALLOWED, Optional.empty(),
                    Optional.of(identity.subject()), identity.credentialId(), "");
        }
    }

    /** A refusal before or after the authenticators' say. */
    static Trail refused(String route, Rejection rejection) {
        return new Trail(route, List.of(Step.refused(rejection)));
    }

    /** All held, and then the route refused: a scope lacking. */
    Trail thenRefused(Rejection rejection) {
        return then(Step.refused(rejection));
    }

    /** An endpoint refused somebody whom it may know. */
    Trail thenRefused(Rejection rejection, Optional<Destination.Caller> caller) {
        return then(caller.map(known -> Step.refused(known, rejection)).orElseGet(() -> Step.refused(rejection)));
    }

    /** An endpoint answered somebody whom it knows. */
    Trail thenAllowed(Destination.Caller caller) {
        return then(Step.allowed(caller));
    }

    private Trail then(Step step) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(step);
        return new Trail(route, List.copyOf(longer), others);
    }

    /** All held, and then what one of them took could not be spent. */
    Trail thenRefusedFor(String authenticator, Rejection rejection) {
        boolean isKnown = steps.stream().anyMatch(step -> step.authenticator().equals(authenticator));
        return isKnown
                ? new Trail(route, steps.stream().map(step -> step.authenticator().equals(authenticator) ? step.thenRefused(rejection) : step).toList(), others)
                : thenRefused(rejection);
    }
}
