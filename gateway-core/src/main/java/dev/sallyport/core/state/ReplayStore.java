package dev.sallyport.core.state;

import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.time.Duration;
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

        /** Neither spent before nor now, for it could not be remembered: nothing may be let pass, and another time it may be good. */
        sealed interface Unspent extends Outcome {
            OneTimeUse use();

            Rejection rejection();
        }

        /** @param use the one that found no room */
        record Full(OneTimeUse use) implements Unspent {
            @Override
            public Rejection rejection() {
                return Rejection.of(RejectReason.REPLAY_STORE_FULL, "no room to remember this use").withRetryAfter(PAUSE);
            }
        }

        /**
         * @param use the first that may be forgotten by a restart
         * @param why for the log
         */
        record Unkept(OneTimeUse use, String why) implements Unspent {
            @Override
            public Rejection rejection() {
                return Rejection.of(RejectReason.STATE_UNAVAILABLE, why).withRetryAfter(PAUSE);
            }
        }

        Outcome SPENT = new Spent();

        /** After it, what is {@link Unspent} may be tried again. */
        Duration PAUSE = Duration.ofSeconds(1);
    }

    /** All or nothing, in one step; complete at once where the store is in memory. */
    CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now);

    /** Gives back what was spent for a request of which no byte reached an upstream. */
    void giveBack(List<OneTimeUse> uses);
}
