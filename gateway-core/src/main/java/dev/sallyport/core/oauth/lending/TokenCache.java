package dev.sallyport.core.oauth.lending;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.oauth.call.SingleFlight;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tokens that an authorization server gave the gateway for one upstream, each under the key of whom it was asked for. For
 * a key there is one call at a time; a token is renewed ahead of its end, and given out until that even while the server
 * is down. One that its upstream refused is set aside, and goes up again only while no other can be had: the refusal may
 * have had another cause. What went wrong is held against a key for a pause, and hides no token that is in hand.
 */
final class TokenCache {
    /** Least pause between two calls for a key: a server that refuses us or is down is not asked for each request. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Calls to the server under way at once. */
    static final int MAX_CALLS = 256;

    /** Bytes of tokens in hand; as many may be set aside. */
    static final long MAX_WEIGHT = 16L * 1024 * 1024;

    /** What an entry costs beside its token. */
    private static final int ENTRY_WEIGHT = 512;

    /** Keys for which something went wrong lately. */
    static final int MAX_FAILURES = 10_000;

    private final Cache<String, IssuedToken> held = tokens();
    private final Cache<String, IssuedToken> setAside = tokens();
    private final Cache<String, Failure> failures = Caffeine.newBuilder().maximumSize(MAX_FAILURES).executor(Runnable::run).build();
    private final SingleFlight<String, TokenOutcome> flights = new SingleFlight<>(MAX_CALLS);

    private record Failure(TokenOutcome outcome, Instant at) {
        boolean isLately(Instant now) {
            // By distance: a clock that was set back must not keep it alive.
            return Duration.between(at, now).abs().compareTo(PAUSE) < 0;
        }
    }

    /** How a token for a key is asked for. */
    interface Call {
        /** Never completes exceptionally. */
        CompletionStage<Answer> ask(Instant now);
    }

    /** What a call gave. */
    sealed interface Answer {
        record Given(IssuedToken token) implements Answer {}

        record None(TokenOutcome why) implements Answer {}
    }

    private static Cache<String, IssuedToken> tokens() {
        return Caffeine.newBuilder()
                .maximumWeight(MAX_WEIGHT)
                .weigher((String _, IssuedToken token) -> ENTRY_WEIGHT + token.authorization().length())
                .executor(Runnable::run)
                .build();
    }

    /** Never blocks; complete at once while a token is in hand. */
    CompletionStage<TokenOutcome> obtain(String key, Call call, Instant now) {
        Optional<IssuedToken> usable = find(key, now);
        if (usable.isPresent() && usable.get().isFresh(now)) {
            return inHand(key, call, usable.get());
        }
        CompletionStage<TokenOutcome> fetched = fetch(key, call, now).thenApply(outcome -> orSetAside(key, call, outcome, now));
        return usable.map(token -> inHand(key, call, token)).orElse(fetched);
    }

    /** This very token, unless it has just come: whatever the upstream dislikes then, another would not help. */
    void drop(String key, IssuedToken refused, Instant now) {
        if (!isYoung(refused, now) && held.asMap().remove(key, refused)) {
            setAside.put(key, refused);
        }
    }

    /** Empty where it would help no more than this one. */
    Optional<CompletionStage<TokenOutcome>> replace(String key, Call call, IssuedToken refused, Instant now) {
        drop(key, refused, now);
        boolean isStillThere = refused.equals(held.getIfPresent(key));
        return isStillThere ? Optional.empty() : Optional.of(find(key, now).map(token -> inHand(key, call, token)).orElseGet(() -> fetch(key, call, now)));
    }

    private static boolean isYoung(IssuedToken token, Instant now) {
        return Duration.between(token.issuedAt(), now).abs().compareTo(PAUSE) < 0;
    }

    private Optional<IssuedToken> find(String key, Instant now) {
        return Optional.ofNullable(held.getIfPresent(key)).filter(token -> token.serves(now));
    }

    private TokenOutcome orSetAside(String key, Call call, TokenOutcome outcome, Instant now) {
        return switch (outcome) {
            case TokenOutcome.Unavailable _ -> Optional.ofNullable(setAside.getIfPresent(key))
                    .filter(token -> token.serves(now))
                    .map(token -> lent(key, call, token))
                    .orElse(outcome);
            case TokenOutcome.Issued _, TokenOutcome.Refused _ -> outcome;
        };
    }

    private CompletionStage<TokenOutcome> fetch(String key, Call call, Instant now) {
        Failure lately = failures.getIfPresent(key);
        if (lately != null && lately.isLately(now)) {
            return CompletableFuture.completedStage(lately.outcome);
        }
        return flights.join(key, () -> start(key, call, now))
                .orElseGet(() -> CompletableFuture.completedStage(new TokenOutcome.Unavailable(MAX_CALLS + " calls to the token endpoint are under way")));
    }

    private CompletionStage<TokenOutcome> start(String key, Call call, Instant now) {
        Optional<IssuedToken> meanwhile = find(key, now).filter(token -> token.isFresh(now));
        return meanwhile.map(token -> inHand(key, call, token)).orElseGet(() -> call.ask(now).thenApply(answer -> take(key, call, answer, now)));
    }

    private TokenOutcome take(String key, Call call, Answer answer, Instant now) {
        return switch (answer) {
            case Answer.Given(IssuedToken token) -> {
                held.put(key, token);
                setAside.invalidate(key);
                failures.invalidate(key);
                yield lent(key, call, token);
            }
            case Answer.None(TokenOutcome why) -> {
                failures.put(key, new Failure(why, now));
                yield why;
            }
        };
    }

    private CompletionStage<TokenOutcome> inHand(String key, Call call, IssuedToken token) {
        return CompletableFuture.completedStage(lent(key, call, token));
    }

    private TokenOutcome lent(String key, Call call, IssuedToken token) {
        return new TokenOutcome.Issued(new LentToken(this, key, call, token));
    }
}
