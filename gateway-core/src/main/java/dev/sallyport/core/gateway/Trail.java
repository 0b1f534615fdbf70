package dev.sallyport.core.gateway;

import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.reject.RejectReason;
import java.util.List;
import java.util.Optional;

/**
 * How a decision came about. The metric, the audit log and {@code sallyport explain} all read this one.
 *
 * @param route its id, or {@link #NO_ROUTE}
 * @param steps one for each authenticator that had a say, in order
 */
public record Trail(String route, List<Step> steps) {
    /** The metric label of a request that matched no route. */
    public static final String NO_ROUTE = "_none";

    public static final Trail UNROUTED = new Trail(NO_ROUTE, List.of());

    /** What became of an authenticator's say; the label is the constant in lower case. */
    public enum Outcome {
        ALLOWED,
        /** The client's credential is at fault. */
        REJECTED,
        /** A side service or the gateway itself is at fault. */
        FAILED
    }

    /**
     * @param authenticator its name, or {@link #NO_ROUTE} where the chain as a whole refused (nothing presented, scope lacking)
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
            String detail) {}
}
