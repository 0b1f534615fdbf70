package dev.sallyport.core.oracle;

import dev.sallyport.core.oracle.Rules.RouteRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The most specific route that fits: exact host over wildcard over none, exact path over the longer prefix, more constraints over fewer. */
final class RouteChoice {
    private RouteChoice() {}

    static Optional<RouteRule> choose(Rules rules, Asked asked) {
        Optional<SlowPath> path = SlowPath.read(asked.path()).filter(read -> !read.hasEncodedSlash());
        return path.flatMap(read -> rules.routes().stream()
                .filter(route -> fits(route, asked, read.merged()))
                .max(Comparator.comparingInt(RouteChoice::hostRank)
                        .thenComparing(route -> !route.path().endsWith("/**"))
                        .thenComparingInt(route -> segments(route).size())
                        .thenComparing(RouteChoice::openness)
                        .thenComparingInt(route -> (route.methods().isEmpty() ? 0 : 1) + route.headers().size())));
    }

    private static boolean fits(RouteRule route, Asked asked, String path) {
        boolean takesMethod = route.methods().isEmpty()
                || route.methods().contains(asked.method())
                || (asked.method().equals("HEAD") && route.methods().contains("GET"));
        boolean takesFields = route.headers().entrySet().stream()
                .allMatch(header -> asked.values(header.getKey()).equals(List.of(header.getValue())));
        boolean takesHost = route.host().isEmpty()
                || (route.host().get().startsWith("*.")
                        ? asked.host().endsWith(route.host().get().substring(1)) && asked.host().length() > route.host().get().length() - 1
                        : asked.host().equals(route.host().get()));
        return takesMethod && takesFields && takesHost && pattern(route.path()).matcher(path).matches();
    }

    private static Pattern pattern(String path) {
        boolean isPrefix = path.endsWith("/**");
        StringBuilder regex = new StringBuilder();
        for (String segment : (isPrefix ? path.substring(0, path.length() - 3) : path).split("/", -1)) {
            regex.append(regex.isEmpty() ? "" : "/").append(segment.equals("*") ? "[^/]+" : Pattern.quote(canonical(segment)));
        }
        return Pattern.compile(regex + (isPrefix ? "(?:/.*)?" : ""));
    }

    private static String canonical(String segment) {
        return SlowPath.read("/" + segment).orElseThrow().merged().substring(1);
    }

    private static int hostRank(RouteRule route) {
        return route.host().map(host -> host.startsWith("*.") ? host.length() : Integer.MAX_VALUE).orElse(0);
    }

    private static List<String> segments(RouteRule route) {
        String path = route.path().endsWith("/**") ? route.path().substring(0, route.path().length() - 3) : route.path();
        return path.isEmpty() ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    /** Sorts a written-out segment above an open one, the first difference deciding. */
    private static String openness(RouteRule route) {
        StringBuilder letters = new StringBuilder();
        segments(route).forEach(segment -> letters.append(segment.equals("*") ? 'a' : 'z'));
        return letters.toString();
    }
}
