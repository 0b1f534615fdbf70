package dev.sallyport.core.policy;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.util.Collection;
import java.util.Optional;

/** A claim must have a value, or hold it among others. Whoever brings no claims satisfies none. */
public record RequireClaim(String claim, Condition condition) implements Policy {

    /** What is asked of the claim's value; values compare as text. */
    public sealed interface Condition {
        record EqualTo(String value) implements Condition {}

        /** The claim is an array with this member; a lone value is an array of one. */
        record Containing(String member) implements Condition {}
    }

    @Override
    public Optional<Rejection> check(Identity identity) {
        Object found = identity.claims().get(claim);
        boolean isSatisfied = found != null && switch (condition) {
            case Condition.EqualTo(String value) -> isScalar(found) && value.equals(String.valueOf(found));
            case Condition.Containing(String member) -> found instanceof Collection<?> members
                    ? members.stream().anyMatch(each -> each != null && isScalar(each) && member.equals(String.valueOf(each)))
                    : isScalar(found) && member.equals(String.valueOf(found));
        };
        return isSatisfied
                ? Optional.empty()
                : Optional.of(Rejection.of(RejectReason.CLAIM_NOT_SATISFIED, "claim `" + claim + "` is not " + condition));
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }
}
