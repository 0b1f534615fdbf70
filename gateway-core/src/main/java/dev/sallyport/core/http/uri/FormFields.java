package dev.sallyport.core.http.uri;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Parameters of a query or of a form's content ({@code application/x-www-form-urlencoded}), each there once. */
public final class FormFields {
    /** More than any OAuth message has. */
    private static final int MAX_FIELDS = 50;

    private FormFields() {}

    /**
     * Empty for a parameter that comes twice, since two readers could pick different ones (RFC 6749 §3.1), for a bad escape,
     * and for too many.
     */
    public static Optional<Map<String, String>> read(String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (encoded.isEmpty()) {
            return Optional.of(fields);
        }
        String[] pairs = encoded.split("&", MAX_FIELDS + 1);
        if (pairs.length > MAX_FIELDS) {
            return Optional.empty();
        }
        try {
            for (String pair : pairs) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                if (!pair.isEmpty() && fields.putIfAbsent(name, value) != null) {
                    return Optional.empty();
                }
            }
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        return Optional.of(Collections.unmodifiableMap(fields));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
