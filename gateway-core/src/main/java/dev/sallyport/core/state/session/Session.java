package dev.sallyport.core.state.session;

import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One browser's sign-in, from the callback to its end.
 *
 * <pre>
 *   Live ──(access token at its end)──▶ Renewing ──(new tokens)──▶ Live
 *     │                                   │  └──(provider down)──▶ Live, to be tried again
 *     └──────(log-out, idle, old)─────────┴──(refused)──▶ Ended, for good
 * </pre>
 */
public final class Session {
    /** Least pause between two tries to renew: a provider that is down is not asked for each request. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final SessionId id;
    private final String subject;
    private final Optional<String> providerSession;
    private final Instant issuedAt;
    private final Duration idle;
    private final Instant endsAt;
    private State state;
    private Instant lastUsed;
    private Optional<Failure> lastFailure = Optional.empty();

    private sealed interface State {
        record Live(SignedIn who) implements State {}

        record Renewing(SignedIn who, CompletableFuture<Use> flight) implements State {}

        record Ended() implements State {}
    }

    private record Failure(String why, Instant at) {}

    /** What a request gets from it. */
    public sealed interface Use {
        record Fresh(SignedIn who) implements Use {}

        record Ended(String why) implements Use {}

        /** Its tokens are at their end, and the provider cannot be asked. */
        record Unavailable(String why) implements Use {}
    }

    /** What renewing gave. */
    public sealed interface Renewal {
        record Renewed(SignedIn who) implements Renewal {}

        record Refused(String why) implements Renewal {}

        record Unavailable(String why) implements Renewal {}
    }

    /** @param providerSession {@code sid} of the provider's session that it belongs to */
    Session(SessionId id, SignedIn who, Optional<String> providerSession, Instant begunAt, Duration idle, Instant endsAt) {
        this.id = id;
        this.subject = who.identity().subject();
        this.state = new State.Live(who);
        this.providerSession = providerSession;
        this.issuedAt = who.issuedAt();
        this.lastUsed = begunAt;
        this.idle = idle;
        this.endsAt = endsAt;
    }

    public SessionId id() {
        return id;
    }

    /** Whose it is; a renewal changes nothing about that. */
    public String subject() {
        return subject;
    }

    Optional<String> providerSession() {
        return providerSession;
    }

    /** When the provider vouched for the user at sign-in, by its own clock. */
    Instant issuedAt() {
        return issuedAt;
    }

    synchronized boolean isOver(Instant now) {
        return state instanceof State.Ended || !now.isBefore(endsAt) || !now.isBefore(lastUsed.plus(idle));
    }

    /** For good, whatever is under way. */
    synchronized void end() {
        state = new State.Ended();
    }

    /**
     * A request uses it. Complete at once while its tokens are fresh; all who come while they are renewed wait for that one
     * call.
     *
     * @param renew asks the provider with the refresh token, which is never used again once that gave another
     */
    public CompletionStage<Use> use(Instant now, Function<SignedIn, CompletionStage<Renewal>> renew) {
        return switch (begin(now)) {
            case Begun.Decided(Use use) -> CompletableFuture.completedStage(use);
            case Begun.Waiting(CompletableFuture<Use> flight) -> flight;
            case Begun.Mine(SignedIn who, CompletableFuture<Use> flight) -> {
                // Outside of the lock: it calls out.
                renew.apply(who)
                        .handle((renewal, defect) -> defect == null ? renewal : new Renewal.Unavailable(defect.getClass().getSimpleName()))
                        .thenAccept(renewal -> flight.complete(land(who, renewal, now)));
                yield flight;
            }
        };
    }

    /** What a request that uses it is to do. */
    private sealed interface Begun {
        record Decided(Use use) implements Begun {}

        record Waiting(CompletableFuture<Use> flight) implements Begun {}

        /** It is the one that renews. */
        record Mine(SignedIn who, CompletableFuture<Use> flight) implements Begun {}
    }

    private synchronized Begun begin(Instant now) {
        if (isOver(now)) {
            state = new State.Ended();
            return new Begun.Decided(new Use.Ended("it was idle for too long, is too old, or was ended"));
        }
        lastUsed = now.isAfter(lastUsed) ? now : lastUsed;
        return switch (state) {
            case State.Live(SignedIn who) when now.isBefore(who.freshUntil()) -> new Begun.Decided(new Use.Fresh(who));
            case State.Live(SignedIn who) -> renewal(who, now);
            case State.Renewing(var _, CompletableFuture<Use> flight) -> new Begun.Waiting(flight);
            case State.Ended() -> throw new IllegalStateException("an ended session is over");
        };
    }

    private Begun renewal(SignedIn who, Instant now) {
        if (who.refreshToken().isEmpty()) {
            state = new State.Ended();
            return new Begun.Decided(new Use.Ended("its access token is at its end, and the provider gave no refresh token"));
        }
        Optional<Failure> lately = lastFailure.filter(failure -> Duration.between(failure.at, now).abs().compareTo(PAUSE) < 0);
        if (lately.isPresent()) {
            return new Begun.Decided(new Use.Unavailable(lately.get().why));
        }
        CompletableFuture<Use> flight = new CompletableFuture<>();
        state = new State.Renewing(who, flight);
        return new Begun.Mine(who, flight);
    }

    private synchronized Use land(SignedIn before, Renewal renewal, Instant now) {
        if (state instanceof State.Ended) {
            // A log-out came while the provider was asked: what it gave since revives nothing.
            return new Use.Ended("it was ended while its tokens were renewed");
        }
        return switch (renewal) {
            case Renewal.Renewed(SignedIn who) -> {
                state = new State.Live(who);
                lastFailure = Optional.empty();
                yield new Use.Fresh(who);
            }
            case Renewal.Refused(String why) -> {
                state = new State.Ended();
                yield new Use.Ended(why);
            }
            case Renewal.Unavailable(String why) -> {
                state = new State.Live(before);
                lastFailure = Optional.of(new Failure(why, now));
                yield new Use.Unavailable(why);
            }
        };
    }

    /** Nothing of its tokens. */
    @Override
    public String toString() {
        return "Session[" + id.shown() + "]";
    }

    /** The refresh token that a renewal is to use. */
    public static Secret refreshToken(SignedIn who) {
        return who.refreshToken().orElseThrow();
    }
}
