package dev.sallyport.core.http;

import java.util.Locale;

/**
 * Where a page comes from (RFC 6454 §4), as a browser sees it.
 *
 * @param authority in lower case, without the scheme's own port
 */
public record Origin(String scheme, String authority) {

    /** In front of a proxy that we trust, or on our own listener. */
    public static Origin of(RequestView request) {
        Client client = request.client();
        return new Origin(client.scheme(), authority(client.scheme(), client.host()));
    }

    /** Whether the value of an {@code Origin} field means this one; {@code null} and lists mean none. */
    public boolean isWritten(String value) {
        return value.toLowerCase(Locale.ROOT).equals(toString());
    }

    public static String authority(String scheme, String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String own = scheme.equals("https") ? ":443" : ":80";
        String bare = lower.endsWith(own) ? lower.substring(0, lower.length() - own.length()) : lower;
        return bare.endsWith(":") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /** As it is serialised (RFC 6454 §6.1). */
    @Override
    public String toString() {
        return scheme + "://" + authority;
    }
}
