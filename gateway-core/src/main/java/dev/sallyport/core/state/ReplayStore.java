package dev.sallyport.core.state;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Remembers what was spent. Bounded, and never forgets before {@link OneTimeUse#until}: an early eviction is the replay
 * attack itself.
 */
public interface ReplayStore {

    /** What became of all uses of a request. */
    sealed interface Outcome {
        record Spent() implements Outcome {}

        /** @param use the one that was spent before */
        record Replayed(OneTimeUse use) implements Outcome {}

        /** @param use the one that found no room, in memory or on the disk */
        record Full(OneTimeUse use) implements Outcome {}

        Outcome SPENT = new Spent();
    }

    /** All or nothing, in one step; complete at once where the store is in memory. */
    CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now);

    /** Gives back what was spent for a request of which no byte reached an upstream. */
    void giveBack(List<OneTimeUse> uses);
}
