package dev.sallyport.core.http.uri;

import dev.sallyport.core.http.uri.RequestTarget.Parsed;
import dev.sallyport.core.http.uri.RequestTarget.Trait;
import java.util.Optional;
import java.util.Set;

/** Tells the forms of a request target apart (RFC 9112 §3.2) and checks the query; {@link PathReader} reads the path. */
final class TargetReader {
    private static final String ASTERISK = "*";

    private TargetReader() {}

    static Parsed read(String method, String raw) {
        if (raw.isEmpty()) {
            return new Parsed.Invalid(TargetViolation.EMPTY);
        }
        if (raw.charAt(0) == '/') {
            return readPathAndQuery(raw, raw, Optional.empty());
        }
        if (raw.equals(ASTERISK) && method.equals("OPTIONS")) {
            return new Parsed.Valid(asterisk(raw), Optional.empty());
        }
        return readAbsolute(method, raw);
    }

    private static RequestTarget asterisk(String raw) {
        return new RequestTarget(raw, ASTERISK, ASTERISK, Optional.empty(), Set.of());
    }

    /** Only {@code http://} and {@code https://}: {@code http:http://host/admin} was judged as "/" and forwarded verbatim (CVE-2026-88009). */
    private static Parsed readAbsolute(String method, String raw) {
        int start = afterScheme(raw);
        if (start < 0) {
            return new Parsed.Invalid(TargetViolation.FORM_NOT_ALLOWED);
        }
        int end = start;
        while (end < raw.length() && raw.charAt(end) != '/' && raw.charAt(end) != '?') {
            if (!isVisible(raw.charAt(end)) || raw.charAt(end) == '#') {
                return new Parsed.Invalid(TargetViolation.CHARACTER_NOT_ALLOWED);
            }
            end++;
        }
        String authority = raw.substring(start, end);
        if (authority.isEmpty() || authority.indexOf('@') >= 0 || authority.indexOf('\\') >= 0) {
            return new Parsed.Invalid(TargetViolation.AUTHORITY_INVALID);
        }
        if (end == raw.length() && method.equals("OPTIONS")) {
            // RFC 9112 §3.2.4: the last proxy sends "*" for OPTIONS of a whole server.
            return new Parsed.Valid(asterisk(raw), Optional.of(authority));
        }
        String rest = raw.substring(end);
        return readPathAndQuery(raw, rest.startsWith("/") ? rest : "/" + rest, Optional.of(authority));
    }

    private static int afterScheme(String raw) {
        if (raw.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return raw.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static Parsed readPathAndQuery(String raw, String origin, Optional<String> authority) {
        int mark = origin.indexOf('?');
        Optional<String> query = mark < 0 ? Optional.empty() : Optional.of(origin.substring(mark + 1));
        if (query.isPresent() && !isQuery(query.get())) {
            return new Parsed.Invalid(TargetViolation.CHARACTER_NOT_ALLOWED);
        }
        String written = mark < 0 ? origin : origin.substring(0, mark);
        return switch (PathReader.read(written)) {
            case PathReader.Outcome.Refused(var violation) -> new Parsed.Invalid(violation);
            case PathReader.Outcome.Canonical(var merged, var kept, Set<Trait> traits) ->
                    new Parsed.Valid(new RequestTarget(raw, merged, kept, query, traits), authority);
        };
    }

    /** The query goes up byte for byte, so only what could break the request line or open a fragment is refused. */
    private static boolean isQuery(String query) {
        for (int index = 0; index < query.length(); index++) {
            char letter = query.charAt(index);
            if (!isVisible(letter) || letter == '#') {
                return false;
            }
        }
        return true;
    }

    private static boolean isVisible(char letter) {
        return letter > 0x20 && letter < 0x7F;
    }
}
