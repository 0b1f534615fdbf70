package dev.sallyport.core.token.refresh;

import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.port.Journal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The refresh tokens that are good.
 *
 * <pre>
 *   begun ──right token──▶ rotated ──right token──▶ rotated …
 *      └──────────────────────┴─── any other token of it, revoked, LIFETIME over ──▶ ended
 * </pre>
 *
 * A token is good once. Whoever comes second with it, thief or owner, ends the family, and so does one that comes at the
 * same moment: which of two was the thief cannot be known (RFC 9700 §4.14.2). What is told to a client is in the journal
 * before, so no crash makes a spent token good again; and what the journal does not take is taken back, for it is told to
 * nobody: the token that was presented is good for another try.
 */
public final class RefreshFamilies {
    /** From the first token of a family to the end of its last. */
    public static final Duration LIFETIME = Duration.ofDays(7);

    /** Families at once, some 500 bytes each. */
    static final int MAX_FAMILIES = 100_000;

    /** Of one client; past it, its oldest ends. */
    static final int MAX_PER_CLIENT = 1_000;

    private final Journal journal;
    private final SecureRandom random = new SecureRandom();
    /** By client and id, each client's oldest first. */
    private final Map<String, LinkedHashMap<String, RefreshFamily>> live = new HashMap<>();
    private int size;

    private RefreshFamilies(Function<Supplier<List<String>>, Journal> journal) {
        this.journal = journal.apply(this::records);
    }

    /**
     * With what the journal holds.
     *
     * @param journal is given which families are live
     * @throws IllegalArgumentException with a clause for the operator: a record that cannot be read may be the one that matters
     */
    public static RefreshFamilies of(Function<Supplier<List<String>>, Journal> journal, List<String> records, Instant now) {
        RefreshFamilies families = new RefreshFamilies(journal);
        for (int number = 0; number < records.size(); number++) {
            int at = number + 1;
            switch (FamilyRecord.read(records.get(number)).orElseThrow(() -> new IllegalArgumentException("record " + at + " is no refresh token"))) {
                case FamilyRecord.Held(RefreshFamily family) -> families.put(family);
                case FamilyRecord.Ended(String client, String id) -> families.remove(client, id);
            }
        }
        families.forgetEnded(now);
        return families;
    }

    /** What asking gave. */
    public sealed interface Outcome {
        /** @param kept when it is on disk, and not before, the token may be told; where it is not kept, nothing has changed by then */
        record Issued(RefreshFamily family, RefreshToken token, CompletionStage<Appended> kept) implements Outcome {}

        /** Never issued to this client, or ended before. */
        record Unknown() implements Outcome {}

        /** It was replaced before; the family is ended now. */
        record Reused(RefreshFamily family, CompletionStage<Appended> kept) implements Outcome {}

        record Full() implements Outcome {}
    }

    /** A first token. Of a client that has as many as it may, the oldest ends when this one is on disk, and not before. */
    public synchronized Outcome begin(String client, Set<String> scopes, Set<String> audiences, Instant now) {
        if (size >= MAX_FAMILIES) {
            forgetEnded(now);
        }
        if (size >= MAX_FAMILIES && ownedBy(client).size() < MAX_PER_CLIENT) {
            return new Outcome.Full();
        }
        RefreshToken token = RefreshToken.begin(random);
        RefreshFamily family = new RefreshFamily(token.family(), client, token.sha256(), now, now.plus(LIFETIME), scopes, audiences);
        return new Outcome.Issued(family, token, hold(family, () -> remove(client, family.id())).thenApply(appended -> {
            if (appended instanceof Appended.Kept) {
                endBeyondTheBound(client);
            }
            return appended;
        }));
    }

    private synchronized void endBeyondTheBound(String client) {
        while (ownedBy(client).size() > MAX_PER_CLIENT) {
            var _ = end(ownedBy(client).values().iterator().next());
        }
    }

    /** The token that replaces this one. */
    public synchronized Outcome rotate(String client, RefreshToken presented, Instant now) {
        Optional<RefreshFamily> family = find(client, presented.family(), now);
        if (family.isEmpty()) {
            return new Outcome.Unknown();
        }
        if (!family.get().isCurrent(presented)) {
            return new Outcome.Reused(family.get(), end(family.get()));
        }
        RefreshToken next = presented.next(random);
        RefreshFamily rotated = family.get().with(next);
        return new Outcome.Issued(rotated, next, hold(rotated, () -> put(family.get())));
    }

    /** By its id, whichever of its tokens is good. */
    public synchronized Optional<RefreshFamily> find(String client, String family, Instant now) {
        return Optional.ofNullable(ownedBy(client).get(family)).filter(found -> now.isBefore(found.until()));
    }

    /** Empty where it is not good. */
    public synchronized Optional<RefreshFamily> findCurrent(String client, RefreshToken token, Instant now) {
        return find(client, token.family(), now).filter(family -> family.isCurrent(token));
    }

    /** Empty where there is nothing to end. */
    public synchronized Optional<CompletionStage<Appended>> revoke(String client, String family) {
        return Optional.ofNullable(ownedBy(client).get(family)).map(this::end);
    }

    /** @param undo brings back what was there before, where the record is not kept and nothing else became of the family since */
    private CompletionStage<Appended> hold(RefreshFamily family, Runnable undo) {
        put(family);
        return append(new FamilyRecord.Held(family)).thenApply(appended -> {
            if (appended instanceof Appended.NotKept) {
                undo(family, undo);
            }
            return appended;
        });
    }

    private synchronized void undo(RefreshFamily held, Runnable undo) {
        if (held.equals(ownedBy(held.client()).get(held.id()))) {
            undo.run();
        }
    }

    private Map<String, RefreshFamily> ownedBy(String client) {
        Map<String, RefreshFamily> own = live.get(client);
        return own == null ? Map.of() : own;
    }

    private CompletionStage<Appended> end(RefreshFamily family) {
        remove(family.client(), family.id());
        return append(new FamilyRecord.Ended(family.client(), family.id()));
    }

    private CompletionStage<Appended> append(FamilyRecord record) {
        return journal.append(FamilyRecord.write(record), this::records);
    }

    private synchronized List<String> records() {
        List<String> records = new ArrayList<>(size);
        live.values().forEach(own -> own.values().forEach(family -> records.add(FamilyRecord.write(new FamilyRecord.Held(family)))));
        return records;
    }

    private void put(RefreshFamily family) {
        size += live.computeIfAbsent(family.client(), _ -> new LinkedHashMap<>()).put(family.id(), family) == null ? 1 : 0;
    }

    private void remove(String client, String id) {
        Map<String, RefreshFamily> own = live.get(client);
        if (own != null && own.remove(id) != null) {
            size--;
            if (own.isEmpty()) {
                live.remove(client);
            }
        }
    }

    private void forgetEnded(Instant now) {
        for (Map<String, RefreshFamily> own : live.values()) {
            int before = own.size();
            own.values().removeIf(family -> !now.isBefore(family.until()));
            size -= before - own.size();
        }
        live.values().removeIf(Map::isEmpty);
    }

    /** Families that are good. */
    synchronized int size() {
        return size;
    }

    public void close() {
        journal.close();
    }
}
