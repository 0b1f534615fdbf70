package dev.sallyport.core.gateway;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.policy.Admission;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteTable;
import java.util.List;

/**
 * Sends a plain request to the same target under https: only to hosts that routes name, or the gateway would redirect
 * anywhere; and never one that carries a credential, which is disclosed by now and must not go on working unnoticed.
 */
final class HttpsRedirect {
    private static final int HTTPS_PORT = 443;

    private HttpsRedirect() {}

    static Decision decide(RouteTable routes, RouteTable.Lookup lookup, RequestView request, int port) {
        RequestHead head = request.head();
        boolean isDisclosed = lookup instanceof RouteTable.Lookup.Found(Route route, var _)
                && route.auth() instanceof RouteAuth.Protected(var plan, var _)
                && plan.presentsExplicitCredential(request)
                && Admission.isReadableByOthers(request);
        if (isDisclosed) {
            return reject(Rejection.of(RejectReason.HTTPS_REQUIRED, "a credential came over plain HTTP"));
        }
        if (!routes.servesHost(head.host()) || !head.target().path().startsWith("/")) {
            return reject(Rejection.of(RejectReason.ROUTE_NOT_FOUND, "no route names this host, so nothing is redirected"));
        }
        String query = head.target().query().map(text -> "?" + text).orElse("");
        String authority = port == HTTPS_PORT ? head.host() : head.host() + ":" + port;
        String location = "https://" + authority + head.target().keptPath() + query;
        LocalResponse response = new LocalResponse(308, List.of(new ResponseField("Location", location)), new byte[0]);
        return new Decision.Respond(response, Trail.UNROUTED);
    }

    private static Decision reject(Rejection rejection) {
        return new Decision.Reject(rejection, Trail.refused(Trail.NO_ROUTE, rejection));
    }
}
