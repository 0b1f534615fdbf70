package dev.sallyport.core.auth.token;

import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.port.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Finds the token in the place that the rules name, without allocating for requests that carry none. */
public final class TokenPlace {
    private TokenPlace() {}

    /** Where a token stands. */
    public sealed interface Found {
        record Absent() implements Found {}

        /** The header came twice, or as a list: gateway and upstream could pick different tokens. */
        record Ambiguous(String header) implements Found {}

        /** @param location in which of several */
        record At(byte[] bytes, int start, int end, CredentialLocation location) implements Found {
            public String text() {
                return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
            }
        }

        Found ABSENT = new Absent();
    }

    /** The first of these places in which something stands. */
    public static Found find(HeaderFields fields, List<CredentialLocation> places) {
        Found found = Found.ABSENT;
        for (int index = 0; index < places.size() && found instanceof Found.Absent; index++) {
            found = find(fields, places.get(index));
        }
        return found;
    }

    /** The token of a request that was accepted as this identity. */
    public static Optional<CallerToken> accepted(HeaderFields fields, List<CredentialLocation> places, Identity identity) {
        return find(fields, places) instanceof Found.At at
                ? Optional.of(new CallerToken(Secret.ofText(at.text()), identity.expiresAt()))
                : Optional.empty();
    }

    private static Found find(HeaderFields fields, CredentialLocation location) {
        Found found = Found.ABSENT;
        int count = 0;
        String name = location.fieldName();
        for (int index = fields.indexOf(name, 0); index >= 0; index = fields.indexOf(name, index + 1)) {
            count++;
            Found next = at(fields, index, location);
            found = next instanceof Found.Absent ? found : next;
        }
        return count > 1 && !(found instanceof Found.Absent) ? new Found.Ambiguous(name) : found;
    }

    private static Found at(HeaderFields fields, int index, CredentialLocation location) {
        byte[] bytes = fields.bytes();
        int start = fields.valueStart(index);
        int end = fields.valueEnd(index);
        if (location instanceof CredentialLocation.Scheme(var _, String scheme)) {
            if (!startsWith(bytes, start, end, scheme)) {
                return Found.ABSENT;
            }
            start += scheme.length();
            while (start < end && bytes[start] == ' ') {
                start++;
            }
        }
        for (int at = start; at < end; at++) {
            if (bytes[at] == ',' || bytes[at] == ' ' || bytes[at] == '\t') {
                return new Found.Ambiguous(location.fieldName());
            }
        }
        return new Found.At(bytes, start, end, location);
    }

    /** Schemes compare without regard to case (RFC 9110 §11.1); one space or more follows, or nothing at all. */
    private static boolean startsWith(byte[] bytes, int start, int end, String scheme) {
        int after = start + scheme.length();
        if (after > end || (after < end && bytes[after] != ' ')) {
            return false;
        }
        for (int index = 0; index < scheme.length(); index++) {
            if (lower(bytes[start + index]) != lower((byte) scheme.charAt(index))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }
}
