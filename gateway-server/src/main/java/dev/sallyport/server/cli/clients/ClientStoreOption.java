package dev.sallyport.server.cli.clients;

import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.server.cli.list.ListFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which file is meant. */
final class ClientStoreOption {
    @Option(names = "--store", required = true, paramLabel = "FILE", description = "The file of the clients, as `tokenService.clients` names it.")
    private Path file = Path.of("");

    ListFile<ClientEntry> editor() {
        return new ListFile<>(file, new ClientFileFormat());
    }
}
