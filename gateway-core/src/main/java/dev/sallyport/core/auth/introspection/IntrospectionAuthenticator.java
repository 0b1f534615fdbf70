package dev.sallyport.core.auth.introspection;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.CredentialCache;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenPlace;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.call.SingleFlight;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the provider about tokens that only it can read (RFC 7662). In order: what it said lately; the form of a token
 * (RFC 6750 §2.1); one call for all who come with the same token meanwhile; the answer, held to the rules of a signed
 * token. An answer that could not be had is remembered by nobody.
 */
public final class IntrospectionAuthenticator implements Authenticator, TokenBearing {
    /** Calls to the provider under way at once. */
    static final int MAX_CALLS = 256;

    /** As large as a whole section of headers may be by default is no token. */
    static final int MAX_TOKEN_BYTES = 8 * 1024;

    private static final String CALLS_LIMIT = "introspection_calls";
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final SenderConstraint sender;
    private final List<CredentialLocation> places;
    private final Set<CredentialLocation> locations;
    private final GatewayEvents events;
    private final Introspector introspector;
    private final AnswerCheck check;
    private final KnownTokens known;
    private final SingleFlight<CredentialCache.Key, Verdict.Final> flights = new SingleFlight<>(MAX_CALLS);

    public IntrospectionAuthenticator(
            String name, IntrospectionRules rules, SenderConstraint sender, HttpFetcher fetcher, CpuWorker worker, GatewayEvents events) {
        this.name = name;
        this.sender = sender;
        this.places = sender.tokenPlaces(rules.location());
        this.locations = sender.locations(rules.location());
        this.events = events;
        this.introspector = new Introspector(rules, fetcher, worker);
        this.check = new AnswerCheck(name, rules);
        this.known = new KnownTokens(name, rules, events);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.INTROSPECTION;
    }

    @Override
    public Precedence precedence() {
        return Precedence.LEFT_OVER;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return locations;
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return sender.challenges(realm);
    }

    @Override
    public Verdict authenticate(RequestView request) {
        return switch (TokenPlace.find(request.fields(), places)) {
            case TokenPlace.Found.Absent() -> Verdict.NOT_CLAIMED;
            case TokenPlace.Found.Ambiguous(String header) ->
                    rejected(RejectReason.CREDENTIALS_AMBIGUOUS, "`" + header + "` came twice or as a list");
            case TokenPlace.Found.At at -> sender.hold(authenticate(at, request.receivedAt()), request, at);
        };
    }

    @Override
    public Optional<CallerToken> callerToken(RequestView request, Identity identity) {
        return TokenPlace.accepted(request.fields(), places, identity);
    }

    private Verdict authenticate(TokenPlace.Found.At at, Instant now) {
        if (at.end() - at.start() > MAX_TOKEN_BYTES) {
            return rejected(RejectReason.TOKEN_MALFORMED, "a token of more than " + MAX_TOKEN_BYTES + " bytes");
        }
        CredentialCache.Key key = CredentialCache.key(at.bytes(), at.start(), at.end());
        Optional<Verdict.Final> lately = known.find(key, now);
        if (lately.isPresent()) {
            return lately.get();
        }
        if (!isToken(at)) {
            return rejected(RejectReason.TOKEN_MALFORMED, "the token has characters that RFC 6750 §2.1 does not allow");
        }
        Presented presented = new Presented(key, at.text(), now);
        Optional<CompletionStage<Verdict.Final>> flight = flights.join(key, () -> ask(presented));
        if (flight.isEmpty()) {
            events.limitReached(CALLS_LIMIT);
            return unavailable(MAX_CALLS + " calls to the provider are under way");
        }
        return new Verdict.Pending(flight.get());
    }

    /** A token at its first sight, or whose answer has grown old. */
    private record Presented(CredentialCache.Key key, String token, Instant now) {
        /** The token stays out of it. */
        @Override
        public String toString() {
            return "Presented[" + now + "]";
        }
    }

    private CompletionStage<Verdict.Final> ask(Presented presented) {
        Optional<Verdict.Final> meanwhile = known.find(presented.key, presented.now);
        return meanwhile.isPresent()
                ? CompletableFuture.completedStage(meanwhile.get())
                : introspector.ask(presented.token, presented.now).thenApply(answer -> conclude(presented, answer));
    }

    private Verdict.Final conclude(Presented presented, Introspector.Answer answer) {
        return switch (answer) {
            case Introspector.Answer.Unavailable(String why) -> unavailable(why);
            case Introspector.Answer.Inactive() -> refuse(presented, new Refused(RejectReason.TOKEN_INACTIVE, "the provider says that it is not active"));
            case Introspector.Answer.Active(Map<String, Object> claims) -> switch (check.check(new TokenClaims(claims), presented.now)) {
                case AnswerCheck.Outcome.Invalid(Refused refused) -> refuse(presented, refused);
                case AnswerCheck.Outcome.Valid(Identity identity, TokenTimes times) -> {
                    Verdict.Authenticated verdict = new Verdict.Authenticated(identity, Optional.empty());
                    known.put(presented.key, verdict, times, presented.token.length(), presented.now);
                    yield verdict;
                }
            };
        };
    }

    private Verdict.Final refuse(Presented presented, Refused refused) {
        Verdict.Rejected verdict = rejected(refused.reason(), refused.detail());
        known.put(presented.key, verdict, presented.now);
        return verdict;
    }

    /** {@code b64token}: what else comes is not worth a call, and never gets into a form. */
    private static boolean isToken(TokenPlace.Found.At at) {
        int end = at.end();
        while (end > at.start() && at.bytes()[end - 1] == '=') {
            end--;
        }
        for (int index = at.start(); index < end; index++) {
            byte next = at.bytes()[index];
            boolean alphanumeric = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9');
            if (!alphanumeric && "-._~+/".indexOf(next) < 0) {
                return false;
            }
        }
        return end > at.start();
    }

    private static Verdict.Rejected unavailable(String why) {
        return new Verdict.Rejected(Rejection.of(RejectReason.INTROSPECTION_UNAVAILABLE, why).withRetryAfter(PAUSE));
    }

    private static Verdict.Rejected rejected(RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail));
    }
}
