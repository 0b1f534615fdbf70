package dev.sallyport.core.http.uri;

import java.util.Optional;
import java.util.Set;

/**
 * A request target (RFC 9112 §3.2), parsed and normalised once. What was matched is what goes upstream: nobody looks at
 * {@link #raw} to decide anything.
 *
 * @param raw as received, for the access log
 * @param path canonical: unreserved characters decoded, escapes in upper case, slashes merged, dot segments removed; {@code *} for {@code OPTIONS *}
 * @param keptPath likewise, but with duplicate slashes kept, for routes that say so
 * @param query the bytes behind the first {@code ?}, untouched
 */
public record RequestTarget(String raw, String path, String keptPath, Optional<String> query, Set<Trait> traits) {

    /** What is allowed or refused route by route. */
    public enum Trait { ENCODED_SLASH, DUPLICATE_SLASHES }

    /** What reading a target gave. */
    public sealed interface Parsed {
        /**
         * @param authority of an absolute-form target (RFC 9112 §3.2.2), user information already refused; its host
         *     grammar, and that it agrees with Host, are for the reader of the head to check
         */
        record Valid(RequestTarget target, Optional<String> authority) implements Parsed {}

        record Invalid(TargetViolation violation) implements Parsed {}
    }

    /**
     * Reads a target in origin-form, absolute-form or, for {@code OPTIONS} alone, asterisk-form (RFC 9112 §3.2).
     *
     * @param raw one character for each byte (ISO 8859-1)
     */
    public static Parsed parse(String method, String raw) {
        return TargetReader.read(method, raw);
    }
}
