package dev.sallyport.core.state;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One API key as it is stored: never the key, only its SHA-256.
 *
 * @param id public; it goes into logs and headers
 * @param sha256 of the whole key's bytes, lower-case hexadecimal
 */
public record ApiKeyEntry(
        String id,
        String sha256,
        String subject,
        Set<String> scopes,
        Optional<Instant> notBefore,
        Optional<Instant> expiresAt,
        Activity activity) {

    public enum Activity { ACTIVE, REVOKED }
}
