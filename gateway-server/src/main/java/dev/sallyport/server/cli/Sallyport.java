package dev.sallyport.server.cli;

/** The command line's entry point. */
public final class Sallyport {
    private Sallyport() {}

    public static void main(String[] arguments) {
        System.exit(2);
    }
}
