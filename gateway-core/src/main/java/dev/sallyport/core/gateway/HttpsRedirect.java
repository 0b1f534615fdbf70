package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.http.CredentialLocation;
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
import java.util.Optional;

/**
 * Sends a plain request to the same target under https: only to hosts that routes name, or the gateway would redirect
 * anywhere; and never one that carries a credential, which is disclosed by now and must not go on working unnoticed.
 */
final class HttpsRedirect {
    private static final int HTTPS_PORT = 443;
    private static final int PERMANENT = 308;

    private final GatewaySnapshot snapshot;
    private final Admission admission;

    HttpsRedirect(GatewaySnapshot snapshot, Admission admission) {
        this.snapshot = snapshot;
        this.admission = admission;
    }

    Decision decide(RouteTable.Lookup lookup, RequestView request, int port) {
        RequestHead head = request.head();
        if (request.isReadableByOthers() && presentsCredential(request)) {
            return reject(Rejection.of(RejectReason.HTTPS_REQUIRED, "a credential came over plain HTTP"));
        }
        Optional<Rejection> misplaced = lookup instanceof RouteTable.Lookup.Found(Route route, var _) ? admit(route.auth(), request) : Optional.empty();
        if (misplaced.isPresent()) {
            return reject(misplaced.get());
        }
        if (!snapshot.routes().servesHost(head.host()) || !head.target().path().startsWith("/")) {
            return reject(Rejection.of(RejectReason.ROUTE_NOT_FOUND, "no route names this host, so nothing is redirected"));
        }
        String query = head.target().query().map(text -> "?" + text).orElse("");
        String authority = port == HTTPS_PORT ? head.host() : head.host() + ":" + port;
        String location = "https://" + authority + head.target().keptPath() + query;
        LocalResponse response = new LocalResponse(PERMANENT, List.of(new ResponseField("Location", location)), new byte[0]);
        return new Decision.Respond(response, Trail.UNROUTED);
    }

    private Optional<Rejection> admit(RouteAuth auth, RequestView request) {
        return switch (auth) {
            case RouteAuth.Open() -> Optional.empty();
            case RouteAuth.Protected(var plan, var _) -> admission.check(plan, request, Optional.empty());
            case RouteAuth.ByEndpoint(var urlParameters) -> admission.check(urlParameters, request, Optional.empty());
        };
    }

    /** Whatever the route: a key that this route does not look at opens another one. */
    private boolean presentsCredential(RequestView request) {
        if (request.fields().contains("authorization")) {
            return true;
        }
        for (Authenticator authenticator : snapshot.authenticators().values()) {
            for (CredentialLocation location : authenticator.locations()) {
                if (location.indexIn(request.fields(), 0) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Decision reject(Rejection rejection) {
        return new Decision.Reject(rejection, Trail.refused(Trail.NO_ROUTE, rejection));
    }
}
