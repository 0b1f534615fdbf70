package dev.sallyport.server.observe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shows a query without the values whose names look like credentials, however their names are escaped. */
final class QueryMask {
    private static final Pattern CREDENTIAL =
            Pattern.compile("key|token|secret|passw|pwd|auth|sig|code|session|credential|assertion|jwt|hmac|nonce|state");

    private static final Pattern PARAMETER = Pattern.compile("[^&;]+");
    private static final int LONGEST_NAME = 32;
    private static final String MASKED = "***";

    private QueryMask() {}

    /** Parameters as any server splits them: some take {@code ;} for {@code &}. */
    static String mask(String query) {
        return PARAMETER.matcher(query).replaceAll(found -> Matcher.quoteReplacement(shown(found.group())));
    }

    private static String shown(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            return parameter.length() > LONGEST_NAME ? MASKED : parameter;
        }
        String name = parameter.substring(0, equals);
        return name.length() > LONGEST_NAME || CREDENTIAL.matcher(decoded(name)).find() ? name(name) + "=" + MASKED : parameter;
    }

    /** What is too long for a name is a token that came without one, {@code =} at its end being base64's. */
    private static String name(String name) {
        return name.length() > LONGEST_NAME ? MASKED : name;
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
