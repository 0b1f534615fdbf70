package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.Revoker;
import dev.sallyport.core.token.client.AuthenticatedClient;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * Has access tokens refused before they end: by the gateway's authenticators, and by introspection.
 *
 * @param lifetime of the longest of them
 */
public record CallingBack(Revocations revocations, Duration lifetime) {

    /** Without a journal nothing could be promised. */
    boolean isPossible() {
        return revocations.ledger().isPresent();
    }

    CompletionStage<Appended> token(AuthenticatedClient client, String tokenId, Instant expiry, Instant now) {
        return callBack(client, Revocation.token(tokenId, expiry), now);
    }

    /** All that came of one grant, as far as that is possible. */
    CompletionStage<Appended> family(AuthenticatedClient client, String id, Instant now) {
        return callBack(client, Revocation.session(id, now.plus(lifetime)), now);
    }

    /** In the client's own room, whoever asked in its name. */
    private CompletionStage<Appended> callBack(AuthenticatedClient client, Revocation revocation, Instant now) {
        return revocations.revoke(revocation.by(new Revoker.Client(client.id())), now).thenApply(outcome -> switch (outcome) {
            case RevocationLedger.Outcome.Kept() -> Appended.KEPT;
            case RevocationLedger.Outcome.Unkept unkept -> new Appended.NotKept(unkept.why());
        });
    }
}
