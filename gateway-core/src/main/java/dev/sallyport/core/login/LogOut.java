package dev.sallyport.core.login;

import dev.sallyport.core.auth.oidc.CrossSiteDefence;
import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.auth.oidc.SignIn;
import dev.sallyport.core.http.GatewayCookies;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.Origin;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.oauth.call.Renewed;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.route.Destination.Caller;
import dev.sallyport.core.route.Destination.Endpoint;
import dev.sallyport.core.state.session.Session;
import dev.sallyport.core.state.session.Sessions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Ends the browser's session here, and then at the provider where that has a page for it (OpenID Connect RP-Initiated
 * Logout §2). The gateway says which client it is and gives no {@code id_token_hint}: that would be a token in the browser.
 */
public final class LogOut implements Endpoint {
    private final OidcRules rules;
    private final OpenIdProvider provider;
    private final Sessions sessions;

    public LogOut(OidcRules rules, OpenIdProvider provider, Sessions sessions) {
        this.rules = rules;
        this.provider = provider;
        this.sessions = sessions;
    }

    @Override
    public CompletionStage<Answer> answer(RequestView request) {
        if (isForged(request)) {
            return CompletableFuture.completedStage(new Answer.Refused(
                    Rejection.of(RejectReason.CROSS_SITE_REQUEST, "a page of another site asks for the log-out")));
        }
        List<Session> ended = GatewayCookies.values(request.fields(), rules.sessionCookie()).stream()
                .flatMap(secret -> sessions.end(secret).stream())
                .toList();
        if (ended.isEmpty()) {
            return CompletableFuture.completedStage(new Answer.Given(leave(rules.paths().afterLogOut())));
        }
        Optional<Caller> caller = Optional.of(new Caller(
                ended.getFirst().subject(), Optional.empty(), "logged out, session " + ended.getFirst().id().shown()));
        return provider.metadata(request.receivedAt()).thenApply(found -> new Answer.Given(leave(next(request, found)), caller));
    }

    /** A link that somebody follows on purpose is a navigation without a word of another site; a form's POST says where it is from. */
    private static boolean isForged(RequestView request) {
        return request.head().method().equals("POST") ? !CrossSiteDefence.isOwn(request) : CrossSiteDefence.isForeign(request);
    }

    /** Where the provider cannot be asked, the session has ended all the same. */
    private String next(RequestView request, Renewed.Outcome<ProviderMetadata> found) {
        return switch (found) {
            case Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata metadata) when metadata.endSession().isPresent() -> {
                Map<String, String> query = new LinkedHashMap<>();
                query.put("client_id", rules.clientId());
                query.put("post_logout_redirect_uri", Origin.of(request) + rules.paths().afterLogOut());
                yield SignIn.withQuery(metadata.endSession().get(), query);
            }
            case Renewed.Outcome.Known<ProviderMetadata> _, Renewed.Outcome.Unavailable<ProviderMetadata> _ -> rules.paths().afterLogOut();
        };
    }

    private LocalResponse leave(String location) {
        return LocalResponse.redirect(303, location, List.of(GatewayCookies.clear(rules.sessionCookie())));
    }
}
