package dev.sallyport.core.config.file;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sallyport.core.auth.certificate.AllowedName;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;

/** Writes files of OAuth clients. */
public final class ClientFileWriter {
    private ClientFileWriter() {}

    public static byte[] write(Collection<ClientEntry> clients) {
        StringBuilder text = new StringBuilder("# OAuth clients; their secrets stand here by SHA-256 alone. Rewritten by `sallyport clients`.\n");
        text.append(clients.isEmpty() ? "clients: []\n" : "clients:\n");
        for (ClientEntry client : clients) {
            text.append("  - id: ").append(quoted(client.id()))
                    .append("\n    ").append(proof(client.proof()))
                    .append("\n    audiences: ").append(list(client.audiences()))
                    .append("\n    scopes: ").append(list(client.scopes()))
                    .append("\n    introspects: ").append(list(client.introspects()))
                    .append("\n    refreshTokens: ").append(client.refreshTokens() == RefreshTokens.ISSUED)
                    .append("\n    active: ").append(client.activity() == Activity.ACTIVE).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String proof(Proof proof) {
        return switch (proof) {
            case Proof.Secrets(var hashes) -> "secrets: " + list(hashes.stream().map(hash -> "sha256:" + hash).toList());
            case Proof.PublicKeys(String keys) -> "publicKeys: " + quoted(keys);
            case Proof.Certificates(var names) ->
                    names.stream().map(ClientFileWriter::name).collect(Collectors.joining(", ", "certificates: [", "]"));
        };
    }

    private static String name(AllowedName name) {
        return switch (name) {
            case AllowedName.Spiffe(String pattern) -> "{ spiffe: " + quoted(pattern) + " }";
            case AllowedName.Dns(String pattern) -> "{ dns: " + quoted(pattern) + " }";
            case AllowedName.Subject(String pattern) -> "{ subject: " + quoted(pattern) + " }";
        };
    }

    private static String list(Collection<String> values) {
        return values.stream().map(ClientFileWriter::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A JSON string is a double-quoted YAML scalar. */
    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
