package dev.sallyport.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport run}: serves until it is told to stop. */
@Command(
        name = "run",
        description = "Serve a configuration. Prints one JSON line for each listener on standard output; the process log goes to standard error.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "CONFIG", description = "The configuration: a YAML file, or a directory whose files are merged by key.")
    private Path config = Path.of("");

    @Override
    public void run() {
        ServingGateway.start(config, System.getenv(), spec.commandLine().getOut()).serve();
    }
}
