package dev.sallyport.core.key;

import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.Journal;
import dev.sallyport.core.port.Scheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys with which the gateway signs, of which one signs at a time.
 *
 * <pre>
 *   made ──published ahead──▶ signs ──rotateEvery──▶ published on ──overlap──▶ gone
 * </pre>
 *
 * With a journal they outlive the process; what is lost with one that fails is the key, and readers fetch the next.
 */
public final class SigningRing {
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final Optional<Journal> journal;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final CpuWorker worker;
    private SigningRules rules;
    /** The first signs or did; never empty. */
    private volatile List<Entry> entries;
    private volatile KeySet verification = KeySet.NONE;
    private Optional<Scheduler.Scheduled> look = Optional.empty();

    /** @param overlap the longest under which it was published: what it signed may be as old */
    private record Entry(TokenSigner key, Instant from, Duration overlap) {
        Entry published(Duration changed) {
            return changed.compareTo(overlap) > 0 ? new Entry(key, from, changed) : this;
        }

        String record() {
            return from.getEpochSecond() + " " + key.secretText();
        }

        static Optional<Entry> parse(String record, Duration overlap) {
            int space = record.indexOf(' ');
            boolean isDated = space > 0 && space < 19 && record.chars().limit(space).allMatch(letter -> letter >= '0' && letter <= '9');
            return isDated
                    ? TokenSigner.parse(record.substring(space + 1)).map(key -> new Entry(key, Instant.ofEpochSecond(Long.parseLong(record.substring(0, space))), overlap))
                    : Optional.empty();
        }
    }

    private SigningRing(
            SigningRules rules, Optional<Journal> journal, List<Entry> kept, InstantSource clock, Scheduler scheduler, CpuWorker worker) {
        this.rules = rules;
        this.journal = journal;
        this.clock = clock;
        this.scheduler = scheduler;
        this.worker = worker;
        this.entries = kept;
        renew(clock.instant());
    }

    /** Keys that end with the process. */
    public static SigningRing inMemory(SigningRules rules, InstantSource clock, Scheduler scheduler, CpuWorker worker) {
        return new SigningRing(rules, Optional.empty(), List.of(), clock, scheduler, worker);
    }

    /**
     * Keys that a journal has.
     *
     * @throws IllegalArgumentException with a clause for the operator
     */
    public static SigningRing kept(
            SigningRules rules, Journal journal, List<String> records, InstantSource clock, Scheduler scheduler, CpuWorker worker) {
        List<Entry> kept = new ArrayList<>();
        for (String record : records) {
            kept.add(Entry.parse(record, rules.overlap()).orElseThrow(() -> new IllegalArgumentException("record " + (kept.size() + 1) + " is no signing key")));
        }
        return new SigningRing(rules, Optional.of(journal), List.copyOf(kept), clock, scheduler, worker);
    }

    /** The key that signs now. */
    public TokenSigner current(Instant now) {
        List<Entry> all = entries;
        for (int index = all.size() - 1; index > 0; index--) {
            if (!all.get(index).from.isAfter(now)) {
                return all.get(index).key;
            }
        }
        return all.getFirst().key;
    }

    /** Those that signed, the one that signs, and the next. */
    public List<TokenSigner> published() {
        return entries.stream().map(Entry::key).toList();
    }

    /** The same, for whoever verifies in this process. */
    public KeySet verification() {
        return verification;
    }

    /** Begins to rotate by itself; once. */
    public synchronized void start() {
        look = Optional.of(scheduler.schedule(LOOK_EVERY, this::look));
    }

    /**
     * From the next look on, within a minute: another algorithm is one more key, and those that signed stay for their
     * overlap, which may become longer and not shorter.
     */
    public synchronized void follow(SigningRules changed) {
        rules = changed;
        entries = entries.stream().map(entry -> entry.published(changed.overlap())).toList();
    }

    /** Stops for good; what it holds still serves the requests that began with it. */
    public synchronized void retire() {
        look.ifPresent(Scheduler.Scheduled::cancel);
        look = Optional.empty();
        journal.ifPresent(Journal::close);
    }

    /** Making a key may take long, and this is the timer's thread. Without room for it, the next look will do. */
    private synchronized void look() {
        if (look.isPresent()) {
            worker.submit(() -> {
                renew(clock.instant());
                return published();
            });
            look = Optional.of(scheduler.schedule(LOOK_EVERY, this::look));
        }
    }

    synchronized void renew(Instant now) {
        List<Entry> kept = new ArrayList<>();
        for (int index = 0; index < entries.size(); index++) {
            Entry entry = entries.get(index);
            boolean isGone = index + 1 < entries.size() && entries.get(index + 1).from.plus(entry.overlap).isBefore(now);
            if (!isGone) {
                kept.add(entry);
            }
        }
        if (kept.isEmpty()) {
            kept.add(new Entry(TokenSigner.generate(rules.algorithm()), now, rules.overlap()));
        } else if (isReplaced(kept.getLast(), now)) {
            Instant due = isOfAnotherKind(kept.getLast()) ? now : kept.getLast().from.plus(rules.rotateEvery());
            Instant soonest = now.plus(rules.publishedAhead());
            kept.add(new Entry(TokenSigner.generate(rules.algorithm()), due.isAfter(soonest) ? due : soonest, rules.overlap()));
        } else {
            hold(kept);
            return;
        }
        hold(kept);
        journal.ifPresent(file -> file.append(kept.getLast().record(), () -> entries.stream().map(Entry::record).toList()));
    }

    private boolean isReplaced(Entry last, Instant now) {
        return isOfAnotherKind(last) || !now.isBefore(last.from.plus(rules.rotateEvery()).minus(rules.publishedAhead()));
    }

    private boolean isOfAnotherKind(Entry last) {
        return last.key.verification().algorithm() != rules.algorithm();
    }

    private void hold(List<Entry> kept) {
        List<KeyMaterial> keys = kept.stream().<KeyMaterial>map(entry -> entry.key.verification()).toList();
        entries = List.copyOf(kept);
        verification = verification.keys().equals(keys) ? verification : new KeySet(verification.generation() + 1, keys);
    }

    /** A key set for whoever verifies (RFC 7517 §5). */
    public static byte[] publicKeys(List<SigningRing> rings) {
        return TokenSigner.publicKeys(rings.stream().flatMap(ring -> ring.published().stream()).toList()).getBytes(StandardCharsets.UTF_8);
    }
}
