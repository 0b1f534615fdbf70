package dev.sallyport.core.policy;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.Rejection;
import java.util.Optional;

/** What a route asks of a proven identity. */
public interface Policy {

    /** Empty when it is satisfied. */
    Optional<Rejection> check(Identity identity);
}
