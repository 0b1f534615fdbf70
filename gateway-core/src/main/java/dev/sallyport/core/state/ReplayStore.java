package dev.sallyport.core.state;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Remembers what was spent. Bounded, and never forgets before {@link OneTimeUse#until}: an early eviction is the replay
 * attack itself.
 */
public interface ReplayStore {

    enum Outcome { SPENT, REPLAYED, FULL }

    /** All or nothing, in one step; complete at once where the store is in memory. */
    CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now);

    /** Gives back what was spent for a request of which no byte reached an upstream. */
    void giveBack(List<OneTimeUse> uses);
}
