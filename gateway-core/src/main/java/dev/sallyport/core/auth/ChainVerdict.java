package dev.sallyport.core.auth;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a route's chain says of a request. */
public sealed interface ChainVerdict {
    /** Ask again with the whole content, of at most so many bytes. */
    record NeedsBody(int maxBytes) implements ChainVerdict {}

    record Pending(CompletionStage<Final> settled) implements ChainVerdict {}

    /** The last word. */
    sealed interface Final extends ChainVerdict {}

    /**
     * @param by everyone whose credential counted, with whom it proved; the first is the identity
     * @param spends to be spent in one step before forwarding
     * @param others of the chain, who did not decide
     */
    record Accepted(Identity identity, List<Vouched> by, List<OneTimeUse> spends, List<Bystander> others) implements Final {}

    /**
     * @param by absent where the chain as a whole refused
     * @param credentialId of the refused credential, where it was proven
     * @param others of the chain, who did not decide; who is not among them was not reached
     */
    record Refused(Optional<Authenticator> by, Rejection rejection, Optional<String> credentialId, List<Bystander> others)
            implements Final {}

    /** One authenticator's word for one identity. */
    record Vouched(Authenticator authenticator, Identity identity) {}
}
