package dev.sallyport.core.http;

import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.TrustedProxies;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a trusted proxy says of the hops before it: {@code X-Forwarded-*}, or {@code Forwarded} (RFC 7239) where there is
 * no {@code X-Forwarded-For}. Never both: a proxy that sets one lets the client's own copy of the other through.
 *
 * @param hops nearest last, as written
 */
record Forwarding(List<String> hops, Optional<String> scheme, Optional<String> host) {
    /** Hops read from the near end; further ones are the client's own invention anyway. */
    private static final int MAX_HOPS = 32;

    static Forwarding read(HeaderFields fields) {
        if (fields.contains("x-forwarded-for") || !fields.contains("forwarded")) {
            return new Forwarding(
                    nearest(elements(fields, "x-forwarded-for")),
                    last(elements(fields, "x-forwarded-proto")).flatMap(Forwarding::schemeOf),
                    last(elements(fields, "x-forwarded-host")).filter(Forwarding::isHost));
        }
        List<String> elements = elements(fields, "forwarded");
        List<String> hops = new ArrayList<>();
        elements.forEach(element -> hops.add(parameter(element, "for").orElse("unknown")));
        return new Forwarding(
                nearest(hops),
                last(elements).flatMap(element -> parameter(element, "proto")).flatMap(Forwarding::schemeOf),
                last(elements).flatMap(element -> parameter(element, "host")).filter(Forwarding::isHost));
    }

    /** From the near end, the first hop that no trusted proxy is; beyond one that is no address nothing is believed. */
    Optional<InetAddress> nearestUntrusted(TrustedProxies proxies) {
        Optional<InetAddress> found = Optional.empty();
        for (String hop : hops.reversed()) {
            Optional<InetAddress> address = addressOf(hop);
            if (address.isEmpty()) {
                return found;
            }
            found = address;
            if (!proxies.trusts(address.get())) {
                return found;
            }
        }
        return found;
    }

    String chainWith(String peer) {
        return hops.isEmpty() ? peer : String.join(", ", hops) + ", " + peer;
    }

    private static Optional<InetAddress> addressOf(String hop) {
        Optional<InetAddress> literal = AddressText.parse(hop);
        int colon = hop.lastIndexOf(':');
        boolean hasPort = colon > 0 && (hop.charAt(colon - 1) == ']' || hop.indexOf(':') == colon);
        return literal.isEmpty() && hasPort ? AddressText.parse(hop.substring(0, colon)) : literal;
    }

    private static List<String> elements(HeaderFields fields, String name) {
        List<String> elements = new ArrayList<>();
        for (int index = fields.indexOf(name, 0); index >= 0; index = fields.indexOf(name, index + 1)) {
            for (String element : fields.value(index).split(",", -1)) {
                if (!element.isBlank()) {
                    elements.add(element.strip());
                }
            }
        }
        return elements;
    }

    private static Optional<String> parameter(String element, String name) {
        for (String pair : element.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return Optional.of(pair.substring(equals + 1).strip().replace("\"", ""));
            }
        }
        return Optional.empty();
    }

    private static List<String> nearest(List<String> hops) {
        return List.copyOf(hops.subList(Math.max(0, hops.size() - MAX_HOPS), hops.size()));
    }

    /** The last one: it is what the trusted peer itself wrote, the others may be the client's. */
    private static Optional<String> last(List<String> elements) {
        return elements.isEmpty() ? Optional.empty() : Optional.of(elements.getLast());
    }

    private static Optional<String> schemeOf(String text) {
        String scheme = text.toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https") ? Optional.of(scheme) : Optional.empty();
    }

    private static boolean isHost(String text) {
        return text.chars().allMatch(letter -> letter > 0x20 && letter < 0x7F && "/\\?#@\"".indexOf(letter) < 0);
    }
}
