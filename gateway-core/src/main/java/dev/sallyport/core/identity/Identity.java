package dev.sallyport.core.identity;

import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who was proven.
 *
 * @param proofs in the order of the chain; empty only for {@link #ANONYMOUS}
 * @param credentialId the public id of the credential (API-key id, token's {@code jti} or key id, certificate's serial): for headers and logs, never the credential
 * @param claims the token's claims as plain Java values (String, Number, Boolean, List, Map); empty for other methods
 * @param expiresAt when the credential ends, so that a stream can end with it
 * @param accessToken of the user's session, for whoever acts on the user's behalf; absent for all others
 */
public record Identity(
        String subject,
        List<Proof> proofs,
        Set<String> scopes,
        Optional<String> credentialId,
        Optional<String> issuer,
        Map<String, Object> claims,
        Optional<Instant> expiresAt,
        List<RevocationHandle> revocationHandles,
        Optional<Secret> accessToken) {

    public Identity(
            String subject, List<Proof> proofs, Set<String> scopes, Optional<String> credentialId, Optional<String> issuer, Map<String, Object> claims,
            Optional<Instant> expiresAt, List<RevocationHandle> revocationHandles) {
        this(subject, proofs, scopes, credentialId, issuer, claims, expiresAt, revocationHandles, Optional.empty());
    }

    /** The same, which can be called back by something else as well. */
    public Identity alsoBy(RevocationHandle handle) {
        List<RevocationHandle> all = Stream.concat(revocationHandles.stream(), Stream.of(handle)).toList();
        return new Identity(subject, proofs, scopes, credentialId, issuer, claims, expiresAt, all, accessToken);
    }

    /** The identity of a route that says {@code auth: none}: nothing is proven, no header is added. */
    public static final Identity ANONYMOUS = new Identity(
            "", List.of(), Set.of(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), List.of());

    public boolean isAnonymous() {
        return proofs.isEmpty();
    }
}
