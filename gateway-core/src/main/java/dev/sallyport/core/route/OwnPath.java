package dev.sallyport.core.route;

import java.util.Map;
import java.util.Set;

/**
 * A path that the gateway answers itself; a row of the same table as the configured routes.
 *
 * @param name part of the route's id, which metrics and logs show
 * @param host any means every one, those of routes among them
 * @param origin key of the configuration that asks for it, where a collision is reported
 * @param methods as in {@link RouteMatch}
 */
public record OwnPath(
        String name, String origin, HostPattern host, PathPattern path, Set<String> methods, RouteAuth auth, Destination.Endpoint endpoint) {
    /** No configured route begins with it. */
    private static final String PREFIX = "_";

    /** For everybody. */
    public OwnPath(String name, String origin, HostPattern host, PathPattern path, Set<String> methods, Destination.Endpoint endpoint) {
        this(name, origin, host, path, methods, RouteAuth.OPEN, endpoint);
    }

    public String id() {
        return PREFIX + name;
    }

    /** Tells it from all others, where {@link #id} groups those that are one thing to whoever reads metrics. */
    public String place() {
        return id() + " at " + path + " on " + host + " for " + origin;
    }

    public RouteMatch match() {
        return new RouteMatch(host.equals(HostPattern.ANY) ? HostPattern.EVERY : host, path, methods, Map.of());
    }
}
