package dev.sallyport.server.observe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Shows a query without the values whose names look like credentials, however their names are escaped. */
final class QueryMask {
    private static final Pattern CREDENTIAL =
            Pattern.compile("key|token|secret|passw|pwd|auth|sig|code|session|credential|assertion|jwt|hmac|nonce|state");

    private QueryMask() {}

    static String mask(String query) {
        StringJoiner masked = new StringJoiner("&");
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            boolean isShown = equals < 0 || !CREDENTIAL.matcher(decoded(pair.substring(0, equals))).find();
            masked.add(isShown ? pair : pair.substring(0, equals) + "=***");
        }
        return masked.toString();
    }

    /** A name with a bad escape is treated as a credential's: nobody can say what it is. */
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException badEscape) {
            return "credential";
        }
    }
}
