package dev.sallyport.core.auth.binding;

import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import java.util.Locale;
import java.util.Optional;

/**
 * A URL without query and fragment in the form in which two are equal that mean one (RFC 3986 §6.2.2, §6.2.3; RFC 9449
 * §4.3, check 9).
 *
 * @param authority in lower case, without the scheme's own port
 */
record SeenUrl(String scheme, String authority, String path) {

    /** As the client sees it: before a proxy that we trust, or on our own listener. */
    static SeenUrl of(RequestView request) {
        Client client = request.client();
        return new SeenUrl(client.scheme(), authority(client.scheme(), client.host()), request.head().target().keptPath());
    }

    /** Empty for what no request could be for. */
    static Optional<SeenUrl> parse(String url) {
        int fragment = url.indexOf('#');
        String whole = fragment < 0 ? url : url.substring(0, fragment);
        int colon = whole.indexOf(':');
        String scheme = colon < 0 ? "" : whole.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return Optional.empty();
        }
        return RequestTarget.parse("GET", whole) instanceof RequestTarget.Parsed.Valid(RequestTarget target, Optional<String> authority)
                ? authority.map(named -> new SeenUrl(scheme, authority(scheme, named), target.keptPath()))
                : Optional.empty();
    }

    private static String authority(String scheme, String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String own = scheme.equals("https") ? ":443" : ":80";
        String bare = lower.endsWith(own) ? lower.substring(0, lower.length() - own.length()) : lower;
        return bare.endsWith(":") ? bare.substring(0, bare.length() - 1) : bare;
    }
}
