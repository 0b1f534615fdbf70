package dev.sallyport.core.state.session;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * Who a session is, and the tokens that go with it.
 *
 * @param issuedAt when the provider said so last
 * @param freshUntil when the access token must be renewed
 * @param refreshToken absent where the provider gave none: then the session ends with the access token
 */
public record SignedIn(
        Identity identity, Instant issuedAt, Secret accessToken, Instant freshUntil, Optional<Secret> refreshToken) {

    /** The same, which can be called back by something else as well. */
    SignedIn alsoBy(RevocationHandle handle) {
        return new SignedIn(identity.alsoBy(handle), issuedAt, accessToken, freshUntil, refreshToken);
    }
}
