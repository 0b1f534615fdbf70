package dev.sallyport.core.policy;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All of these scopes are needed; an identity without any scope has none of them. */
public record RequireScopes(Set<String> scopes) implements Policy {

    @Override
    public Optional<Rejection> check(Identity identity) {
        if (identity.scopes().containsAll(scopes)) {
            return Optional.empty();
        }
        Set<String> missing = new TreeSet<>(scopes);
        missing.removeAll(identity.scopes());
        return Optional.of(Rejection.of(RejectReason.SCOPE_INSUFFICIENT, "missing scopes " + missing));
    }
}
