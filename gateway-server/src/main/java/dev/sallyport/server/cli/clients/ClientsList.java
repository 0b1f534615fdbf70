package dev.sallyport.server.cli.clients;

import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.server.cli.list.ListFile.Missing;
import dev.sallyport.server.cli.list.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clients list}: everything but hashes and keys. */
@Command(
        name = "list",
        description = "Show the clients: id, by what they prove themselves, what they may have, and state (active, revoked).",
        mixinStandardHelpOptions = true)
final class ClientsList implements Runnable {
    private static final String NONE = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientStoreOption store = new ClientStoreOption();

    @Override
    public void run() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "PROOF", "AUDIENCES", "SCOPES", "INTROSPECTS", "REFRESH", "STATE"));
        store.editor().read(Missing.IS_WRONG).forEach(client -> rows.add(row(client)));
        TextTable.print(rows, spec.commandLine().getOut());
    }

    private static List<String> row(ClientEntry client) {
        String proof = switch (client.proof()) {
            case Proof.Secrets _ -> "secret";
            case Proof.PublicKeys _ -> "key";
            case Proof.Certificates _ -> "certificate";
        };
        return List.of(
                client.id(), proof, text(client.audiences()), text(client.scopes()), text(client.introspects()),
                client.refreshTokens() == ClientEntry.RefreshTokens.ISSUED ? "yes" : "no", client.activity().name().toLowerCase(Locale.ROOT));
    }

    private static String text(Set<String> values) {
        return values.isEmpty() ? NONE : String.join(",", values);
    }
}
