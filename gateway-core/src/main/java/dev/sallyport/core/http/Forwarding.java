package dev.sallyport.core.http;

import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.TrustedProxies;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What trusted proxies say of the hops before them: {@code X-Forwarded-*}, or {@code Forwarded} (RFC 7239) where there is
 * no {@code X-Forwarded-For}. Never both: a proxy that sets one lets the client's own copy of the other through. Where they
 * contradict each other about scheme or host, neither is believed about these, for nobody knows whose copy is whose.
 *
 * @param hops nearest last, as written
 * @param scheme that the client used, as far as it is told
 * @param host for which the client asked, likewise
 */
record Forwarding(List<String> hops, Optional<String> scheme, Optional<String> host) {
    /** Hops read from the near end; further ones are the client's own invention anyway. */
    private static final int MAX_HOPS = 32;

    static Forwarding read(HeaderFields fields, TrustedProxies proxies) {
        Forwarding oneByOne = readOneByOne(fields);
        if (!fields.contains("forwarded")) {
            return oneByOne;
        }
        Forwarding elements = readElements(fields, proxies);
        Forwarding believed = fields.contains("x-forwarded-for") ? oneByOne : elements;
        return oneByOne.contradicts(elements) ? new Forwarding(believed.hops, Optional.empty(), Optional.empty()) : believed;
    }

    private boolean contradicts(Forwarding other) {
        return differ(scheme, other.scheme) || differ(host, other.host);
    }

    /** What one of them leaves out contradicts nothing. */
    private static boolean differ(Optional<String> one, Optional<String> other) {
        return one.isPresent() && other.isPresent() && !one.get().equalsIgnoreCase(other.get());
    }

    /** Nothing says which proxy wrote which value of two of these fields, so the last counts: the peer's own, or what it handed on. */
    private static Forwarding readOneByOne(HeaderFields fields) {
        return new Forwarding(
                nearest(elements(fields, "x-forwarded-for")),
                last(elements(fields, "x-forwarded-proto")).flatMap(Forwarding::schemeOf),
                last(elements(fields, "x-forwarded-host")).filter(Forwarding::isHost));
    }

    /** An element has all that one proxy saw of who came to it, so the one that tells of the client counts (RFC 7239 §4). */
    private static Forwarding readElements(HeaderFields fields, TrustedProxies proxies) {
        List<String> elements = nearest(elements(fields, "forwarded"));
        List<String> hops = elements.stream().map(element -> parameter(element, "for").orElse("unknown")).toList();
        int client = hops.size() - 1;
        while (client > 0 && addressOf(hops.get(client)).filter(proxies::trusts).isPresent()) {
            client--;
        }
        Optional<String> told = client < 0 ? Optional.empty() : Optional.of(elements.get(client));
        return new Forwarding(
                hops,
                told.flatMap(element -> parameter(element, "proto")).flatMap(Forwarding::schemeOf),
                told.flatMap(element -> parameter(element, "host")).filter(Forwarding::isHost));
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

    /** The others may be the client's. */
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
