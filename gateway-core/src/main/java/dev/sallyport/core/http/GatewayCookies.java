package dev.sallyport.core.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cookies that the gateway keeps to itself: whatever their value, none of them goes up, and no upstream sets one. All have
 * {@link #PREFIX}, whose first half makes browsers refuse one that another host or a plain connection tries to plant
 * (RFC 6265bis §4.1.3.2).
 */
public final class GatewayCookies {
    public static final String PREFIX = "__Host-sallyport.";

    /** What a browser sends it back with, and how long it keeps it, are for whoever sets it. */
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private GatewayCookies() {}

    /** {@code Set-Cookie} of one that ends with the browser, or with what holds it here. */
    public static ResponseField set(String name, String value) {
        return new ResponseField("Set-Cookie", name + "=" + value + ATTRIBUTES);
    }

    public static ResponseField set(String name, String value, long maxAgeSeconds) {
        return new ResponseField("Set-Cookie", name + "=" + value + ATTRIBUTES + "; Max-Age=" + maxAgeSeconds);
    }

    public static ResponseField clear(String name) {
        return set(name, "", 0);
    }

    /** The first field at or after {@code from} in which one of this name stands, or -1. */
    public static int indexOf(HeaderFields fields, String name, int from) {
        int index = fields.indexOf("cookie", from);
        while (index >= 0 && !(areIn(fields, index) && isIn(fields.value(index), name))) {
            index = fields.indexOf("cookie", index + 1);
        }
        return index;
    }

    private static boolean isIn(String field, String name) {
        for (String pair : field.split(";", -1)) {
            if (pair.strip().startsWith(name + "=")) {
                return true;
            }
        }
        return false;
    }

    /** The values under this name, in the order in which they came. */
    public static List<String> values(HeaderFields fields, String name) {
        List<String> values = new ArrayList<>(1);
        for (int index = fields.indexOf("cookie", 0); index >= 0; index = fields.indexOf("cookie", index + 1)) {
            for (String pair : fields.value(index).split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(pair.substring(equals + 1).strip());
                }
            }
        }
        return values;
    }

    /** The names that begin so, in the order in which they came: a browser sends older cookies first (RFC 6265 §5.4). */
    public static List<String> names(HeaderFields fields, String prefix) {
        List<String> names = new ArrayList<>();
        for (int index = fields.indexOf("cookie", 0); index >= 0; index = fields.indexOf("cookie", index + 1)) {
            for (String pair : fields.value(index).split(";", -1)) {
                String name = pair.split("=", 2)[0].strip();
                if (name.startsWith(prefix)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** Whether the field is {@code Cookie} and holds, or could be taken to hold, one of them. Allocates nothing. */
    public static boolean areIn(HeaderFields fields, int index) {
        return fields.isNamed(index, "cookie") && find(fields.bytes(), fields.valueStart(index), fields.valueEnd(index)) >= 0;
    }

    /** The value of a {@code Cookie} field without them; empty where nothing is left. The others stay byte for byte. */
    public static Optional<String> without(String value) {
        List<String> kept = new ArrayList<>();
        for (String pair : value.split(";", -1)) {
            if (!isOurs(pair)) {
                kept.add(pair);
            }
        }
        String rest = String.join(";", kept).strip();
        return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
    }

    /** Whether the field would set one in a browser. */
    public static boolean isSetBy(HeaderFields fields, int index) {
        return fields.isNamed(index, "set-cookie") && isOurs(fields.value(index));
    }

    /**
     * Browsers keep {@code =name=value} as a cookie without a name and send it back as {@code name=value}; their case is not
     * everyone's. Both count as ours.
     */
    private static boolean isOurs(String pair) {
        int start = 0;
        while (start < pair.length() && (pair.charAt(start) == ' ' || pair.charAt(start) == '\t' || pair.charAt(start) == '=')) {
            start++;
        }
        return pair.regionMatches(true, start, PREFIX, 0, PREFIX.length());
    }

    private static int find(byte[] bytes, int start, int end) {
        for (int from = start; from <= end - PREFIX.length(); from++) {
            if (isAt(bytes, from)) {
                return from;
            }
        }
        return -1;
    }

    private static boolean isAt(byte[] bytes, int from) {
        for (int offset = 0; offset < PREFIX.length(); offset++) {
            if (Character.toLowerCase((char) (bytes[from + offset] & 0xFF)) != Character.toLowerCase(PREFIX.charAt(offset))) {
                return false;
            }
        }
        return true;
    }
}
