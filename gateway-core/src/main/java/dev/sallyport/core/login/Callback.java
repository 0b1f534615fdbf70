package dev.sallyport.core.login;

import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.auth.oidc.SignIn;
import dev.sallyport.core.auth.oidc.SignInAttempt;
import dev.sallyport.core.auth.oidc.SignInGrants.Redeemed;
import dev.sallyport.core.auth.oidc.SignInGrants;
import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.uri.FormFields;
import dev.sallyport.core.oauth.call.Renewed;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.route.Destination.Caller;
import dev.sallyport.core.route.Destination.Endpoint;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.session.Sessions.Opened;
import dev.sallyport.core.state.session.Sessions;
import dev.sallyport.core.state.session.SignedIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where the browser comes back from the provider. In order: the attempt, by its state and this browser's cookie; the issuer;
 * the attempt is spent; the code for tokens; a new session; back to the page. What the provider gave no tokens for spends
 * nothing in the end: anybody can make such answers up, and would keep all others from signing in once the store is full.
 */
public final class Callback implements Endpoint {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_SHOWN = 64;

    private final OidcRules rules;
    private final OpenIdProvider provider;
    private final SignIn signIn;
    private final SignInGrants grants;
    private final Sessions sessions;
    private final ReplayStore spent;

    /** @param spent attempts that were answered once */
    public Callback(OidcRules rules, OpenIdProvider provider, SignIn signIn, SignInGrants grants, Sessions sessions, ReplayStore spent) {
        this.rules = rules;
        this.provider = provider;
        this.signIn = signIn;
        this.grants = grants;
        this.sessions = sessions;
        this.spent = spent;
    }

    @Override
    public CompletionStage<Answer> answer(RequestView request) {
        Optional<Map<String, String>> read = request.head().target().query().flatMap(FormFields::readOnceEach);
        Optional<String> state = read.map(query -> query.get("state"));
        if (read.isEmpty() || state.isEmpty()) {
            return refused(Rejection.of(RejectReason.SIGN_IN_STATE_INVALID, "the query has no `state`, or a parameter twice"));
        }
        Optional<SignInAttempt> attempt = signIn.find(request, state.get());
        return attempt.isEmpty()
                ? refused(Rejection.of(RejectReason.SIGN_IN_STATE_INVALID, "`state` is of no attempt of this browser"))
                : new Answering(request, read.get(), attempt.get()).begin();
    }

    private static CompletionStage<Answer> refused(Rejection rejection) {
        return CompletableFuture.completedStage(new Answer.Refused(rejection));
    }

    /** What a provider, or whoever speaks for it, says goes to the log within bounds and on one line. */
    private static String shown(String text) {
        String line = text.replaceAll("[^\\x20-\\x7E]", "?");
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }

    /** One answer of the provider's to one attempt. */
    private final class Answering {
        private final RequestView request;
        private final Map<String, String> query;
        private final SignInAttempt attempt;

        Answering(RequestView request, Map<String, String> query, SignInAttempt attempt) {
            this.request = request;
            this.query = query;
            this.attempt = attempt;
        }

        CompletionStage<Answer> begin() {
            return provider.metadata(request.receivedAt()).thenCompose(found -> switch (found) {
                case Renewed.Outcome.Unavailable<ProviderMetadata>(String why) ->
                        reject(Rejection.of(RejectReason.PROVIDER_UNAVAILABLE, why).withRetryAfter(PAUSE));
                case Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata metadata) -> read(metadata);
            });
        }

        private CompletionStage<Answer> read(ProviderMetadata metadata) {
            Optional<Rejection> other = refuseIssuer(metadata);
            if (other.isPresent()) {
                return reject(other.get());
            }
            String code = query.get("code");
            if (query.containsKey("error") || code == null) {
                String error = shown(query.getOrDefault("error", "no code"));
                return reject(Rejection.of(RejectReason.SIGN_IN_REFUSED, "the provider says `" + error + "`"));
            }
            return spend(code);
        }

        /** Before the provider is asked, so that of two answers to one attempt it sees one. */
        private CompletionStage<Answer> spend(String code) {
            List<OneTimeUse> use = List.of(new OneTimeUse(rules.name(), attempt.state(), attempt.until(), RejectReason.SIGN_IN_STATE_INVALID));
            return spent.spend(use, request.receivedAt()).thenCompose(outcome -> switch (outcome) {
                case ReplayStore.Outcome.Spent() -> redeem(code, use);
                case ReplayStore.Outcome.Replayed(var again) -> reject(Rejection.of(again.replayed(), "the attempt was answered before"));
                case ReplayStore.Outcome.Unspent unspent -> reject(unspent.rejection());
            });
        }

        /** Two providers must not be mixed up: a code of one would be shown to the other (RFC 9207 §2.4). */
        private Optional<Rejection> refuseIssuer(ProviderMetadata metadata) {
            Optional<String> named = Optional.ofNullable(query.get("iss"));
            boolean isRight = named.isPresent()
                    ? named.get().equals(rules.issuer())
                    : metadata.issuerInAnswer() == ProviderMetadata.IssuerInAnswer.MAY;
            return isRight
                    ? Optional.empty()
                    : Optional.of(Rejection.of(RejectReason.SIGN_IN_ISSUER_MISMATCH, "`iss` is " + (named.isPresent() ? "another's" : "missing")));
        }

        private CompletionStage<Answer> redeem(String code, List<OneTimeUse> use) {
            return grants.redeem(code, attempt, request.receivedAt()).thenCompose(redeemed -> switch (redeemed) {
                case Redeemed.Rejected(Rejection rejection) -> reject(rejection);
                case Redeemed.NotTaken(Rejection rejection) -> {
                    spent.giveBack(use);
                    yield reject(rejection);
                }
                case Redeemed.User(SignedIn who, Optional<String> providerSession) -> open(who, providerSession);
            });
        }

        private CompletionStage<Answer> open(SignedIn who, Optional<String> providerSession) {
            // A new one at each sign-in: an id that somebody planted before is worth nothing after it (session fixation).
            GatewayCookies.values(request.fields(), rules.sessionCookie()).forEach(sessions::end);
            return switch (sessions.open(who, providerSession, request.receivedAt())) {
                case Opened.LoggedOutMeanwhile() -> reject(
                        Rejection.of(RejectReason.SIGN_IN_REFUSED, "the provider logged the user out while the sign-in was under way"));
                case Opened.Full() -> reject(Rejection.of(RejectReason.SESSION_STORE_FULL, "no room for a session").withRetryAfter(PAUSE));
                case Opened.Begun(String secret, var session) -> {
                    LocalResponse response = LocalResponse.redirect(303, attempt.returnTo(), List.of(
                            GatewayCookies.set(rules.sessionCookie(), secret),
                            GatewayCookies.clear(signIn.cookie(attempt.state()))));
                    Caller caller = new Caller(who.identity().subject(), who.identity().credentialId(), "signed in, session " + session.id().shown());
                    yield CompletableFuture.completedStage(new Answer.Given(response, Optional.of(caller)));
                }
            };
        }

        /** The attempt is over, whichever way. */
        private CompletionStage<Answer> reject(Rejection rejection) {
            ResponseField clear = GatewayCookies.clear(signIn.cookie(attempt.state()));
            return refused(rejection.with(clear.name(), clear.value()));
        }
    }
}
