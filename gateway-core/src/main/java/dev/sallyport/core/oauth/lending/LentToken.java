package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A token that goes up with one request. */
public final class LentToken {
    private final TokenCache from;
    private final String key;
    private final TokenCache.Call call;
    private final IssuedToken token;

    LentToken(TokenCache from, String key, TokenCache.Call call, IssuedToken token) {
        this.from = from;
        this.key = key;
        this.call = call;
        this.token = token;
    }

    /** Value of the field of this name. */
    public Secret authorization() {
        return token.authorization();
    }

    /** The upstream does not take it: the next request gets another, but no sooner than {@link TokenCache#PAUSE} after this one came. */
    public void refused(Instant now) {
        from.drop(key, token, now);
    }

    /**
     * The upstream does not take it, and the request would be sent once more with another: however many requests ask, one
     * call is made. Empty where this one is so young that another would be no better.
     */
    public Optional<CompletionStage<TokenOutcome>> another(Instant now) {
        return from.replace(key, call, token, now);
    }

    /** The token stays out of it. */
    @Override
    public String toString() {
        return "LentToken";
    }
}
