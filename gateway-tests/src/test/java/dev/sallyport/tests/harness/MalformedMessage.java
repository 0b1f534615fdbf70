package dev.sallyport.tests.harness;

import java.io.IOException;

/** What came is no HTTP/1.1 message in the strictest reading. */
public final class MalformedMessage extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedMessage(String message) {
        super(message);
    }
}
