package dev.sallyport.server.cli;

import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.quickstart.Attempt;
import dev.sallyport.server.cli.quickstart.DemoFolder;
import dev.sallyport.server.cli.quickstart.Demonstration;
import dev.sallyport.server.cli.quickstart.EchoUpstream;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sallyport quickstart}: a gateway with demo credentials, and lines to try on it. */
@Command(
        name = "quickstart",
        description = "Serve a demonstration: an echo upstream, keys, tokens and certificates made on the spot, and curl lines that work or must be refused.",
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        try {
            DemoFolder folder = DemoFolder.create();
            EchoUpstream upstream = EchoUpstream.start();
            Demonstration demonstration = Demonstration.write(folder, upstream.port());
            PrintWriter out = spec.commandLine().getOut();
            ServingGateway gateway = ServingGateway.start(demonstration.config(), System.getenv(), out);
            print(demonstration, out);
            gateway.serve(upstream, folder);
        } catch (IOException failure) {
            throw CommandFailure.atRunTime("the demonstration cannot be set up: " + failure.getMessage());
        }
    }

    private static void print(Demonstration demonstration, PrintWriter out) {
        StringBuilder text = new StringBuilder("\n# Configuration: ").append(demonstration.config()).append("\n# Ctrl-C stops it and removes the folder.\n");
        for (Attempt attempt : demonstration.attempts()) {
            text.append("\n# ").append(attempt.outcome()).append(": ").append(attempt.title()).append('\n').append(attempt.curl()).append('\n');
        }
        out.print(text);
        out.flush();
    }
}
