package dev.sallyport.core.state;

import dev.sallyport.core.port.GatewayEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Remembers in this process alone. Full means refused: what is still in its window is never forgotten. */
public final class InMemoryReplayStore implements ReplayStore {
    /** Uses remembered at once: some 200 bytes each, and 600 deliveries a second with a tolerance of 5 minutes. */
    public static final int DEFAULT_CAPACITY = 200_000;

    /** In which webhooks and DPoP proofs of requests are remembered. */
    private static final String LIMIT = "replay_store";

    private final Room room;
    private final GatewayEvents events;
    private final Map<String, OneTimeUse> spent = new HashMap<>();
    /** How many of them each is to account for. */
    private final Map<String, Integer> accounts = new HashMap<>();
    private final TreeSet<OneTimeUse> byEnd = new TreeSet<>(Comparator.comparing(OneTimeUse::until).thenComparing(OneTimeUse::key));
    /** The latest end among the uses that were forgotten. */
    private Instant forgottenUntil = Instant.MIN;

    /**
     * How much is remembered.
     *
     * @param limit under which metrics count that it was not enough
     * @param capacity uses at once
     * @param perAccount of those of one {@link OneTimeUse#authenticator}, so that nobody fills the room of all others
     */
    public record Room(String limit, int capacity, int perAccount) {
        /** Where all uses are as good as another's. */
        public static Room shared(String limit, int capacity) {
            return new Room(limit, capacity, capacity);
        }
    }

    /** The store of all routes together. */
    public InMemoryReplayStore(int capacity, GatewayEvents events) {
        this(Room.shared(LIMIT, capacity), events);
    }

    public InMemoryReplayStore(Room room, GatewayEvents events) {
        this.room = room;
        this.events = events;
    }

    @Override
    public CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now) {
        Outcome outcome = uses.isEmpty() ? Outcome.SPENT : spendAll(uses, now);
        if (outcome instanceof Outcome.Full) {
            events.limitReached(room.limit());
        }
        return CompletableFuture.completedFuture(outcome);
    }

    private synchronized Outcome spendAll(List<OneTimeUse> uses, Instant now) {
        forgetEnded(now);
        List<OneTimeUse> added = new ArrayList<>(uses.size());
        for (OneTimeUse use : uses) {
            Outcome outcome = spend(use);
            if (!(outcome instanceof Outcome.Spent)) {
                added.forEach(this::forget);
                return outcome;
            }
            added.add(use);
        }
        return Outcome.SPENT;
    }

    private Outcome spend(OneTimeUse use) {
        // A request may be slow: it came in time, and by now its use, if there was one, is forgotten. Time is the request's,
        // so without this a replay would only have to trickle its content until the window's end.
        if (spent.containsKey(use.key()) || !use.until().isAfter(forgottenUntil)) {
            return new Outcome.Replayed(use);
        }
        if (spent.size() >= room.capacity() || accounts.getOrDefault(use.authenticator(), 0) >= room.perAccount()) {
            return new Outcome.Full(use);
        }
        remember(use);
        return Outcome.SPENT;
    }

    private void remember(OneTimeUse use) {
        forget(use);
        spent.put(use.key(), use);
        byEnd.add(use);
        accounts.merge(use.authenticator(), 1, Integer::sum);
    }

    /** One that was spent before this process began, whoever has how many. False where there is no room. */
    synchronized boolean restore(OneTimeUse use) {
        if (spent.size() >= room.capacity()) {
            return false;
        }
        remember(use);
        return true;
    }

    private void forgetEnded(Instant now) {
        // At its very end a use would still be accepted, so it is kept through it.
        while (!byEnd.isEmpty() && byEnd.first().until().isBefore(now)) {
            OneTimeUse ended = byEnd.first();
            forgottenUntil = ended.until().isAfter(forgottenUntil) ? ended.until() : forgottenUntil;
            forget(ended);
        }
    }

    @Override
    public synchronized void giveBack(List<OneTimeUse> uses) {
        uses.forEach(this::forget);
    }

    private void forget(OneTimeUse use) {
        OneTimeUse held = spent.remove(use.key());
        if (held != null) {
            byEnd.remove(held);
            accounts.computeIfPresent(held.authenticator(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    synchronized List<OneTimeUse> remembered() {
        return List.copyOf(spent.values());
    }

    /** Uses remembered now. */
    public synchronized int size() {
        return spent.size();
    }
}
