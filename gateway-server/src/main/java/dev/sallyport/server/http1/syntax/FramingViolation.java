package dev.sallyport.server.http1.syntax;

import dev.sallyport.core.reject.RejectReason;

/**
 * The bytes are not one unambiguous message. Thrown from deep within a grammar, so it carries no stack trace: an attacker
 * must not make us walk stacks. The connection is of no further use; nothing behind the violation is read.
 */
public final class FramingViolation extends Exception {
    private static final long serialVersionUID = 1;

    private final RejectReason reason;

    public FramingViolation(RejectReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public static FramingViolation ofChunk(String detail) {
        return new FramingViolation(RejectReason.CHUNK_MALFORMED, detail);
    }

    public RejectReason reason() {
        return reason;
    }

    /** What was found, without the bytes of any value. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
