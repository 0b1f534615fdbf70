package dev.sallyport.core.state.revocation;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Revocations that were called for while the gateway runs. In force at once; promised only when the journal has them, so
 * that a crash brings none back.
 */
public final class RevocationLedger implements RevocationList {
    /** Entries at once, some 200 bytes each, beside those of the operator, of whom there is one. */
    public static final int MAX_ENTRIES = 100_000;

    /** Of all clients of the token service together: what is left is for providers that tell of log-outs. */
    public static final int MAX_OF_CLIENTS = 40_000;

    /** Of one client: as many families as it can have, and as many tokens. */
    public static final int MAX_PER_CLIENT = 2_000;

    private final Journal journal;
    private final GatewayEvents events;
    private final RevokedCredentials revoked = new RevokedCredentials();

    private RevocationLedger(Journal journal, GatewayEvents events) {
        this.journal = journal;
        this.events = events;
    }

    /**
     * With what the journal holds.
     *
     * @throws IllegalArgumentException with a clause for the operator: a record that cannot be read may be the one that matters
     */
    public static RevocationLedger of(Journal journal, List<String> records, GatewayEvents events) {
        RevocationLedger ledger = new RevocationLedger(journal, events);
        for (int number = 0; number < records.size(); number++) {
            int at = number + 1;
            ledger.revoked.add(RevocationRecord.read(records.get(number))
                    .orElseThrow(() -> new IllegalArgumentException("record " + at + " is no revocation")));
        }
        return ledger;
    }

    /** What became of a call. */
    public sealed interface Outcome {
        record Kept() implements Outcome {}

        /** Nothing may be promised. */
        sealed interface Unkept extends Outcome {
            /** For the log. */
            String why();
        }

        /** In force now, and perhaps not after a restart. */
        record NotKept(String why) implements Unkept {}

        /** Not in force, for as many are. None of the operator's. */
        record Full() implements Unkept {
            @Override
            public String why() {
                return "the bound on revocations is reached, " + MAX_PER_CLIENT + " of a client, " + MAX_OF_CLIENTS + " of all clients, "
                        + MAX_ENTRIES + " in all, and this one is not in force";
            }
        }

        Outcome KEPT = new Kept();
    }

    /** @param longestLifetime of any token that is taken; absent where one may live for ever */
    public CompletionStage<Outcome> revoke(Revocation revocation, Instant now, Optional<Duration> longestLifetime) {
        revoked.forgetEnded(now.minus(Revocations.GRACE), longestLifetime);
        Optional<RevocationRoom> full = revoked.names(revocation) ? Optional.empty() : RevocationRoom.findFull(revocation.by(), revoked);
        if (full.isPresent()) {
            events.limitReached(full.get().limit());
            return CompletableFuture.completedStage(new Outcome.Full());
        }
        revoked.add(revocation);
        return journal.append(RevocationRecord.write(revocation), this::records).thenApply(appended -> switch (appended) {
            case Appended.Kept() -> Outcome.KEPT;
            case Appended.NotKept(String why) -> new Outcome.NotKept(why);
        });
    }

    private List<String> records() {
        return revoked.all().stream().map(RevocationRecord::write).toList();
    }

    @Override
    public boolean covers(List<RevocationHandle> handles, Instant now) {
        return revoked.covers(handles, now);
    }

    public List<Revocation> all() {
        return revoked.all();
    }

    public void close() {
        journal.close();
    }
}
