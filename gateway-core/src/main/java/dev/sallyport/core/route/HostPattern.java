package dev.sallyport.core.route;

import java.util.Locale;

/** Which hosts a route serves; names are lower case and without port. */
public sealed interface HostPattern {
    record Any() implements HostPattern {}

    record Exact(String host) implements HostPattern {}

    /** {@code *.example.com}: one or more labels before the suffix, which is kept with its leading dot. */
    record Below(String suffix) implements HostPattern {}

    /** All alike, those that routes name among them: what the gateway answers itself, no route's host hides. */
    record Every() implements HostPattern {}

    HostPattern ANY = new Any();
    HostPattern EVERY = new Every();

    /** @throws IllegalArgumentException with a sentence for the operator */
    static HostPattern parse(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        boolean isBelow = host.startsWith("*.");
        String name = isBelow ? host.substring(2) : host;
        boolean isAddress = name.startsWith("[") && name.endsWith("]");
        boolean isName = !name.isEmpty()
                && name.chars().allMatch(letter -> letter < 0x80 && (Character.isLetterOrDigit(letter) || letter == '-' || letter == '.' || letter == '_'));
        if (!isName && !(isAddress && !isBelow)) {
            throw new IllegalArgumentException("a host pattern is a name without port, or `*.` and a name");
        }
        return isBelow ? new Below("." + name) : new Exact(name);
    }

    /** Whether some host is this one's and the other's, and neither is nearer to it. */
    default boolean tiesWith(HostPattern other) {
        return equals(other) || this instanceof Every || other instanceof Every;
    }
}
