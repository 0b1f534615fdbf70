package dev.sallyport.core.state;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Remembers over a restart too: what is spent is in the journal before anybody is told that it was good. */
public final class KeptReplayStore implements ReplayStore {
    private final InMemoryReplayStore memory;
    private final Journal journal;

    private KeptReplayStore(InMemoryReplayStore memory, Function<Supplier<List<String>>, Journal> journal) {
        this.memory = memory;
        this.journal = journal.apply(this::records);
    }

    /** Whether a line of a journal is this store's. */
    public static boolean isRecord(String line) {
        return SpentRecord.isOne(line);
    }

    /**
     * With what the journal holds.
     *
     * @param journal is given what of this store is live
     * @param records of which each {@link #isRecord}
     * @param memory an empty one
     * @throws IllegalArgumentException with a clause for the operator: a record without its time, or more than the memory holds
     */
    public static KeptReplayStore of(
            Function<Supplier<List<String>>, Journal> journal, List<String> records, InMemoryReplayStore memory, Instant now) {
        for (int number = 0; number < records.size(); number++) {
            int at = number + 1;
            remember(memory, now, SpentRecord.read(records.get(number)).orElseThrow(() -> new IllegalArgumentException(
                    "record " + at + " of what was spent names nobody, or no time between the years 1970 and 9999")));
        }
        return new KeptReplayStore(memory, journal);
    }

    private static void remember(InMemoryReplayStore memory, Instant now, SpentRecord spent) {
        // Left out, it could be used again.
        if (!spent.until().isBefore(now) && !memory.restore(spent.use())) {
            throw new IllegalArgumentException("it holds more than the " + memory.size() + " uses that can be remembered");
        }
    }

    /** {@link Outcome.Unkept} where the journal does not take it. */
    @Override
    public CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now) {
        return memory.spend(uses, now).thenCompose(outcome -> outcome instanceof Outcome.Spent && !uses.isEmpty() ? keep(uses) : CompletableFuture.completedStage(outcome));
    }

    private CompletionStage<Outcome> keep(List<OneTimeUse> uses) {
        CompletionStage<Appended> kept = CompletableFuture.completedStage(Appended.KEPT);
        for (OneTimeUse use : uses) {
            String record = SpentRecord.of(use).write();
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
        return memory.remembered().stream().map(use -> SpentRecord.of(use).write()).toList();
    }

    /** Not in the journal: after a restart it counts as spent all the same. */
    @Override
    public void giveBack(List<OneTimeUse> uses) {
        memory.giveBack(uses);
    }
}
