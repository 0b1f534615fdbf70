package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.http.RequestView;
import java.util.Optional;

/** Whether a request is a browser going to a page, which can be led elsewhere; a script's call cannot. */
final class Navigation {
    private Navigation() {}

    /** Fetch Metadata's {@code Sec-Fetch-Mode}, or, from browsers without it, what they accept. */
    static boolean is(RequestView request) {
        if (!request.head().method().equals("GET") || request.fields().contains("upgrade")) {
            return false;
        }
        Optional<String> mode = request.fields().findFirst("sec-fetch-mode");
        return mode.isPresent()
                ? mode.get().equals("navigate")
                : request.fields().all("accept").stream().anyMatch(accept -> accept.contains("text/html"));
    }
}
