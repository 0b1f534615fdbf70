package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The tokens that a token endpoint gave (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
 *
 * @param holds how long the access token does; absent where the server does not say
 * @param idToken unverified
 * @param scope absent where it is what was asked for
 * @param issuedTokenType what the access token is, after an exchange (RFC 8693 §2.2.1)
 */
public record TokenResponse(
        Secret accessToken, Optional<Duration> holds, Optional<Secret> refreshToken, Optional<String> idToken, Optional<String> scope,
        Optional<String> issuedTokenType) {

    public String accessTokenText() {
        return new String(accessToken.reveal(), StandardCharsets.UTF_8);
    }

    /** Nothing of it: all are credentials. */
    @Override
    public String toString() {
        return "TokenResponse[***]";
    }
}
