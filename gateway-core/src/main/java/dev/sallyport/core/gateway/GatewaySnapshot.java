package dev.sallyport.core.gateway;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.reject.ProblemDocument;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.IdentityAssertion;
import dev.sallyport.core.upstream.Upstream;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
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
        Revocations revocations,
        Optional<IdentityAssertion> assertion,
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

    /**
     * The same, now that its sockets are bound: a redirect to a listener that asked for a free port names the one it got.
     *
     * @param ports that were taken, by the listener's name
     */
    public GatewaySnapshot listeningOn(Map<String, Integer> ports) {
        Optional<Integer> https = listeners.values().stream()
                .filter(plan -> plan.mode() instanceof ListenerPlan.Mode.Tls)
                .findFirst()
                .map(plan -> ports.getOrDefault(plan.name(), plan.bind().getPort()));
        Map<String, ListenerPlan> known = new LinkedHashMap<>();
        listeners.forEach((name, plan) -> known.put(name, https.map(plan::redirectingTo).orElse(plan)));
        return new GatewaySnapshot(
                generation, compiledAt, Collections.unmodifiableMap(known), admin, routes, upstreams, authenticators, identityHeaders,
                trustedProxies, revocations, assertion, accessLog, auditLog, errorDetail, notices);
    }

    /** Whether clients see {@link Rejection#logDetail}. */
    public enum ErrorDetail { WITHHELD, SHOWN }

    public record Notice(Kind kind, String key, String text) {
        public enum Kind { INSECURE, UNUSUAL }
    }
}
