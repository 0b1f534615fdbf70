package dev.sallyport.core.state;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journal;
import dev.sallyport.core.reject.RejectReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Remembers over a restart too: what is spent is in the journal before anybody is told that it was good. */
public final class KeptReplayStore implements ReplayStore {
    private final InMemoryReplayStore memory;
    private final Journal journal;

    private KeptReplayStore(InMemoryReplayStore memory, Journal journal) {
        this.memory = memory;
        this.journal = journal;
    }

    /** Whether a line of a journal is this store's. */
    public static boolean isRecord(String line) {
        return SpentRecord.read(line).isPresent();
    }

    /**
     * With what the journal holds.
     *
     * @param memory an empty one
     * @param records of which each {@link #isRecord}
     */
    public static KeptReplayStore of(Journal journal, List<String> records, InMemoryReplayStore memory, Instant now) {
        records.stream().map(SpentRecord::read).flatMap(Optional::stream)
                .filter(spent -> !spent.until().isBefore(now))
                .forEach(spent -> memory.spend(List.of(new OneTimeUse("", spent.key(), spent.until(), RejectReason.SIGNATURE_REPLAYED)), now));
        return new KeptReplayStore(memory, journal);
    }

    /** {@link Outcome.Unkept} where the journal does not take it. */
    @Override
    public CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now) {
        return memory.spend(uses, now).thenCompose(outcome -> outcome instanceof Outcome.Spent && !uses.isEmpty() ? keep(uses) : CompletableFuture.completedStage(outcome));
    }

    private CompletionStage<Outcome> keep(List<OneTimeUse> uses) {
        CompletionStage<Appended> kept = CompletableFuture.completedStage(Appended.KEPT);
        for (OneTimeUse use : uses) {
            String record = new SpentRecord(use.key(), use.until()).write();
            kept = kept.thenCombine(journal.append(record, this::records), (before, last) -> before instanceof Appended.NotKept ? before : last);
        }
        return kept.thenApply(appended -> switch (appended) {
            case Appended.Kept() -> Outcome.SPENT;
            case Appended.NotKept(String why) -> {
                memory.giveBack(uses);
                yield new Outcome.Unkept(uses.getFirst(), why);
            }
        });
    }

    private List<String> records() {
        return memory.remembered().stream().map(use -> new SpentRecord(use.key(), use.until()).write()).toList();
    }

    /** Not in the journal: after a restart it counts as spent all the same. */
    @Override
    public void giveBack(List<OneTimeUse> uses) {
        memory.giveBack(uses);
    }
}
