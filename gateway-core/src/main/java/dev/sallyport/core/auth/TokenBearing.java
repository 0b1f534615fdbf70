package dev.sallyport.core.auth;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.lending.CallerToken;
import java.util.Optional;

/** An authenticator that knows callers by access tokens, which their issuer would exchange for others (RFC 8693). */
public interface TokenBearing {
    /**
     * @param request that it accepted
     * @param identity that it accepted the request as
     */
    Optional<CallerToken> callerToken(RequestView request, Identity identity);
}
