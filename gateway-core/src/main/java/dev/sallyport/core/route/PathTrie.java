package dev.sallyport.core.route;

import dev.sallyport.core.http.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes of one host, by the segments of their paths. Frozen once the table is built. */
final class PathTrie {
    private final Node root = new Node();

    private record Ranked(Route route, int rank) {}

    private static final class Node {
        final Map<String, Node> literals = new HashMap<>(4);
        @Nullable Node anyOne;
        final List<Ranked> ending = new ArrayList<>(1);
        final List<Ranked> below = new ArrayList<>(1);
    }

    void add(Route route, int rank) {
        Node node = root;
        for (PathPattern.Segment segment : route.match().path().segments()) {
            node = switch (segment) {
                case PathPattern.Segment.Literal(String text) -> node.literals.computeIfAbsent(text, _ -> new Node());
                case PathPattern.Segment.AnyOne() -> anyOneOf(node);
            };
        }
        boolean isPrefix = route.match().path().tail() == PathPattern.Tail.ANYTHING_BELOW;
        (isPrefix ? node.below : node.ending).add(new Ranked(route, rank));
    }

    private static Node anyOneOf(Node node) {
        Node child = node.anyOne;
        if (child == null) {
            child = new Node();
            node.anyOne = child;
        }
        return child;
    }

    /** One request's way through the tries. */
    static final class Search {
        private final RequestHead head;
        private final String path;
        private @Nullable Ranked best;
        private Set<String> methods = Set.of();

        Search(RequestHead head) {
            this.head = head;
            this.path = head.target().path();
        }

        /** The more specific of what both have. */
        Optional<Route> in(PathTrie one, PathTrie other) {
            best = null;
            if (path.startsWith("/")) {
                visit(one.root, 1);
                visit(other.root, 1);
            }
            return best == null ? Optional.empty() : Optional.of(best.route);
        }

        /** What routes of this path take, where none took the request for its method alone. */
        Set<String> methods() {
            return methods;
        }

        /** @param start of the next segment; beyond the end of the path when none is left */
        private void visit(Node node, int start) {
            offer(node.below);
            if (start > path.length()) {
                offer(node.ending);
                return;
            }
            int slash = path.indexOf('/', start);
            String segment = path.substring(start, slash < 0 ? path.length() : slash);
            Node literal = node.literals.get(segment);
            if (literal != null) {
                visit(literal, start + segment.length() + 1);
            }
            Node anyOne = node.anyOne;
            if (anyOne != null && !segment.isEmpty()) {
                visit(anyOne, start + segment.length() + 1);
            }
        }

        private void offer(List<Ranked> candidates) {
            for (Ranked candidate : candidates) {
                if (best != null && best.rank <= candidate.rank) {
                    return;
                }
                RouteMatch match = candidate.route.match();
                boolean fits = match.takesFields(head.fields());
                if (fits && (match.takesMethod(head.method()) || candidate.route.ownsItsPath())) {
                    best = candidate;
                } else if (fits) {
                    methods = methods.isEmpty() ? new HashSet<>() : methods;
                    methods.addAll(match.allowed());
                }
            }
        }
    }
}
