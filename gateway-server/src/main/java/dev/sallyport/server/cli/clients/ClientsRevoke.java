package dev.sallyport.server.cli.clients;

import dev.sallyport.server.cli.list.ListFile.Missing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code clients revoke}: the client stays in the file, so that its id is not given to another. */
@Command(
        name = "revoke",
        description = "Let a client have no tokens any more.",
        footer = {"", "Access tokens that it has live on for their minutes; `POST /revocations` of the admin port calls them back too."},
        mixinStandardHelpOptions = true)
final class ClientsRevoke implements Runnable {
    @Mixin
    private ClientStoreOption store = new ClientStoreOption();

    @Parameters(paramLabel = "ID", description = "The client's id, as `clients list` shows it.")
    private String id = "";

    @Override
    public void run() {
        store.editor().edit(Missing.IS_WRONG, clients -> ClientRows.revoke(clients, id));
    }
}
