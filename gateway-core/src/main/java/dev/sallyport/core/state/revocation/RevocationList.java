package dev.sallyport.core.state.revocation;

import dev.sallyport.core.identity.RevocationHandle;
import java.time.Instant;
import java.util.List;

/** Answers from a local copy whether a credential that is still in date was called back. */
public interface RevocationList {

    /** Asked for each request, cached credentials included. */
    boolean covers(List<RevocationHandle> handles, Instant now);

    RevocationList NONE = (_, _) -> false;
}
