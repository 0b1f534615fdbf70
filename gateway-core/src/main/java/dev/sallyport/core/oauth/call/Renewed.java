package dev.sallyport.core.oauth.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Something that another server gives out for a while: fetched by one call at a time, anew ahead of its end, and served
 * until that even while the server is down.
 */
public final class Renewed<T> {
    /** Least pause between two calls: a server that is down is not asked for each request. */
    public static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<CompletionStage<Fetch<T>>> call;
    private Optional<Held<T>> held = Optional.empty();
    private Optional<CompletableFuture<Outcome<T>>> flight = Optional.empty();
    private Optional<Failure> lastFailure = Optional.empty();

    private record Held<T>(T value, Instant fetchedAt, Instant renewFrom, Instant until) {}

    private record Failure(String why, Instant at) {}

    /** What a call gave. */
    public sealed interface Fetch<T> {
        /**
         * @param renewAfter when it is fetched anew, while it still serves
         * @param holds how long it serves
         */
        record Fetched<T>(T value, Duration renewAfter, Duration holds) implements Fetch<T> {}

        record Failed<T>(String why) implements Fetch<T> {}
    }

    /** What asking gave. */
    public sealed interface Outcome<T> {
        record Known<T>(T value) implements Outcome<T> {}

        record Unavailable<T>(String why) implements Outcome<T> {}
    }

    /** @param call may fail in any way; it is not made while another is under way */
    public Renewed(Supplier<CompletionStage<Fetch<T>>> call) {
        this.call = call;
    }

    /** Never blocks; complete at once while a value is in hand. */
    public synchronized CompletionStage<Outcome<T>> find(Instant now) {
        // A clock that went back makes it look younger than new.
        Optional<Held<T>> usable = held.filter(each -> now.isBefore(each.until) && !now.isBefore(each.fetchedAt.minus(PAUSE)));
        boolean isDue = usable.isEmpty() || !now.isBefore(usable.get().renewFrom);
        Optional<CompletionStage<Outcome<T>>> fetched = isDue ? Optional.of(fetch(now)) : Optional.empty();
        return usable.<CompletionStage<Outcome<T>>>map(each -> CompletableFuture.completedStage(new Outcome.Known<>(each.value)))
                .or(() -> fetched)
                .orElseThrow();
    }

    private CompletionStage<Outcome<T>> fetch(Instant now) {
        if (flight.isPresent()) {
            return flight.get();
        }
        Optional<Failure> lately = lastFailure.filter(failure -> Duration.between(failure.at, now).abs().compareTo(PAUSE) < 0);
        if (lately.isPresent()) {
            return CompletableFuture.completedStage(new Outcome.Unavailable<>(lately.get().why));
        }
        CompletableFuture<Outcome<T>> mine = new CompletableFuture<>();
        flight = Optional.of(mine);
        SingleFlight.start(call)
                .handle((fetch, defect) -> defect == null ? fetch : new Fetch.Failed<T>(defect.getClass().getSimpleName()))
                .thenAccept(fetch -> mine.complete(land(fetch, now)));
        return mine;
    }

    private synchronized Outcome<T> land(Fetch<T> fetch, Instant now) {
        flight = Optional.empty();
        return switch (fetch) {
            case Fetch.Fetched<T>(T value, Duration renewAfter, Duration holds) -> {
                held = Optional.of(new Held<>(value, now, now.plus(renewAfter), now.plus(holds)));
                lastFailure = Optional.empty();
                yield new Outcome.Known<>(value);
            }
            case Fetch.Failed<T>(String why) -> {
                lastFailure = Optional.of(new Failure(why, now));
                yield new Outcome.Unavailable<>(why);
            }
        };
    }
}
