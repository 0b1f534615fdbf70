package dev.sallyport.core.auth;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What an authenticator says of a request. Claiming is decided at once; only validity may take time. Absent is not
 * invalid: {@link NotClaimed} lets the chain look further, {@link Rejected} ends it.
 */
public sealed interface Verdict {
    /** No credential of this authenticator's kind is there. */
    record NotClaimed() implements Verdict {}

    /** Ask again with the whole content, of at most so many bytes. */
    record NeedsBody(int maxBytes) implements Verdict {}

    /** Keys must be fetched, or a costly verification waits its turn. */
    record Pending(CompletionStage<Final> settled) implements Verdict {}

    /** The last word. */
    sealed interface Final extends Verdict {}

    /**
     * @param spend what may be accepted only once; it is spent as the very last step before forwarding
     */
    record Authenticated(Identity identity, Optional<OneTimeUse> spend) implements Final {}

    /** @param credentialId public id of the credential, for logs; only where the credential itself was proven, and is no longer good */
    record Rejected(Rejection rejection, Optional<String> credentialId) implements Final {
        public Rejected(Rejection rejection) {
            this(rejection, Optional.empty());
        }
    }

    Verdict NOT_CLAIMED = new NotClaimed();
}
