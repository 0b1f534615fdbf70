package dev.sallyport.core.route;

import java.util.Map;
import java.util.Set;

/**
 * What a request must look like for a route.
 *
 * @param methods empty for all; GET implies HEAD
 * @param headers name to exact value; all must be there
 */
public record RouteMatch(HostPattern host, PathPattern path, Set<String> methods, Map<String, String> headers) {}
