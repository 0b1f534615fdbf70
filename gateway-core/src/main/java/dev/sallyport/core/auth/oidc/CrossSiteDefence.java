package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Origin;
import dev.sallyport.core.http.RequestView;
import java.util.List;
import java.util.Set;

/**
 * A browser sends its cookie whichever page asked for the request. What a page of another site must not cause is refused
 * unless the browser says that it was one of ours.
 */
public final class CrossSiteDefence {
    /** RFC 9110 §9.2.1, without TRACE, which no page can send. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /** From a page of ours, or from no page at all. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private CrossSiteDefence() {}

    /** A WebSocket's handshake is a GET, and the browser lets every page open one (RFC 6455 §10.2). */
    static boolean allows(RequestView request) {
        return isHarmless(request) || isOwn(request);
    }

    private static boolean isHarmless(RequestView request) {
        return SAFE.contains(request.head().method()) && !request.fields().contains("upgrade");
    }

    /** Whether the browser says so; where it says nothing at all, no. */
    public static boolean isOwn(RequestView request) {
        HeaderFields fields = request.fields();
        List<String> sites = fields.all("sec-fetch-site");
        if (!sites.isEmpty()) {
            return sites.size() == 1 && OWN.contains(sites.getFirst());
        }
        List<String> origins = fields.all("origin");
        return origins.size() == 1 && Origin.of(request).isWritten(origins.getFirst());
    }

    /** Whether the browser says that it was a page of another site. */
    public static boolean isForeign(RequestView request) {
        boolean saysSomething = request.fields().contains("sec-fetch-site") || request.fields().contains("origin");
        return saysSomething && !isOwn(request);
    }
}
