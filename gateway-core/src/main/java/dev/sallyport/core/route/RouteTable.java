package dev.sallyport.core.route;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.uri.RequestTarget.Trait;
import dev.sallyport.core.http.uri.RequestTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All routes, compiled: a host leads to a trie of path segments, so a look-up costs by the depth of the path and not by
 * the number of routes. The most specific route that fits wins, whatever the order in the file: exact host over wildcard
 * over none; exact path over the longer prefix; more constraints over fewer. A path of the gateway's own is its own with
 * every method, those among them that it refuses.
 */
public final class RouteTable {
    private static final Comparator<Route> MOST_SPECIFIC_FIRST = Comparator
            .comparing((Route route) -> route.match().path(), PathPattern.MOST_SPECIFIC_FIRST)
            .thenComparing(route -> route.match().constraints(), Comparator.reverseOrder());

    private final List<Route> routes;
    private final Map<String, PathTrie> exactHosts = new HashMap<>();
    private final Map<String, PathTrie> suffixes = new HashMap<>();
    private final PathTrie anyHost = new PathTrie();
    private final PathTrie everyHost = new PathTrie();

    private RouteTable(List<Route> routes) {
        this.routes = routes;
    }

    /** Two routes of which nothing says which is meant. */
    public record Tie(String one, String other) {}

    /** What looking a request up gave. */
    public sealed interface Lookup {
        /**
         * @param path the form of the path that matched, before any rewrite: no other form may go up
         */
        record Found(Route route, String path) implements Lookup {}

        /** The route found does not take this path as it is written. */
        record Ambiguous(Route route, String why) implements Lookup {}

        /**
         * @param allow value of the field {@code Allow}
         */
        record MethodNotAllowed(String allow) implements Lookup {}

        record NotFound() implements Lookup {}
    }

    private static final Lookup NOT_FOUND = new Lookup.NotFound();

    /** Expects routes without {@link #ties}. */
    public static RouteTable of(List<Route> routes) {
        RouteTable table = new RouteTable(List.copyOf(routes));
        List<Route> sorted = routes.stream().sorted(MOST_SPECIFIC_FIRST).toList();
        for (int rank = 0; rank < sorted.size(); rank++) {
            Route route = sorted.get(rank);
            table.trieOf(route.match().host()).add(route, rank);
        }
        return table;
    }

    /**
     * Of a hundred thousand routes few stand in one place, so each is held against those alone.
     *
     * @param matches by the route's id
     */
    public static List<Tie> ties(Map<String, RouteMatch> matches) {
        Map<Place, List<Map.Entry<String, RouteMatch>>> places = new HashMap<>();
        List<Map.Entry<String, RouteMatch>> everywhere = new ArrayList<>();
        List<Tie> ties = new ArrayList<>();
        for (Map.Entry<String, RouteMatch> each : matches.entrySet()) {
            boolean isEverywhere = each.getValue().host().equals(HostPattern.EVERY);
            List<Map.Entry<String, RouteMatch>> rivals = places.computeIfAbsent(Place.of(each.getValue()), _ -> new ArrayList<>());
            addTies(rivals, each, ties);
            rivals.add(each);
            if (isEverywhere) {
                everywhere.add(each);
            }
        }
        for (Map.Entry<String, RouteMatch> own : everywhere) {
            addTies(matches.entrySet().stream().filter(each -> !each.getValue().host().equals(HostPattern.EVERY)).toList(), own, ties);
        }
        return ties;
    }

    private static void addTies(List<Map.Entry<String, RouteMatch>> rivals, Map.Entry<String, RouteMatch> other, List<Tie> ties) {
        rivals.stream().filter(one -> one.getValue().tiesWith(other.getValue())).forEach(one -> ties.add(new Tie(one.getKey(), other.getKey())));
    }

    /** Where a route stands, whatever else it asks of a request. */
    private record Place(HostPattern host, List<PathPattern.Segment> segments, PathPattern.Tail tail) {
        static Place of(RouteMatch match) {
            return new Place(match.host(), match.path().segments(), match.path().tail());
        }
    }

    /** In the order of the configuration. */
    public List<Route> routes() {
        return routes;
    }

    /** Looks up by the canonical path only; a route's rules then say in which form it may go up, if at all. */
    public Lookup find(RequestHead head) {
        PathTrie.Search search = new PathTrie.Search(head);
        Optional<Route> route = search(search, head.host());
        if (route.isPresent()) {
            RouteMatch match = route.get().match();
            return match.takesMethod(head.method()) ? judge(route.get(), head.target()) : notAllowed(match.allowed());
        }
        return search.methods().isEmpty() ? NOT_FOUND : notAllowed(search.methods());
    }

    private static Lookup notAllowed(Set<String> allowed) {
        return new Lookup.MethodNotAllowed(String.join(", ", new TreeSet<>(allowed)));
    }

    /** Whether some route serves this host by name; a redirect may only lead to such a host. */
    public boolean servesHost(String host) {
        if (exactHosts.containsKey(host)) {
            return true;
        }
        for (int dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
            if (suffixes.containsKey(host.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    private Optional<Route> search(PathTrie.Search search, String host) {
        PathTrie exact = exactHosts.get(host);
        Optional<Route> found = exact == null ? Optional.empty() : search.in(exact, everyHost);
        if (found.isEmpty() && !suffixes.isEmpty()) {
            // The first dot leaves the longest suffix.
            for (int dot = host.indexOf('.', 1); dot > 0 && found.isEmpty(); dot = host.indexOf('.', dot + 1)) {
                PathTrie below = suffixes.get(host.substring(dot));
                found = below == null ? Optional.empty() : search.in(below, everyHost);
            }
        }
        return found.isPresent() ? found : search.in(anyHost, everyHost);
    }

    private PathTrie trieOf(HostPattern host) {
        return switch (host) {
            case HostPattern.Exact(String name) -> exactHosts.computeIfAbsent(name, _ -> new PathTrie());
            case HostPattern.Below(String suffix) -> suffixes.computeIfAbsent(suffix, _ -> new PathTrie());
            case HostPattern.Any() -> anyHost;
            case HostPattern.Every() -> everyHost;
        };
    }

    private static Lookup judge(Route route, RequestTarget target) {
        if (target.traits().isEmpty()) {
            return new Lookup.Found(route, target.path());
        }
        if (target.traits().contains(Trait.ENCODED_SLASH) && route.paths().encodedSlash() == PathRules.EncodedSlash.REJECT) {
            return new Lookup.Ambiguous(route, "an encoded slash, and `path.encodedSlash` of the route is `reject`");
        }
        if (!target.traits().contains(Trait.DUPLICATE_SLASHES)) {
            return new Lookup.Found(route, target.path());
        }
        return switch (route.paths().duplicateSlashes()) {
            case MERGE -> new Lookup.Found(route, target.path());
            case REJECT -> new Lookup.Ambiguous(route, "duplicate slashes, and `path.duplicateSlashes` of the route is `reject`");
            // Both forms must be this route's: else the slashes would choose the rules under which the upstream is asked.
            case KEEP -> route.match().path().matches(target.keptPath())
                    ? new Lookup.Found(route, target.keptPath())
                    : new Lookup.Ambiguous(route, "with its duplicate slashes kept, the path does not match the route");
        };
    }
}
