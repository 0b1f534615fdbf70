package dev.sallyport.core.http.uri;

/** Why a request target was refused, each with the rule it breaks. */
public enum TargetViolation {
    EMPTY(Kind.MALFORMED, "the target is empty (RFC 9112 §3.2)"),
    FORM_NOT_ALLOWED(Kind.MALFORMED, "neither origin-form, nor absolute-form with http or https, nor `OPTIONS *` (RFC 9112 §3.2)"),
    AUTHORITY_INVALID(Kind.MALFORMED, "the authority of an absolute-form target is empty or carries user information (RFC 9110 §4.2.1, §4.2.4)"),
    CHARACTER_NOT_ALLOWED(Kind.MALFORMED, "a byte that RFC 3986 §3.3 and §3.4 allow in no path or query: a control, a space, `#`, non-ASCII"),
    ESCAPE_INVALID(Kind.MALFORMED, "`%` without two hexadecimal digits (RFC 3986 §2.1)"),
    ESCAPED_CONTROL(Kind.MALFORMED, "an escaped control byte, `%00` to `%1F` or `%7F` (RFC 3986 §7.3)"),
    BACKSLASH(Kind.AMBIGUOUS, "a backslash, raw or escaped: some servers take it for a slash (RFC 3986 §2.4)"),
    OVERLONG_ESCAPE(Kind.AMBIGUOUS, "an overlong UTF-8 form of an ASCII character: lenient decoders see a dot or a slash (RFC 3629 §10)"),
    ENCODED_DOT_SEGMENT(Kind.AMBIGUOUS, "a dot segment spelt with `%2E`, or bounded by `%2F` (RFC 3986 §6.2.2.3)"),
    PARAMETER_ON_DOT_SEGMENT(Kind.AMBIGUOUS, "`.` or `..` followed by `;`: some servers cut the parameter off first (RFC 3986 §3.3)"),
    CLIMB_ABOVE_ROOT(Kind.AMBIGUOUS, "`..` above the root (RFC 3986 §5.2.4)");

    /** Whether no server should read it, or two servers could read it differently. */
    public enum Kind { MALFORMED, AMBIGUOUS }

    private final Kind kind;
    private final String sentence;

    TargetViolation(Kind kind, String sentence) {
        this.kind = kind;
        this.sentence = sentence;
    }

    public Kind kind() {
        return kind;
    }

    /** For logs: what was found, never the bytes themselves. */
    public String sentence() {
        return sentence;
    }
}
