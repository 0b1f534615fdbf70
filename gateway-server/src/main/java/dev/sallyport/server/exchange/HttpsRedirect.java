package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.util.List;

/** What a listener with {@code redirectToHttps} answers: a way to the same target under https, to hosts that routes name. */
final class HttpsRedirect {
    private static final int PERMANENT = 308;
    private static final int DEFAULT_PORT = 443;

    private HttpsRedirect() {}

    /** Any other host would make an open redirect; and who sent a credential in the clear must learn that, not be led on. */
    static Decision decide(GatewaySnapshot snapshot, RequestView request, int httpsPort) {
        RequestHead head = request.head();
        if (!snapshot.routes().servesHost(head.host())) {
            return reject(RejectReason.ROUTE_NOT_FOUND, "no route names the host, so nothing is redirected to it");
        }
        if (head.fields().contains("authorization")) {
            return reject(RejectReason.HTTPS_REQUIRED, "a credential on a listener that only redirects");
        }
        String port = httpsPort == DEFAULT_PORT ? "" : ":" + httpsPort;
        String query = head.target().query().map(text -> "?" + text).orElse("");
        String location = "https://" + head.host() + port + head.target().path() + query;
        return new Decision.Respond(
                new LocalResponse(PERMANENT, List.of(new ResponseField("Location", location)), new byte[0]), Trail.UNROUTED);
    }

    private static Decision reject(RejectReason reason, String detail) {
        return new Decision.Reject(Rejection.of(reason, detail), Trail.UNROUTED);
    }
}
