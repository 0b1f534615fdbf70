package dev.sallyport.server.cli.keys;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport keys …}. */
@Command(
        name = "keys",
        description = "Make and manage API keys in a key file.",
        footer = {
            "",
            "The file holds the SHA-256 of each key, never the key. It is rewritten whole: under a lock, with",
            "fsync and rename; comments in it are lost. A running gateway takes up the change by itself."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysCreate.class, KeysList.class, KeysRevoke.class, KeysRotate.class, KeysImport.class})
public final class KeysCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with keys: create, list, revoke, rotate or import.");
    }
}
