package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.ChainVerdict;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.auth.oidc.OidcAuthenticator;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.oauth.lending.ClientTokens;
import dev.sallyport.core.oauth.lending.ExchangedTokens;
import dev.sallyport.core.oauth.lending.LentToken;
import dev.sallyport.core.oauth.lending.TokenOutcome;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Gives a request on its way up what the gateway itself presents to the upstream. */
final class Lending {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private Lending() {}

    /**
     * The same with a credential, or a refusal where there is none.
     *
     * @param by who accepted the request
     */
    static CompletionStage<Decision.Final> lend(Decision.Forward forward, RequestView request, List<ChainVerdict.Vouched> by) {
        Instant now = request.receivedAt();
        return switch (forward.destination().upstream().credentials()) {
            case UpstreamCredentials.None() -> CompletableFuture.completedStage(forward);
            case UpstreamCredentials.Fixed(String name, Secret value) -> CompletableFuture.completedStage(forward.with(name, text(value)));
            case UpstreamCredentials.Granted(ClientTokens tokens) -> tokens.obtain(now).thenApply(outcome -> with(forward, outcome));
            case UpstreamCredentials.Exchanged(ExchangedTokens tokens) -> callerToken(request, by)
                    .map(caller -> tokens.obtain(caller, now))
                    .orElseGet(() -> CompletableFuture.completedStage(new TokenOutcome.Refused("the caller has no access token to exchange")))
                    .thenApply(outcome -> with(forward, outcome));
        };
    }

    /** The same with the user's own access token, where the authenticator says that it goes up. */
    static Decision.Forward passOn(Decision.Forward forward, List<ChainVerdict.Vouched> by) {
        for (ChainVerdict.Vouched each : by) {
            if (each.authenticator() instanceof OidcAuthenticator oidc && oidc.forwardsToken() && each.identity().accessToken().isPresent()) {
                return forward.with(UpstreamCredentials.AUTHORIZATION, "Bearer " + text(each.identity().accessToken().get()));
            }
        }
        return forward;
    }

    /** Of the first whose credential is one. */
    private static Optional<CallerToken> callerToken(RequestView request, List<ChainVerdict.Vouched> by) {
        return by.stream()
                .flatMap(each -> each.authenticator() instanceof TokenBearing bearing ? bearing.callerToken(request, each.identity()).stream() : Stream.empty())
                .findFirst();
    }

    private static Decision.Final with(Decision.Forward forward, TokenOutcome outcome) {
        return switch (outcome) {
            case TokenOutcome.Issued(LentToken token) -> forward.with(token);
            case TokenOutcome.Refused(String why) -> reject(forward, Rejection.of(RejectReason.TOKEN_EXCHANGE_REFUSED, why));
            case TokenOutcome.Unavailable(String why) ->
                    reject(forward, Rejection.of(RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE, why).withRetryAfter(PAUSE));
        };
    }

    private static Decision.Reject reject(Decision.Forward forward, Rejection rejection) {
        return new Decision.Reject(rejection, forward.trail().thenRefused(rejection));
    }

    private static String text(Secret secret) {
        return new String(secret.reveal(), StandardCharsets.UTF_8);
    }
}
