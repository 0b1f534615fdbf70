package dev.sallyport.core.gateway.compile.token;

import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.config.file.ClientFileReader;
import dev.sallyport.core.config.oauth.TokenServiceConfig;
import dev.sallyport.core.gateway.compile.authenticator.ListenerCertificates;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.ClientKeys;
import dev.sallyport.core.token.client.ClientMeans;
import dev.sallyport.core.token.client.OAuthClient;
import dev.sallyport.core.token.client.OAuthClients;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The clients of the token service, from their file. */
final class ClientCompiler {
    private final Draft draft;
    private final ListenerCertificates certificates;

    ClientCompiler(Draft draft, ListenerCertificates certificates) {
        this.draft = draft;
        this.certificates = certificates;
    }

    /** @param path of the key that names the file */
    Optional<OAuthClients> compile(String path, TokenServiceConfig config) {
        return draft.file(path, config.clients()).map(bytes -> {
            List<OAuthClient> clients = new ArrayList<>();
            for (ClientEntry entry : ClientFileReader.read(config.clients(), bytes, draft.problems())) {
                if (entry.refreshTokens() == RefreshTokens.ISSUED && config.state().isEmpty()) {
                    draft.problem(path, "client `" + entry.id() + "` sets `refreshTokens`, and `tokenService.state` does not say where they are kept");
                }
                means(path, entry).ifPresent(means -> clients.add(new OAuthClient(entry, means)));
            }
            // Two of one id are told by the reader.
            return new OAuthClients(draft.problems().isEmpty() ? clients : List.of());
        });
    }

    private Optional<ClientMeans> means(String path, ClientEntry client) {
        return switch (client.proof()) {
            case Proof.Secrets(List<String> sha256) -> Optional.of(ClientMeans.ofSecrets(sha256.stream().map(HexFormat.of()::parseHex).toList()));
            case Proof.PublicKeys(String text) -> keys(path, client.id(), text);
            case Proof.Certificates(List<AllowedName> names) -> {
                if (!certificates.anyVerifies()) {
                    draft.unusual(path, "client `" + client.id() + "` proves itself by a certificate, and no listener verifies any");
                }
                yield Optional.of(ClientMeans.ofCertificates(new CertificateAuthenticator(
                        client.id(), names, Optional.of(client.id()), Set.of(), certificates.revoked())));
            }
        };
    }

    private Optional<ClientMeans> keys(String path, String client, String text) {
        switch (ClientKeys.parse(text)) {
            case KeyList.Parsed.Malformed(String why) -> draft.problem(path, "`publicKeys` of client `" + client + "`: " + why);
            case KeyList.Parsed.Keys(KeyList list) -> {
                if (!list.keys().isEmpty()) {
                    return Optional.of(ClientMeans.ofKeys(list.keys()));
                }
                draft.problem(path, "`publicKeys` of client `" + client + "` hold none that is taken: " + String.join("; ", list.leftOut()));
            }
        }
        return Optional.empty();
    }
}
