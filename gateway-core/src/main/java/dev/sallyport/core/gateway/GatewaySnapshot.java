package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.TrustedProxies;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.reject.ProblemDocument;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.upstream.Upstream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a configuration and the files it names say, frozen. A request is decided by the snapshot it began
 * with, to its log line.
 *
 * @param notices insecure settings and unusual choices, in words, for {@code check} and the start-up log
 */
public record GatewaySnapshot(
        long generation,
        Instant compiledAt,
        Map<String, ListenerPlan> listeners,
        Optional<AdminPlan> admin,
        RouteTable routes,
        Map<String, Upstream> upstreams,
        Map<String, Authenticator> authenticators,
        IdentityHeaders identityHeaders,
        TrustedProxies trustedProxies,
        LogPlan accessLog,
        LogPlan auditLog,
        ErrorDetail errorDetail,
        List<Notice> notices) {

    /** How a refusal is told to the client, in as much detail as the configuration allows. */
    public LocalResponse problem(Rejection rejection, String requestId) {
        return switch (errorDetail) {
            case WITHHELD -> ProblemDocument.coarse(rejection, requestId);
            case SHOWN -> ProblemDocument.detailed(rejection, requestId);
        };
    }

    /** Whether clients see {@link Rejection#logDetail}. */
    public enum ErrorDetail { WITHHELD, SHOWN }

    public record Notice(Kind kind, String key, String text) {
        public enum Kind { INSECURE, UNUSUAL }
    }
}
