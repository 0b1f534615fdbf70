package dev.sallyport.server.cli.failure;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says on standard error why a command stopped; a defect of ours comes with its stack trace. */
public final class FailurePrinter implements IExecutionExceptionHandler {
    private static final int DEFECT = 1;

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult words) {
        if (problem instanceof CommandFailure failure) {
            command.getErr().println("sallyport: " + failure.getMessage());
            return failure.status();
        }
        command.getErr().println("sallyport: a defect; please report it with what follows.");
        problem.printStackTrace(command.getErr());
        return DEFECT;
    }
}
