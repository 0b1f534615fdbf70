package dev.sallyport.core.login;

import dev.sallyport.core.auth.binding.Thumbprint;
import dev.sallyport.core.auth.oidc.IssuerTokens.Verified;
import dev.sallyport.core.auth.oidc.IssuerTokens;
import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.http.uri.FormFields;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.login.LogoutTokenCheck.Checked;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.route.Destination.Endpoint;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.Revoker;
import dev.sallyport.core.state.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The provider says that somebody logged out (OpenID Connect Back-Channel Logout §2.5 to §2.8). Their sessions end, and what
 * else the provider issued for them is revoked where the gateway keeps a list of that.
 */
public final class BackChannelLogOut implements Endpoint {
    private static final int MAX_BODY = 24 * 1024;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final LocalResponse DONE = new LocalResponse(200, List.of(new ResponseField("Cache-Control", "no-store")), new byte[0]);

    private final OidcRules rules;
    private final IssuerTokens tokens;
    private final LogoutTokenCheck check;
    private final Sessions sessions;
    private final ReplayStore spent;
    private final Revocations revocations;

    /**
     * @param spent log-out tokens that came once
     * @param revocations of the gateway as a whole
     */
    public BackChannelLogOut(OidcRules rules, IssuerTokens tokens, Sessions sessions, ReplayStore spent, Revocations revocations) {
        this.rules = rules;
        this.tokens = tokens;
        this.check = new LogoutTokenCheck(rules);
        this.sessions = sessions;
        this.spent = spent;
        this.revocations = revocations;
    }

    @Override
    public int maxBody() {
        return MAX_BODY;
    }

    @Override
    public CompletionStage<Answer> answer(RequestView request) {
        Optional<String> token = logoutToken(request);
        if (token.isEmpty()) {
            return invalid("the content is no form with one `logout_token`");
        }
        Instant now = request.receivedAt();
        return tokens.verify(token.get(), rules.issuer(), now).thenCompose(verified -> switch (verified) {
            case Verified.Invalid(String why) -> invalid(why);
            case Verified.Unavailable(String why) -> refused(Rejection.of(RejectReason.KEYS_UNAVAILABLE, why).withRetryAfter(PAUSE));
            case Verified.Signed(var jws) -> switch (check.check(jws, now)) {
                case Checked.Invalid(String why) -> invalid(why);
                case Checked.Valid valid -> spend(valid, now);
            };
        });
    }

    private static Optional<String> logoutToken(RequestView request) {
        Optional<String> type = request.fields().findFirst("content-type").map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
        return type.filter(FORM::equals)
                .flatMap(_ -> request.body())
                .flatMap(content -> FormFields.readOnceEach(new String(content, StandardCharsets.ISO_8859_1)))
                .map((Map<String, String> form) -> form.get("logout_token"));
    }

    private CompletionStage<Answer> spend(Checked.Valid token, Instant now) {
        OneTimeUse use = new OneTimeUse(rules.name(), Thumbprint.of(token.tokenId()), token.until(), RejectReason.LOGOUT_TOKEN_INVALID);
        return spent.spend(List.of(use), now).thenCompose(outcome -> switch (outcome) {
            case ReplayStore.Outcome.Spent() -> end(token, use, now);
            case ReplayStore.Outcome.Replayed _ -> invalid("it came before");
            case ReplayStore.Outcome.Unspent unspent -> refused(unspent.rejection());
        });
    }

    private CompletionStage<Answer> end(Checked.Valid token, OneTimeUse use, Instant now) {
        return revocations.revoke(endSessions(token, now).by(Revoker.PROVIDER), now).thenApply(outcome -> switch (outcome) {
            case RevocationLedger.Outcome.Kept() -> new Answer.Given(DONE);
            case RevocationLedger.Outcome.Unkept unkept -> tellAgain(use, unkept.why());
        });
    }

    /** A {@code sid} ends that session, and those of {@code sub} that may be it; only without one {@code sub} means all. */
    private Revocation endSessions(Checked.Valid token, Instant now) {
        if (token.providerSession().isPresent()) {
            String sid = token.providerSession().get();
            sessions.endOfProvider(sid, now);
            token.subject().ifPresent(subject -> sessions.endUnnamedOfSubject(subject, token.issuedAt()));
            return Revocation.session(RevocationHandle.ofIssuer(sid, rules.issuer()), revocations.logOutEnds(now));
        }
        String subject = token.subject().orElseThrow();
        sessions.endOfSubject(subject, token.issuedAt());
        // Times are in whole seconds: what was issued within this one came before.
        return Revocation.subject(RevocationHandle.ofIssuer(subject, rules.issuer()), token.issuedAt().plusSeconds(1));
    }

    /** With the very same token. */
    private Answer tellAgain(OneTimeUse use, String why) {
        spent.giveBack(List.of(use));
        return new Answer.Refused(Rejection.of(RejectReason.STATE_UNAVAILABLE, why).withRetryAfter(PAUSE));
    }

    private static CompletionStage<Answer> invalid(String why) {
        return refused(Rejection.of(RejectReason.LOGOUT_TOKEN_INVALID, why));
    }

    private static CompletionStage<Answer> refused(Rejection rejection) {
        return CompletableFuture.completedStage(new Answer.Refused(rejection));
    }
}
