package dev.sallyport.core.auth.signature;

import dev.sallyport.core.http.HeaderFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Reads the headers that all schemes have in common. */
final class SchemeFields {
    /** Digits of a Unix time: the year 33658 is far enough. */
    private static final int MAX_TIME_DIGITS = 12;

    private SchemeFields() {}

    /** The one value of a field; empty where it is missing, repeated, empty or over the bound. */
    static Optional<String> only(HeaderFields fields, String name) {
        int index = fields.indexOf(name, 0);
        if (index < 0 || fields.indexOf(name, index + 1) >= 0) {
            return Optional.empty();
        }
        int length = fields.valueEnd(index) - fields.valueStart(index);
        return length == 0 || length > SignatureScheme.MAX_HEADER_LENGTH ? Optional.empty() : Optional.of(fields.value(index));
    }

    /** Seconds since 1970, in plain digits. */
    static Optional<Instant> time(String text) {
        if (text.isEmpty() || text.length() > MAX_TIME_DIGITS) {
            return Optional.empty();
        }
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) < '0' || text.charAt(index) > '9') {
                return Optional.empty();
            }
        }
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    }

    static byte[] bytes(String prefix) {
        // Fields are bytes; ISO 8859-1 gives back exactly what was sent.
        return prefix.getBytes(StandardCharsets.ISO_8859_1);
    }
}
