package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import dev.sallyport.core.oauth.provider.TokenResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Tokens for an upstream on behalf of callers (RFC 8693): the authorization server is shown a caller's token and gives one
 * for the upstream, which is given out for that very token alone, and no longer than both last, or
 * for a pause where the caller's is accepted past its end.
 */
public final class ExchangedTokens {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    /** Kinds of token that may go up as bearer tokens (RFC 8693 §3). */
    public static final Set<String> BEARER_KINDS = Set.of(ACCESS_TOKEN, JWT);

    /** What a server says of the caller's token or of what is asked for it (RFC 8693 §2.2.2); its other codes are about the gateway. */
    private static final Set<String> ABOUT_THE_CALLER = Set.of("invalid_request", "invalid_grant", "invalid_target", "invalid_scope");

    private final TokenEndpoint endpoint;
    private final Map<String, String> parameters;
    private final Set<String> kinds;
    private final TokenCache tokens = new TokenCache();

    /**
     * @param parameters beside the grant and the caller's token: scope, audience, resource
     * @param requestedKind one of {@link #BEARER_KINDS}; without it either is taken
     */
    public ExchangedTokens(TokenEndpoint endpoint, Map<String, String> parameters, Optional<String> requestedKind) {
        this.endpoint = endpoint;
        this.parameters = new LinkedHashMap<>(parameters);
        requestedKind.ifPresent(kind -> this.parameters.put("requested_token_type", kind));
        this.kinds = requestedKind.map(Set::of).orElse(BEARER_KINDS);
    }

    /**
     * Never blocks; complete at once while a token for this caller's is in hand.
     *
     * @param caller accepted for this very request
     */
    public CompletionStage<TokenOutcome> obtain(CallerToken caller, Instant now) {
        return tokens.obtain(caller.fingerprint(), at -> ask(caller, at), now);
    }

    private CompletionStage<TokenCache.Answer> ask(CallerToken caller, Instant now) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GRANT);
        form.put("subject_token", new String(caller.text().reveal(), StandardCharsets.UTF_8));
        form.put("subject_token_type", ACCESS_TOKEN);
        form.putAll(parameters);
        return endpoint.ask(form, now).thenApply(answer -> read(answer, caller, now));
    }

    private TokenCache.Answer read(TokenAnswer answer, CallerToken caller, Instant now) {
        return switch (answer) {
            case TokenAnswer.Given(TokenResponse response) when response.issuedTokenType().filter(kinds::contains).isPresent() -> {
                IssuedToken token = IssuedToken.of(response, now);
                yield new TokenCache.Answer.Given(caller.expiresAt().map(token::endingBy).orElse(token));
            }
            case TokenAnswer.Given _ -> unavailable("the answer's `issued_token_type` is none of " + kinds);
            case TokenAnswer.Declined(int _, String error) when ABOUT_THE_CALLER.contains(error) ->
                    new TokenCache.Answer.None(new TokenOutcome.Refused("the token endpoint says " + error));
            case TokenAnswer.Declined(int status, String error) -> unavailable("the token endpoint refuses the gateway, with " + status + ": " + error);
            case TokenAnswer.Invalid(String why) -> unavailable(why);
            case TokenAnswer.Failed(String why) -> unavailable(why);
        };
    }

    private static TokenCache.Answer unavailable(String why) {
        return new TokenCache.Answer.None(new TokenOutcome.Unavailable(why));
    }
}
