package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's JWK Set, fetched and kept fresh.
 *
 * <pre>
 *            start, timer (ignores the cool-down)
 *   idle ──────────────────────────────────────────▶ in flight ──▶ succeeded: new set, misses forgotten, timer in refreshEvery
 *     ▲    a token's unknown key id, cool-down over      │    └───▶ failed: the old set stays, timer sooner
 *     └──────────────────────────────────────────────────┘
 * </pre>
 *
 * One fetch at a time; whoever needs a key meanwhile waits for that one. A set serves while it is in date, and for
 * {@code staleFor} beyond.
 */
public final class JwksKeySource implements KeySource {
    /** Requests that wait for one fetch; more are refused at once. */
    static final int MAX_WAITING = 1_000;

    /** Pause after the first failed refresh; it doubles with each further one. */
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    static final Duration MAX_RETRY = Duration.ofSeconds(30);

    /** However short a provider's max-age is. */
    static final Duration MIN_REFRESH = Duration.ofSeconds(5);

    private static final String WAITING_LIMIT = "jwks_waiting";
    private static final String COOL_DOWN_LIMIT = "coolDown";

    private final JwksRules rules;
    private final JwksFetch fetch;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final GatewayEvents events;
    private final MissedKeys missed;

    private volatile @Nullable Held held;

    // What follows is guarded by this.
    private @Nullable CompletableFuture<JwksFetch.Outcome> inFlight;
    private int waiting;
    private int failures;
    private String lastFailure = "";
    private @Nullable Instant lastAsked;
    private Scheduler.@Nullable Scheduled timer;
    private boolean retired;

    /** @param refreshDue when it stops being fresh */
    private record Held(KeySet set, int leftOut, Instant fetchedAt, Instant refreshDue) {}

    public JwksKeySource(JwksRules rules, HttpFetcher fetcher, Scheduler scheduler, InstantSource clock, GatewayEvents events) {
        this.rules = rules;
        this.fetch = new JwksFetch(rules, fetcher);
        this.scheduler = scheduler;
        this.clock = clock;
        this.events = events;
        this.missed = new MissedKeys(rules.coolDown());
    }

    /** Equal ones can take over from each other. */
    public JwksRules rules() {
        return rules;
    }

    @Override
    public void start() {
        refresh();
    }

    @Override
    public synchronized void retire() {
        retired = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public KeySet current(Instant now) {
        Held holding = held;
        return holding == null || now.isAfter(holding.refreshDue.plus(rules.staleFor())) ? KeySet.NONE : holding.set;
    }

    @Override
    public Lookup find(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        Optional<Lookup.Answer> known = Selection.of(current(now), keyId, algorithm);
        return known.isPresent() ? known.get() : findElsewhere(keyId, algorithm, now);
    }

    /** The key is not in hand: ask the provider, unless that was done a moment ago. */
    private Lookup findElsewhere(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        CompletableFuture<JwksFetch.Outcome> asked;
        Optional<CompletableFuture<JwksFetch.Outcome>> begun = Optional.empty();
        synchronized (this) {
            // Another thread's refresh may have ended since the look without the lock.
            Optional<Lookup.Answer> known = Selection.of(current(now), keyId, algorithm);
            if (known.isPresent()) {
                return known.get();
            }
            if (inFlight == null && (missed.contains(keyId, algorithm, now) || isCoolingDown(now))) {
                events.limitReached(COOL_DOWN_LIMIT);
                return settled(keyId, algorithm, now);
            }
            if (waiting >= MAX_WAITING) {
                events.limitReached(WAITING_LIMIT);
                return new Lookup.Unavailable(waiting + " requests wait for the JWK Set already", FIRST_RETRY);
            }
            waiting++;
            if (inFlight == null) {
                lastAsked = now;
                inFlight = new CompletableFuture<>();
                begun = Optional.of(inFlight);
            }
            // Taken here: once the lock is free this fetch may end, and who joined late would begin another.
            asked = inFlight;
        }
        begun.ifPresent(this::run);
        return new Lookup.Fetching(asked.thenApply(_ -> afterRefresh(keyId, algorithm)));
    }

    private boolean isCoolingDown(Instant now) {
        return lastAsked != null && MissedKeys.isWithin(lastAsked, now, rules.coolDown());
    }

    private synchronized Lookup.Answer afterRefresh(Optional<String> keyId, JwsAlgorithm algorithm) {
        waiting--;
        Instant now = clock.instant();
        return Selection.of(current(now), keyId, algorithm).orElseGet(() -> {
            if (failures == 0) {
                missed.add(keyId, algorithm, now);
            }
            return settled(keyId, algorithm, now);
        });
    }

    /** What can be said of a key that is not in hand, without asking anybody. */
    private Lookup.Answer settled(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
        boolean hasKeys = !current(now).isNone();
        // A miss under a successful refresh stays known, though the provider failed since.
        if (hasKeys && (failures == 0 || missed.contains(keyId, algorithm, now))) {
            return new Lookup.Unknown("the issuer's JWK Set has no key for the token's `kid` and `alg`");
        }
        return new Lookup.Unavailable("the JWK Set could not be fetched: " + lastFailure, retryPause());
    }

    /** Starts a refresh, or joins the one that is in flight. */
    private CompletionStage<JwksFetch.Outcome> refresh() {
        CompletableFuture<JwksFetch.Outcome> mine = new CompletableFuture<>();
        synchronized (this) {
            if (inFlight != null) {
                return inFlight;
            }
            inFlight = mine;
        }
        run(mine);
        return mine;
    }

    /** Outside the lock: a fetcher may complete at once, on this very thread. */
    private void run(CompletableFuture<JwksFetch.Outcome> mine) {
        var _ = fetch.run().thenAccept(outcome -> {
            settle(outcome);
            mine.complete(outcome);
        });
    }

    private void settle(JwksFetch.Outcome outcome) {
        synchronized (this) {
            inFlight = null;
            switch (outcome) {
                case JwksFetch.Outcome.Fetched(KeyList list, Optional<Duration> maxAge) -> take(list, maxAge);
                case JwksFetch.Outcome.Failed(String why) -> {
                    failures++;
                    lastFailure = why;
                    scheduleIn(retryPause());
                }
            }
        }
        switch (outcome) {
            case JwksFetch.Outcome.Fetched(KeyList list, var _) -> events.jwksRefreshed(
                    rules.name(), GatewayEvents.RefreshOutcome.SUCCEEDED, list.keys().size() + " keys taken, left out " + list.leftOut());
            case JwksFetch.Outcome.Failed(String why) -> events.jwksRefreshed(rules.name(), GatewayEvents.RefreshOutcome.FAILED, why);
        }
    }

    private void take(KeyList list, Optional<Duration> maxAge) {
        failures = 0;
        lastFailure = "";
        missed.clear();
        Duration pause = pause(maxAge);
        Instant now = clock.instant();
        Held before = held;
        // Only a changed set makes cached verifications void.
        KeySet old = before == null ? KeySet.NONE : before.set;
        KeySet set = before != null && old.keys().equals(list.keys()) ? old : new KeySet(old.generation() + 1, list.keys());
        held = new Held(set, list.leftOut().size(), now, now.plus(pause));
        scheduleIn(pause);
    }

    /** The provider's word counts between our least pause and {@code refreshEvery}. */
    private Duration pause(Optional<Duration> maxAge) {
        Duration least = MIN_REFRESH.compareTo(rules.refreshEvery()) < 0 ? MIN_REFRESH : rules.refreshEvery();
        Duration wanted = maxAge.orElse(rules.refreshEvery());
        if (wanted.compareTo(rules.refreshEvery()) > 0) {
            return rules.refreshEvery();
        }
        return wanted.compareTo(least) < 0 ? least : wanted;
    }

    private Duration retryPause() {
        Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 5));
        Duration bounded = doubled.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : doubled;
        return bounded.compareTo(rules.refreshEvery()) > 0 ? rules.refreshEvery() : bounded;
    }

    private void scheduleIn(Duration pause) {
        if (timer != null) {
            timer.cancel();
        }
        if (!retired) {
            timer = scheduler.schedule(pause, this::refresh);
        }
    }

    @Override
    public synchronized KeyHealth health(Instant now) {
        Optional<String> failure = lastFailure.isEmpty() ? Optional.empty() : Optional.of(lastFailure);
        Held holding = held;
        if (holding == null) {
            return new KeyHealth(KeyHealth.State.UNAVAILABLE, Optional.empty(), 0, 0, failure);
        }
        KeyHealth.State state = current(now).isNone() ? KeyHealth.State.UNAVAILABLE
                : now.isAfter(holding.refreshDue) && failures > 0 ? KeyHealth.State.STALE : KeyHealth.State.FRESH;
        Duration age = Duration.between(holding.fetchedAt, now);
        return new KeyHealth(state, Optional.of(age), current(now).keys().size(), holding.leftOut, failure);
    }
}
