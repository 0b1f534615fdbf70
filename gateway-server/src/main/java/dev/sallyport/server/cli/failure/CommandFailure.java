package dev.sallyport.server.cli.failure;

/** A command stops here. The message is for the operator and ends standard error; there is no stack trace to read. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int AT_RUN_TIME = 1;
    private static final int IN_WHAT_WAS_GIVEN = 2;

    private final int status;

    private CommandFailure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** What was asked is sound, but it cannot be done now: exit status 1. */
    public static CommandFailure atRunTime(String message) {
        return new CommandFailure(AT_RUN_TIME, message);
    }

    /** The words or files given are wrong: exit status 2. */
    public static CommandFailure inWhatWasGiven(String message) {
        return new CommandFailure(IN_WHAT_WAS_GIVEN, message);
    }

    public int status() {
        return status;
    }
}
