package dev.sallyport.core.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.Requests;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.route.PathRules.DuplicateSlashes;
import dev.sallyport.core.route.PathRules.EncodedSlash;
import dev.sallyport.core.route.RouteTable.Lookup;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private static final Route.ClientCertificateForwarding WITHHELD = Route.ClientCertificateForwarding.WITHHELD;

    @ParameterizedTest(name = "{0}{1} goes to {2}")
    @CsvSource({
        "api.example,/v1/orders,orders", "api.example,/v1/orders/,orders", "api.example,/v1/orders/1/x,orders", "api.example,/v1/orders/42,one",
        "api.example,/v1/ordersx,v1", "api.example,/v1,v1", "api.example,/v2,wild", "a.example,/zzz,wild", "a.b.example,/zzz,wild",
        "example,/zzz,rest", "a.example,/v1/orders,wild", "other,/v1/orders,rest", "other,/exact,rest", "b.sub.example,/zzz,sub", "api.example,/v1/orders/42/items,items", "api.example,/exact,exact", "api.example,/exact/,wild",
    })
    void mostSpecificRouteWinsWhateverTheOrder(String host, String path, String id) {
        List<Route> routes = new ArrayList<>(List.of(
                route("rest", "", "/**"), route("wild", "*.example", "/**"), route("sub", "*.sub.example", "/**"),
                route("v1", "api.example", "/v1/**"), route("orders", "api.example", "/v1/orders/**"),
                route("one", "api.example", "/v1/orders/{id}"), route("items", "api.example", "/v1/orders/*/items"),
                route("exact", "api.example", "/exact")));
        assertThat(found(routes, host, path)).isEqualTo(id);
        Collections.reverse(routes);
        assertThat(found(routes, host, path)).isEqualTo(id);
    }

    @Test
    void moreConstraintsWinOverFewer() {
        List<Route> routes = List.of(
                route("any", "", "/a"), route("get", "", "/a", "GET"),
                constrained("get-v2", "/a", Set.of("GET"), Map.of("X-Version", "2")));
        assertThat(found(routes, "h", "/a", "X-Version", "2")).isEqualTo("get-v2");
        assertThat(found(routes, "h", "/a", "X-Version", "1")).isEqualTo("get");
        assertThat(found(routes, "h", "/a", "X-Version", "2", "X-Version", "1")).isEqualTo("get");
    }

    @Test
    void getImpliesHeadAndOtherMethodsAreToldWhatIsAllowed() {
        RouteTable table = RouteTable.of(List.of(route("a", "", "/a", "GET"), route("b", "", "/a", "PUT")));
        assertThat(table.find(Requests.head("HEAD", "h", "/a"))).isInstanceOf(Lookup.Found.class);
        assertThat(table.find(Requests.head("POST", "h", "/a"))).isEqualTo(new Lookup.MethodNotAllowed("GET, HEAD, PUT"));
        assertThat(table.find(Requests.head("POST", "h", "/b"))).isEqualTo(new Lookup.NotFound());
    }

    @Test
    void routesThatTieAreFound() {
        assertThat(ties(route("a", "", "/x/{id}"), route("b", "", "/x/*"))).hasSize(1);
        assertThat(ties(route("a", "", "/x", "GET"), route("b", "", "/x", "HEAD"))).hasSize(1);
        assertThat(ties(route("a", "", "/x", "GET"), route("b", "", "/x", "PUT"))).isEmpty();
        assertThat(ties(route("a", "", "/x", "GET"), route("b", "", "/x"))).isEmpty();
        assertThat(ties(constrained("a", "/x", Set.of("GET"), Map.of()), constrained("b", "/x", Set.of(), Map.of("A", "1")))).hasSize(1);
        assertThat(ties(constrained("a", "/x", Set.of(), Map.of("a", "2")), constrained("b", "/x", Set.of(), Map.of("A", "1")))).isEmpty();
    }

    @Test
    void pathOfTheGatewaysOwnIsOnEveryHostAndNeverHiddenByARouteForOne() {
        Route own = own(HostPattern.EVERY, "GET");
        List<Route> routes = List.of(route("host", "api.example", "/**"), route("below", "*.shop.example", "/**"), route("rest", "", "/**"), own);
        for (String host : List.of("api.example", "a.shop.example", "other.example")) {
            assertThat(found(routes, host, "/keys")).as(host).isEqualTo("own");
            assertThat(found(routes, host, "/keys/x")).as(host).isNotEqualTo("own");
        }
        assertThat(found(List.of(own), "any.example", "/keys")).isEqualTo("own");
        assertThat(RouteTable.of(List.of(own)).find(Requests.head("POST", "h", "/keys"))).isEqualTo(new Lookup.MethodNotAllowed("GET, HEAD"));
        assertThat(RouteTable.of(List.of(own)).servesHost("any.example")).isFalse();
    }

    @Test
    void whatComesToAPathOfTheGatewaysOwnWithAnotherMethodGoesNowhereElse() {
        List<Route> others = List.of(
                route("host", "api.example", "/**"), route("below", "*.shop.example", "/{any}", "GET", "PUT"), route("rest", "", "/**"));
        for (HostPattern everywhere : List.of(HostPattern.EVERY, HostPattern.parse("api.example"))) {
            RouteTable table = RouteTable.of(Stream.concat(others.stream(), Stream.of(own(everywhere, "POST"))).toList());
            for (String method : List.of("GET", "HEAD", "PUT", "OPTIONS", "post", "PURGE")) {
                assertThat(table.find(Requests.head(method, "api.example", "/keys?client_secret=s"))).as(method).isEqualTo(new Lookup.MethodNotAllowed("POST"));
            }
            assertThat(table.find(Requests.head("POST", "api.example", "/keys"))).isInstanceOf(Lookup.Found.class);
            assertThat(table.find(Requests.head("GET", "api.example", "/keys/x"))).isInstanceOf(Lookup.Found.class);
        }
        RouteTable table = RouteTable.of(Stream.concat(others.stream(), Stream.of(own(HostPattern.EVERY, "POST"))).toList());
        assertThat(table.find(Requests.head("GET", "a.shop.example", "/keys"))).isEqualTo(new Lookup.MethodNotAllowed("POST"));
    }

    @Test
    void pathOfTheGatewaysOwnTiesWithTheSameOnWhateverHost() {
        Route own = own(HostPattern.EVERY, "GET");
        for (String host : List.of("api.example", "*.example", "")) {
            assertThat(ties(route("a", host, "/keys", "GET"), own)).as(host).containsExactly(new RouteTable.Tie("a", "own"));
            assertThat(ties(own, route("a", host, "/keys", "GET"))).as(host).hasSize(1);
            assertThat(ties(own, route("a", host, "/keys/x", "GET"))).as(host).isEmpty();
            assertThat(ties(own, route("a", host, "/keys"))).as(host).hasSize(1);
            assertThat(ties(route("a", host, "/keys", "PUT"), own)).as(host).hasSize(1);
            assertThat(ties(own, constrained("a", "/keys", Set.of("GET"), Map.of("A", "1")))).as(host).hasSize(1);
        }
        Route another = route("another", own.match());
        assertThat(ties(own, another)).hasSize(1);
    }

    @Test
    @Timeout(30)
    void hundredThousandHostsAreHeldAgainstEachOther() {
        Map<String, RouteMatch> matches = new LinkedHashMap<>();
        for (int host = 0; host < 100_000; host++) {
            matches.put("r" + host, route("r", "h" + host + ".example", "/**").match());
        }
        matches.put("own", new RouteMatch(HostPattern.EVERY, PathPattern.parse("/keys"), Set.of("GET"), Map.of()));
        assertThat(RouteTable.ties(matches)).isEmpty();
        matches.put("twice", matches.get("r500"));
        assertThat(RouteTable.ties(matches)).containsExactly(new RouteTable.Tie("r500", "twice"));
    }

    private static List<RouteTable.Tie> ties(Route one, Route other) {
        Map<String, RouteMatch> matches = new LinkedHashMap<>();
        matches.put(one.id(), one.match());
        matches.put(other.id(), other.match());
        return RouteTable.ties(matches);
    }

    @Test
    void whatMatchedIsWhatGoesUp() {
        assertThat(lookup(DuplicateSlashes.MERGE, "/a//b")).isInstanceOfSatisfying(Lookup.Found.class, it -> assertThat(it.path()).isEqualTo("/a/b"));
        assertThat(lookup(DuplicateSlashes.KEEP, "/a//b")).isInstanceOfSatisfying(Lookup.Found.class, it -> assertThat(it.path()).isEqualTo("/a//b"));
        assertThat(lookup(DuplicateSlashes.KEEP, "//a/b")).isInstanceOf(Lookup.Ambiguous.class);
        assertThat(lookup(DuplicateSlashes.REJECT, "/a//b")).isInstanceOf(Lookup.Ambiguous.class);
    }

    @Test
    void encodedSlashNeedsARouteThatKeepsIt() {
        assertThat(lookup(DuplicateSlashes.MERGE, "/a/x%2Fy")).isInstanceOf(Lookup.Ambiguous.class);
        Route keeping = withRules(new PathRules(EncodedSlash.KEEP, DuplicateSlashes.MERGE));
        assertThat(RouteTable.of(List.of(keeping)).find(Requests.head("GET", "h", "/a/x%2fy")))
                .isInstanceOfSatisfying(Lookup.Found.class, it -> assertThat(it.path()).isEqualTo("/a/x%2Fy"));
    }

    @Test
    void redirectsLeadToNamedHostsOnly() {
        RouteTable table = RouteTable.of(List.of(route("a", "api.example", "/**"), route("b", "*.shop.example", "/**"), route("c", "", "/**")));
        assertThat(table.servesHost("api.example")).isTrue();
        assertThat(table.servesHost("x.shop.example")).isTrue();
        assertThat(table.servesHost("evil.example")).isFalse();
    }

    @Test
    void prefixIsStrippedOnTheCanonicalForm() {
        PathRewrite strip = new PathRewrite.StripPrefix("/v1");
        assertThat(strip.apply("/v1")).isEqualTo("/");
        assertThat(strip.apply("/v1/")).isEqualTo("/");
        assertThat(strip.apply("/v1/a")).isEqualTo("/a");
        assertThat(PathPattern.parse("/v1/a/**").isWithin("/v1")).isTrue();
        assertThat(PathPattern.parse("/v1/**").isWithin("/v2")).isFalse();
        assertThat(PathPattern.parse("/{v}/**").isWithin("/v1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "", "/a//b", "/a*", "/**/b", "/a/../b", "/a/./b", "/%2e", "/a b", "/a?b", "/{}", "/a\\b", "/**x"})
    void patternThatNoPathCanMatchIsRefused(String text) {
        assertThatThrownBy(() -> PathPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Lookup lookup(DuplicateSlashes slashes, String path) {
        return RouteTable.of(List.of(withRules(new PathRules(EncodedSlash.REJECT, slashes)))).find(Requests.head("GET", "h", path));
    }

    private static Route withRules(PathRules rules) {
        Route plain = route("a", "", "/a/**");
        return new Route("a", plain.match(), rules, plain.auth(), plain.destination(), plain.rewrite(), plain.headers());
    }

    private static String found(List<Route> routes, String host, String path, String... fields) {
        return switch (RouteTable.of(routes).find(Requests.head("GET", host, path, fields))) {
            case Lookup.Found(Route route, var _) -> route.id();
            case Lookup other -> other.toString();
        };
    }

    private static Route route(String id, String host, String path, String... methods) {
        HostPattern pattern = host.isEmpty() ? HostPattern.ANY : HostPattern.parse(host);
        return route(id, new RouteMatch(pattern, PathPattern.parse(path), Set.copyOf(Arrays.asList(methods)), Map.of()));
    }

    private static Route constrained(String id, String path, Set<String> methods, Map<String, String> headers) {
        return route(id, new RouteMatch(HostPattern.ANY, PathPattern.parse(path), methods, headers));
    }

    private static Route route(String id, RouteMatch match) {
        Duration second = Duration.ofSeconds(1);
        Upstream upstream = new Upstream(
                "main", List.of(), Upstream.Balance.ROUND_ROBIN, second, second, second, 1, new Upstream.HostPolicy.Preserve(),
                new UpstreamCredentials.None(), Optional.empty());
        return route(id, match, new Destination.ToUpstream(upstream, Optional.empty()));
    }

    private static Route own(HostPattern host, String... methods) {
        Destination endpoint = new Destination.ToEndpoint(
                _ -> CompletableFuture.completedFuture(new Destination.Answer.Given(new LocalResponse(204, List.of(), new byte[0]))));
        return route("own", new RouteMatch(host, PathPattern.parse("/keys"), Set.of(methods), Map.of()), endpoint);
    }

    private static Route route(String id, RouteMatch match, Destination destination) {
        return new Route(
                id, match, PathRules.DEFAULT, RouteAuth.OPEN, destination, new PathRewrite.Unchanged(),
                HeaderRules.of(IdentityHeaders.DEFAULT, Set.of(), WITHHELD));
    }
}
