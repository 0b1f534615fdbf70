package dev.sallyport.server.http1.syntax;

import dev.sallyport.core.http.uri.TargetViolation;
import dev.sallyport.core.reject.RejectReason;
import java.util.Optional;

/**
 * The bytes are not one unambiguous message. Thrown from deep within a grammar, so it carries no stack trace: an attacker
 * must not make us walk stacks. The connection is of no further use; nothing behind the violation is read.
 */
public final class FramingViolation extends Exception {
    private static final long serialVersionUID = 1;

    private final RejectReason reason;

    /** A string, not an Optional: exceptions are serializable. */
    private final String limit;

    public FramingViolation(RejectReason reason, String detail) {
        this(reason, "", detail);
    }

    private FramingViolation(RejectReason reason, String limit, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.limit = limit;
    }

    /** One that a larger {@code limits.} of the configuration would have let pass. */
    public static FramingViolation ofLimit(String limit, RejectReason reason, String detail) {
        return new FramingViolation(reason, limit, detail);
    }

    public static FramingViolation of(TargetViolation target) {
        RejectReason reason = switch (target.kind()) {
            case MALFORMED -> RejectReason.TARGET_MALFORMED;
            case AMBIGUOUS -> RejectReason.PATH_AMBIGUOUS;
        };
        return new FramingViolation(reason, target.sentence());
    }

    public static FramingViolation ofChunk(String detail) {
        return new FramingViolation(RejectReason.CHUNK_MALFORMED, detail);
    }

    public RejectReason reason() {
        return reason;
    }

    /** The limit that was reached, by its name in the configuration. */
    public Optional<String> limit() {
        return limit.isEmpty() ? Optional.empty() : Optional.of(limit);
    }

    /** What was found, without the bytes of any value. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
