package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an API-key file says. */
public record KeyFileConfig(@Doc("The keys.") List<KeyConfig> keys) {
    public record KeyConfig(
            @Doc("Public id, for logs.") String id,
            @Doc("SHA-256 of the whole key.") KeyHash hash,
            @Doc("Whose key it is; several keys may share one.") String subject,
            @Doc("What its bearer may do.") List<String> scopes,
            @Doc("Not good before.") Optional<Instant> notBefore,
            @Doc("Not good from then on.") Optional<Instant> expiresAt,
            @Doc("False when it is revoked.") @Default("true") boolean active) {

        ApiKeyEntry entry() {
            return new ApiKeyEntry(id, hash.hex(), subject, Scopes.inOrder(scopes), notBefore, expiresAt, active ? Activity.ACTIVE : Activity.REVOKED);
        }
    }
}
