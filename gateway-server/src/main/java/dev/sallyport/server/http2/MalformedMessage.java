package dev.sallyport.server.http2;

/**
 * The fields are no message (RFC 9113 §8.1.1): its stream is reset, and nothing of it goes on. Thrown without a trace of the
 * stack: blocks like this are cheap to send.
 */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMessage(String detail) {
        super(detail, null, false, false);
    }

    /** What was found, without any value. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
