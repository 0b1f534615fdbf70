package dev.sallyport.core.route;

import dev.sallyport.core.auth.AuthChain;
import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.policy.Policy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may use a route. There is no route without one. */
public sealed interface RouteAuth {
    /** {@code auth: none}, written out. */
    record Open() implements RouteAuth {}

    /** The chain proves an identity; then every policy must be satisfied. */
    record Protected(ChainPlan plan, List<Policy> policies) implements RouteAuth {}

    /**
     * The endpoint itself asks who is there, in its own way; what holds for every credential holds for all requests to it.
     *
     * @param urlParameters names, in lower case, of what must not stand in a query
     */
    record ByEndpoint(Set<String> urlParameters) implements RouteAuth {}

    RouteAuth OPEN = new Open();

    /**
     * @param realm the route's id, which challenges name
     * @param resourceMetadata as in {@link ChainPlan}
     */
    static RouteAuth of(String realm, AuthChain chain, Optional<String> resourceMetadata, List<Policy> policies) {
        return new Protected(ChainPlan.of(realm, chain, resourceMetadata), List.copyOf(policies));
    }
}
