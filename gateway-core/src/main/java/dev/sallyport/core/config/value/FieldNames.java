package dev.sallyport.core.config.value;

import java.util.regex.Pattern;

/** Names of header fields (RFC 9110 §5.1). */
public final class FieldNames {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

    private FieldNames() {}

    public static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    static String require(String text) {
        if (!isToken(text)) {
            throw new IllegalArgumentException("is no header name");
        }
        return text;
    }
}
