package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream.Balance;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses the target of a request. */
final class Balancer {
    /** Up to so many targets the least busy one is looked for; above, the less busy of two drawn ones serves as well. */
    private static final int MOST_TO_SCAN = 4;

    private final Balance balance;
    private final List<TargetState> targets;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param targets at least one
     */
    Balancer(Balance balance, List<TargetState> targets) {
        this.balance = balance;
        this.targets = targets;
    }

    /**
     * @param avoided passed over while there is another; ejection, too, only ever narrows the choice and never empties it
     */
    TargetState choose(Set<Target> avoided, long nowNanos) {
        boolean allTrusted = true;
        for (TargetState target : targets) {
            if (!target.isTrusted()) {
                allTrusted = false;
                if (!avoided.contains(target.target()) && target.beginTrial(nowNanos)) {
                    return target;
                }
            }
        }
        return pick(allTrusted && avoided.isEmpty() ? targets : candidates(avoided));
    }

    private List<TargetState> candidates(Set<Target> avoided) {
        List<TargetState> untried = targets.stream().filter(target -> !avoided.contains(target.target())).toList();
        if (untried.isEmpty()) {
            return targets;
        }
        List<TargetState> trusted = untried.stream().filter(TargetState::isTrusted).toList();
        return trusted.isEmpty() ? untried : trusted;
    }

    private TargetState pick(List<TargetState> candidates) {
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        return switch (balance) {
            case ROUND_ROBIN -> candidates.get(nextTurn(candidates.size()));
            case LEAST_REQUESTS -> candidates.size() <= MOST_TO_SCAN ? leastBusy(candidates) : lessBusyOfTwo(candidates);
        };
    }

    private int nextTurn(int size) {
        return Math.floorMod(turn.getAndIncrement(), size);
    }

    /** Starts at another one each time, so that equals take turns. */
    private TargetState leastBusy(List<TargetState> candidates) {
        int start = nextTurn(candidates.size());
        TargetState least = candidates.get(start);
        for (int step = 1; step < candidates.size(); step++) {
            least = lessBusy(least, candidates.get((start + step) % candidates.size()));
        }
        return least;
    }

    private static TargetState lessBusyOfTwo(List<TargetState> candidates) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int one = random.nextInt(candidates.size());
        int other = (one + 1 + random.nextInt(candidates.size() - 1)) % candidates.size();
        return lessBusy(candidates.get(one), candidates.get(other));
    }

    private static TargetState lessBusy(TargetState one, TargetState other) {
        return other.inFlight() < one.inFlight() ? other : one;
    }
}
