package dev.sallyport.core.gateway;

import dev.sallyport.core.oauth.ClientTokens;
import dev.sallyport.core.oauth.LentToken;
import dev.sallyport.core.oauth.TokenOutcome;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives a request on its way up what the gateway itself presents to the upstream. */
final class Lending {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private Lending() {}

    /** The same with a credential, or a refusal where there is none. */
    static CompletionStage<Decision.Final> lend(Decision.Forward forward, Instant now) {
        return switch (forward.destination().upstream().credentials()) {
            case UpstreamCredentials.None() -> CompletableFuture.completedStage(forward);
            case UpstreamCredentials.Fixed(String name, Secret value) -> CompletableFuture.completedStage(forward.with(name, text(value)));
            case UpstreamCredentials.Granted(ClientTokens tokens) -> tokens.obtain(now).thenApply(outcome -> with(forward, outcome));
        };
    }

    private static Decision.Final with(Decision.Forward forward, TokenOutcome outcome) {
        return switch (outcome) {
            case TokenOutcome.Issued(LentToken token) -> forward.with(token);
            case TokenOutcome.Unavailable(String why) -> {
                Rejection rejection = Rejection.of(RejectReason.UPSTREAM_CREDENTIALS_UNAVAILABLE, why).withRetryAfter(PAUSE);
                yield new Decision.Reject(rejection, forward.trail().thenRefused(rejection));
            }
        };
    }

    private static String text(Secret secret) {
        return new String(secret.reveal(), StandardCharsets.UTF_8);
    }
}
