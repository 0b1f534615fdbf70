package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an upstream does, as the status page shows it: read without a lock, so the numbers of one view may be an instant apart.
 *
 * @param open connections, those being opened counted in
 */
public record Health(String upstream, int open, int maxConnections, List<OfTarget> targets) {

    /**
     * @param ejectedFor how long the target is still passed over; absent where it takes its share
     * @param inFlight requests that have a connection to it or wait for one
     * @param idle pooled connections
     * @param open all connections, idle ones counted in
     */
    public record OfTarget(Target target, Optional<Duration> ejectedFor, int inFlight, int idle, int open) {}
}
