package dev.sallyport.server.tls;

/** What a configuration asks of TLS cannot be done: a key that does not fit its certificate, an algorithm that the library lacks. */
public final class UnusableTls extends Exception {
    private static final long serialVersionUID = 1;

    UnusableTls(String whose, Exception cause) {
        super("TLS of " + whose + ": " + cause.getMessage(), cause);
    }
}
