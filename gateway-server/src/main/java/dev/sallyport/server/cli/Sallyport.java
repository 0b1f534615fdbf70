package dev.sallyport.server.cli;

import dev.sallyport.server.cli.clients.ClientsCommand;
import dev.sallyport.server.cli.failure.FailurePrinter;
import dev.sallyport.server.cli.keys.KeysCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine;

/** The command line's entry point: what each word means, and the exit status (0, 1 failed at run time, 2 bad usage or configuration). */
@Command(
        name = "sallyport",
        description = "An authenticating API gateway.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionText.class,
        subcommands = {
            QuickstartCommand.class, RunCommand.class, CheckCommand.class, ExplainCommand.class, KeysCommand.class, ClientsCommand.class,
            SignCommand.class
        })
public final class Sallyport {
    private Sallyport() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Sallyport())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new FailurePrinter());
    }
}
