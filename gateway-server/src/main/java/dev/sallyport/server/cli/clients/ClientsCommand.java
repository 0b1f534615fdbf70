package dev.sallyport.server.cli.clients;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport clients …}. */
@Command(
        name = "clients",
        description = "Make and manage OAuth clients of the token service in a file.",
        footer = {
            "",
            "The file holds the SHA-256 of each secret, never the secret. It is rewritten whole: under a lock, with",
            "fsync and rename; comments in it are lost. A running gateway takes up the change by itself."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClientsCreate.class, ClientsList.class, ClientsRevoke.class})
public final class ClientsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with clients: create, list or revoke.");
    }
}
