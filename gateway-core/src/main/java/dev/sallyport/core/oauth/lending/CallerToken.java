package dev.sallyport.core.oauth.lending;

import dev.sallyport.core.port.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The access token by which the gateway knows its caller. Where it was, in a header or in a session, is the business of
 * the authenticator that accepted it.
 *
 * @param expiresAt when it ends, where that is known
 */
public record CallerToken(Secret text, Optional<Instant> expiresAt) {

    /** SHA-256 of it, by which tokens are told apart where their text is not kept. */
    String fingerprint() {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(text.reveal()));
        } catch (NoSuchAlgorithmException problem) {
            throw new IllegalStateException("every JDK has SHA-256", problem);
        }
    }
}
