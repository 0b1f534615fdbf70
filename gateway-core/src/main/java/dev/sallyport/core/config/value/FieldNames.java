package dev.sallyport.core.config.value;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of header fields (RFC 9110 §5.1). */
public final class FieldNames {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
    private static final Pattern NO_WORD = Pattern.compile("[^0-9a-z]");

    private FieldNames() {}

    public static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /** One for all spellings that a server may read alike: no case, and one sign for whatever separates words. */
    public static String fold(String name) {
        return NO_WORD.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
    }

    static String require(String text) {
        if (!isToken(text)) {
            throw new IllegalArgumentException("is no header name");
        }
        return text;
    }
}
