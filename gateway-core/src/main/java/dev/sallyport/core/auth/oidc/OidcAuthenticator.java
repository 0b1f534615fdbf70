package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Invitation;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.call.Renewed;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.session.Session.Use;
import dev.sallyport.core.state.session.Session;
import dev.sallyport.core.state.session.Sessions;
import dev.sallyport.core.state.session.SignedIn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows a browser by its session (OpenID Connect Core §3.1). The cookie holds a random id and nothing else; the provider's
 * tokens stay here. In order: the session; whether a page of another site is behind the request; the session's tokens,
 * renewed where they are at their end.
 */
public final class OidcAuthenticator implements Authenticator, TokenBearing {
    private final OidcRules rules;
    private final Sessions sessions;
    private final SignIn signIn;
    private final SignInGrants grants;
    private final Set<CredentialLocation> locations;

    public OidcAuthenticator(OidcRules rules, Sessions sessions, SignIn signIn, SignInGrants grants) {
        this.rules = rules;
        this.sessions = sessions;
        this.signIn = signIn;
        this.grants = grants;
        CredentialLocation cookie = new CredentialLocation.Cookie(rules.sessionCookie());
        // What a client sends there must not stand beside what the gateway does.
        this.locations = forwardsToken() ? Set.of(cookie, new CredentialLocation.Field("Authorization")) : Set.of(cookie);
    }

    public OidcRules rules() {
        return rules;
    }

    /** Whether it sends the user's access token up, as {@code Authorization}. */
    public boolean forwardsToken() {
        return rules.accessToken() == OidcRules.AccessToken.FORWARDED;
    }

    public Sessions sessions() {
        return sessions;
    }

    @Override
    public String name() {
        return rules.name();
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.OIDC;
    }

    @Override
    public Carriage carriage() {
        return Carriage.AMBIENT;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return locations;
    }

    @Override
    public boolean isPresented(RequestView request) {
        return GatewayCookies.indexOf(request.fields(), rules.sessionCookie(), 0) >= 0;
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return List.of(Challenge.cookie(realm, rules.sessionCookie()));
    }

    @Override
    public Optional<CompletionStage<Invitation>> invite(RequestView request) {
        return Navigation.is(request) ? Optional.of(signIn.begin(request)) : Optional.empty();
    }

    @Override
    public Verdict authenticate(RequestView request) {
        List<String> secrets = GatewayCookies.values(request.fields(), rules.sessionCookie());
        if (secrets.isEmpty()) {
            return Verdict.NOT_CLAIMED;
        }
        if (secrets.size() > 1) {
            return rejected(Rejection.of(RejectReason.CREDENTIALS_AMBIGUOUS, "the session's cookie came twice"));
        }
        Optional<Session> session = sessions.find(secrets.getFirst(), request.receivedAt());
        if (session.isEmpty()) {
            return rejected(Rejection.of(RejectReason.SESSION_EXPIRED, "no session is open under this cookie"));
        }
        return CrossSiteDefence.allows(request)
                ? use(session.get(), request.receivedAt())
                : rejected(Rejection.of(RejectReason.CROSS_SITE_REQUEST, "neither `Sec-Fetch-Site` nor `Origin` says that a page of ours sent it"));
    }

    @Override
    public Optional<CallerToken> callerToken(RequestView request, Identity identity) {
        return identity.accessToken().map(token -> new CallerToken(token, Optional.empty()));
    }

    /** The next navigation signs in anew. */
    @Override
    public void revoked(RequestView request) {
        GatewayCookies.values(request.fields(), rules.sessionCookie()).forEach(sessions::end);
    }

    private Verdict use(Session session, Instant now) {
        CompletableFuture<Use> use = session.use(now, who -> grants.renew(who, now)).toCompletableFuture();
        return use.isDone() && !use.isCompletedExceptionally()
                ? verdict(use.join())
                : new Verdict.Pending(use.thenApply(OidcAuthenticator::verdict));
    }

    private static Verdict.Final verdict(Use use) {
        return switch (use) {
            case Use.Fresh(SignedIn who) -> new Verdict.Authenticated(who.identity(), Optional.empty());
            case Use.Ended(String why) -> rejected(Rejection.of(RejectReason.SESSION_EXPIRED, why));
            case Use.Unavailable(String why) ->
                    rejected(Rejection.of(RejectReason.PROVIDER_UNAVAILABLE, why).withRetryAfter(Renewed.PAUSE));
        };
    }

    private static Verdict.Rejected rejected(Rejection rejection) {
        return new Verdict.Rejected(rejection);
    }
}
