package dev.sallyport.core.upstream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A backend API and how to speak to it. Pools, health and balancing live in the server.
 *
 * @param responseTimeout from the request's last byte, or from the connect where there is no content, to the head of the answer
 * @param idleTimeout how long a pooled connection may rest, and how long a relayed body may pause
 * @param maxConnections open connections to all targets together
 * @param tls absent where all targets speak plain HTTP
 */
public record Upstream(
        String name,
        List<Target> targets,
        Balance balance,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        int maxConnections,
        HostPolicy host,
        UpstreamCredentials credentials,
        Optional<UpstreamTls> tls) {

    public enum Balance { ROUND_ROBIN, LEAST_REQUESTS }

    /** What stands in the Host field of the request that goes up. */
    public sealed interface HostPolicy {
        /** What the client asked for. */
        record Preserve() implements HostPolicy {}

        /** The target's own address. */
        record OfTarget() implements HostPolicy {}

        record Named(String host) implements HostPolicy {}
    }
}
