package dev.sallyport.server.cli.clients;

import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new client is and may have. */
final class ClientTerms {
    @Option(names = "--id", required = true, paramLabel = "ID", description = "Its `client_id`.")
    private String id = "";

    @Option(names = "--audience", paramLabel = "A", description = "An API for which it may ask tokens; may be repeated.")
    private List<String> audiences = List.of();

    @Option(names = "--scope", paramLabel = "X", description = "A scope that it may ask for; may be repeated.")
    private List<String> scopes = List.of();

    @Option(names = "--introspects", paramLabel = "A", description = "An API about whose tokens it may ask; may be repeated.")
    private List<String> introspects = List.of();

    @Option(names = "--refresh-tokens", description = "Give it refresh tokens.")
    private boolean refreshTokens;

    @Option(names = "--public-keys", paramLabel = "FILE", description = "PEM or JWK Set: it signs assertions (private_key_jwt) and has no secret.")
    private @Nullable Path publicKeys;

    @Option(names = "--certificate-dns", paramLabel = "NAME", description = "DNS name in its client certificate (tls_client_auth); may be repeated. It has no secret.")
    private List<String> dnsNames = List.of();

    @Option(names = "--certificate-spiffe", paramLabel = "ID", description = "Likewise, the one SPIFFE id.")
    private List<String> spiffeIds = List.of();

    @Option(names = "--certificate-subject", paramLabel = "DN", description = "Likewise, the whole subject (RFC 4514).")
    private List<String> subjects = List.of();

    /** Absent where a secret is to be made. */
    Optional<Proof> proof() {
        List<AllowedName> names = new ArrayList<>();
        dnsNames.forEach(name -> names.add(new AllowedName.Dns(name)));
        spiffeIds.forEach(name -> names.add(new AllowedName.Spiffe(name)));
        subjects.forEach(name -> names.add(new AllowedName.Subject(name)));
        if (publicKeys == null) {
            return names.isEmpty() ? Optional.empty() : Optional.of(new Proof.Certificates(List.copyOf(names)));
        }
        if (!names.isEmpty()) {
            throw CommandFailure.inWhatWasGiven("a client proves itself by one means: --public-keys or --certificate-…, not both");
        }
        return Optional.of(new Proof.PublicKeys(text(publicKeys)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CommandFailure.inWhatWasGiven("cannot read " + file + ": " + AtomicFile.clause(e));
        }
    }

    ClientEntry entry(Proof proof) {
        return new ClientEntry(
                id, proof, Scopes.inOrder(audiences), Scopes.inOrder(scopes), Scopes.inOrder(introspects),
                refreshTokens ? RefreshTokens.ISSUED : RefreshTokens.NONE, Activity.ACTIVE);
    }
}
