package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import dev.sallyport.core.oauth.provider.TokenResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The gateway's own token for an upstream (RFC 6749 §4.4), the same for all callers. */
public final class ClientTokens {
    private static final String OWN = "own";

    private final Map<String, String> form = new LinkedHashMap<>();
    private final TokenEndpoint endpoint;
    private final TokenCache tokens = new TokenCache();

    /** @param parameters beside the grant: scope, audience, resource */
    public ClientTokens(TokenEndpoint endpoint, Map<String, String> parameters) {
        this.endpoint = endpoint;
        form.put("grant_type", "client_credentials");
        form.putAll(parameters);
    }

    /** Never blocks; complete at once while a token is in hand. */
    public CompletionStage<TokenOutcome> obtain(Instant now) {
        return tokens.obtain(OWN, this::ask, now);
    }

    private CompletionStage<TokenCache.Answer> ask(Instant now) {
        return endpoint.ask(form, now).thenApply(answer -> switch (answer) {
            case TokenAnswer.Given(TokenResponse response) -> new TokenCache.Answer.Given(IssuedToken.of(response, now));
            case TokenAnswer.Declined(int status, String error) ->
                    new TokenCache.Answer.None(new TokenOutcome.Unavailable("the token endpoint refuses the gateway, with " + status + ": " + error));
            case TokenAnswer.Invalid(String why) -> new TokenCache.Answer.None(new TokenOutcome.Unavailable(why));
            case TokenAnswer.Failed(String why) -> new TokenCache.Answer.None(new TokenOutcome.Unavailable(why));
        });
    }
}
