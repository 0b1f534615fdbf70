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
 * @param path with slashes merged, as most routes send it up
 * @param keptPath the other reading: of {@code /a//../b} the one is {@code /b} and the other {@code /a/b}, and a proof for
 *     either is none for it
 */
record SeenUrl(String scheme, String authority, String path, String keptPath) {

    /** As the client sees it: before a proxy that we trust, or on our own listener. */
    static SeenUrl of(RequestView request) {
        Client client = request.client();
        return of(client.scheme(), client.host(), request.head().target());
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
                ? authority.map(named -> of(scheme, named, target))
                : Optional.empty();
    }

    private static SeenUrl of(String scheme, String authority, RequestTarget target) {
        return new SeenUrl(scheme, authority(scheme, authority), target.path(), target.keptPath());
    }

    private static String authority(String scheme, String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String own = scheme.equals("https") ? ":443" : ":80";
        String bare = lower.endsWith(own) ? lower.substring(0, lower.length() - own.length()) : lower;
        return bare.endsWith(":") ? bare.substring(0, bare.length() - 1) : bare;
    }
}
