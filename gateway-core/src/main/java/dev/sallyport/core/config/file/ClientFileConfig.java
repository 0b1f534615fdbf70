package dev.sallyport.core.config.file;

import dev.sallyport.core.config.authenticator.AuthenticatorConfig.AllowedName;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import java.util.List;
import java.util.Optional;

/** What a file of OAuth clients says. */
public record ClientFileConfig(@Doc("The clients.") List<ClientConfig> clients) {

    /** Exactly one of {@code secrets}, {@code publicKeys}, {@code certificates}. */
    public record ClientConfig(
            @Doc("Its `client_id`.") String id,
            @Doc("SHA-256 of its secret; several while one replaces the other.") List<KeyHash> secrets,
            @Doc("Public keys of a client that signs assertions: PEM blocks, or a JWK Set.") Optional<String> publicKeys,
            @Doc("Names in the certificate of a client that proves itself by TLS.") List<AllowedName> certificates,
            @Doc("Audiences for which it may ask tokens.") List<String> audiences,
            @Doc("Scopes that it may ask for.") List<String> scopes,
            @Doc("Audiences whose tokens it may introspect.") List<String> introspects,
            @Doc("Whether it gets refresh tokens.") @Default("false") boolean refreshTokens,
            @Doc("False when it is revoked.") @Default("true") boolean active) {

        /** Empty where not exactly one means is given. */
        Optional<ClientEntry> entry() {
            int means = (secrets.isEmpty() ? 0 : 1) + (publicKeys.isPresent() ? 1 : 0) + (certificates.isEmpty() ? 0 : 1);
            return means != 1 ? Optional.empty() : Optional.of(new ClientEntry(
                    id, proof(), Scopes.inOrder(audiences), Scopes.inOrder(scopes), Scopes.inOrder(introspects),
                    refreshTokens ? RefreshTokens.ISSUED : RefreshTokens.NONE, active ? Activity.ACTIVE : Activity.REVOKED));
        }

        private Proof proof() {
            if (publicKeys.isPresent()) {
                return new Proof.PublicKeys(publicKeys.get());
            }
            return secrets.isEmpty()
                    ? new Proof.Certificates(certificates.stream().map(AllowedName::compiled).toList())
                    : new Proof.Secrets(secrets.stream().map(KeyHash::hex).toList());
        }
    }
}
