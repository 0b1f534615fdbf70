package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.auth.oidc.OidcAuthenticator;
import dev.sallyport.core.config.RouteConfig.MatchConfig;
import dev.sallyport.core.config.RouteConfig.PathConfig;
import dev.sallyport.core.config.RouteConfig;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.PathRewrite;
import dev.sallyport.core.route.PathRules;
import dev.sallyport.core.route.Route.ClientCertificateForwarding;
import dev.sallyport.core.route.Route.StreamEnd;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteMatch;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Routes: names become objects, and what can never work is refused. */
final class RouteCompiler {
    /** The gateway answers below it by itself. */
    private static final String OWN_PATHS = "/.well-known/sallyport";

    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

    private final Draft draft;
    private final Map<String, Upstream> upstreams;
    private final IdentityHeaders identityHeaders;
    private final ChainCompiler chains;
    private final ResourceCompiler resources;
    /** Of all routes whose match can be read, so that a tie shows whatever else is wrong with them. */
    private final Map<String, RouteMatch> matches = new LinkedHashMap<>();
    private final Set<String> usedUpstreams = new HashSet<>();

    RouteCompiler(Draft draft, Map<String, Made> authenticators, Map<String, Upstream> upstreams, IdentityHeaders identityHeaders) {
        this.draft = draft;
        this.upstreams = upstreams;
        this.identityHeaders = identityHeaders;
        this.chains = new ChainCompiler(draft, authenticators);
        this.resources = new ResourceCompiler(draft);
    }

    /** @param own paths that the gateway answers itself */
    RouteTable routes(List<OwnPath> own) {
        List<Route> routes = new ArrayList<>();
        draft.config().routes().forEach((name, config) -> compile(name, config).ifPresent(routes::add));
        List<OwnPath> all = Stream.concat(own.stream(), resources.paths().stream()).toList();
        all.forEach(path -> routes.add(route(path)));
        Map<String, String> origins = all.stream()
                .collect(Collectors.toMap(OwnPath::place, OwnPath::origin, (first, _) -> first));
        for (RouteTable.Tie tie : RouteTable.ties(matches)) {
            draft.problem(origins.getOrDefault(tie.other(), "routes." + tie.other()), "ties with `" + origins.getOrDefault(tie.one(), tie.one())
                    + "`: some requests fit both, and neither is more specific");
        }
        upstreams.keySet().stream().filter(name -> !usedUpstreams.contains(name)).forEach(name ->
                draft.unusual("upstreams." + name, "no route leads there"));
        chains.unused().forEach(name -> draft.unusual("authenticators." + name, "no route asks it"));
        return RouteTable.of(draft.problems().isEmpty() ? routes : List.of());
    }

    private Route route(OwnPath own) {
        matches.put(own.place(), own.match());
        return new Route(
                own.id(), own.match(), PathRules.DEFAULT, own.auth(), new Destination.ToEndpoint(own.endpoint()),
                new PathRewrite.Unchanged(), HeaderRules.of(identityHeaders, Set.of(), ClientCertificateForwarding.WITHHELD));
    }

    private Optional<Route> compile(String name, RouteConfig config) {
        String path = "routes." + name;
        Optional<RouteMatch> match = match(path + ".match", config.match());
        match.ifPresent(readable -> matches.put(name, readable));
        Optional<String> metadata = config.resource().flatMap(resource -> resources.metadataUrl(path + ".resource", resource));
        Optional<RouteAuth> auth = chains.compile(name, path + ".auth", config.auth(), metadata);
        metadata.flatMap(_ -> auth).ifPresent(known -> resources.add(path + ".resource", config.resource().orElseThrow(), known));
        Optional<Upstream> upstream = upstream(path + ".upstream", config.upstream());
        config.timeout().ifPresent(timeout -> draft.requirePositive(path + ".timeout", timeout));
        Optional<PathRewrite> rewrite = match.flatMap(matched -> rewrite(path + ".rewrite.stripPrefix", config, matched.path()));
        noteUnusual(path, config);
        if (match.isEmpty() || auth.isEmpty() || upstream.isEmpty() || rewrite.isEmpty()) {
            return Optional.empty();
        }
        if (upstream.get().credentials() instanceof UpstreamCredentials.Exchanged) {
            chains.requireTokens(path + ".auth", auth.get());
        }
        Set<CredentialLocation> stripped = new HashSet<>(config.forwardCredential() ? Set.of() : locations(auth.get()));
        upstream.get().credentials().header().ifPresent(header -> {
            stripped.add(new CredentialLocation.Field(header));
            if (config.forwardCredential() && locations(auth.get()).stream().anyMatch(each -> each.fieldName().equalsIgnoreCase(header))) {
                draft.problem(path + ".forwardCredential", "the upstream's own `credentials` go up in the same header");
            }
        });
        checkAccessToken(path, config, auth.get(), upstream.get());
        ClientCertificateForwarding certificate =
                config.forwardClientCertificate() ? ClientCertificateForwarding.FORWARDED : ClientCertificateForwarding.WITHHELD;
        return Optional.of(new Route(
                name, match.get(), rules(config.path()), auth.get(),
                new Destination.ToUpstream(upstream.get(), config.timeout()), rewrite.get(),
                HeaderRules.of(identityHeaders, stripped, certificate),
                config.streams().endWithCredential() ? StreamEnd.WITH_CREDENTIAL : StreamEnd.WITH_CONNECTION));
    }

    /** Two in one header, and the upstream would pick one. */
    private void checkAccessToken(String path, RouteConfig config, RouteAuth auth, Upstream upstream) {
        boolean goesUp = auth instanceof RouteAuth.Protected(var plan, var _)
                && plan.authenticators().stream().anyMatch(each -> each instanceof OidcAuthenticator oidc && oidc.forwardsToken());
        boolean meetsAnother = config.forwardCredential() || upstream.credentials().header().filter("Authorization"::equalsIgnoreCase).isPresent();
        if (goesUp && meetsAnother) {
            draft.problem(path + ".auth", "`oidc.forwardAccessToken` sends up `Authorization`, and so would "
                    + (config.forwardCredential() ? "`forwardCredential`" : "the upstream's `credentials`"));
        }
    }

    private void noteUnusual(String path, RouteConfig config) {
        if (config.forwardCredential()) {
            draft.unusual(path + ".forwardCredential", "the upstream can use the caller's credential elsewhere");
        }
        if (!config.streams().endWithCredential()) {
            draft.unusual(path + ".streams.endWithCredential", "a stream goes on after the credential that opened it ended or was called back");
        }
    }

    private Optional<RouteMatch> match(String path, MatchConfig config) {
        Optional<HostPattern> host = config.host().isEmpty()
                ? Optional.of(HostPattern.ANY)
                : draft.parse(path + ".host", config.host().get(), HostPattern::parse);
        Optional<PathPattern> pattern = draft.parse(path + ".path", config.path(), PathPattern::parse);
        if (config.path().equals(OWN_PATHS) || config.path().startsWith(OWN_PATHS + "/")) {
            draft.problem(path + ".path", "the gateway answers below " + OWN_PATHS + " itself");
        }
        for (int i = 0; i < config.methods().size(); i++) {
            String method = config.methods().get(i);
            if (!METHOD.matcher(method).matches()) {
                draft.problem(path + ".methods[" + i + "]", "`" + method + "` is no method; they are in capitals");
            }
        }
        config.headers().keySet().stream().filter(header -> !FieldNames.isToken(header)).forEach(header ->
                draft.problem(path + ".headers." + header, "is no header name"));
        return host.flatMap(hosts -> pattern.map(paths ->
                new RouteMatch(hosts, paths, Set.copyOf(config.methods()), Map.copyOf(config.headers()))));
    }

    private Optional<Upstream> upstream(String path, String name) {
        usedUpstreams.add(name);
        Optional<Upstream> upstream = Optional.ofNullable(upstreams.get(name));
        if (upstream.isEmpty()) {
            draft.dangling(path, "upstreams", name);
        }
        return upstream;
    }

    private Optional<PathRewrite> rewrite(String path, RouteConfig config, PathPattern pattern) {
        if (config.rewrite().stripPrefix().isEmpty()) {
            return Optional.of(new PathRewrite.Unchanged());
        }
        String prefix = config.rewrite().stripPrefix().get();
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            draft.problem(path, "a prefix begins with `/` and does not end with it");
            return Optional.empty();
        }
        if (!pattern.isWithin(prefix)) {
            draft.problem(path, "`" + prefix + "` can never apply: not every path of `" + pattern + "` begins with it");
            return Optional.empty();
        }
        return Optional.of(new PathRewrite.StripPrefix(prefix));
    }

    private static PathRules rules(PathConfig config) {
        return new PathRules(
                switch (config.encodedSlash()) {
                    case REJECT -> PathRules.EncodedSlash.REJECT;
                    case KEEP -> PathRules.EncodedSlash.KEEP;
                },
                switch (config.duplicateSlashes()) {
                    case MERGE -> PathRules.DuplicateSlashes.MERGE;
                    case KEEP -> PathRules.DuplicateSlashes.KEEP;
                    case REJECT -> PathRules.DuplicateSlashes.REJECT;
                });
    }

    private static Set<CredentialLocation> locations(RouteAuth auth) {
        Set<CredentialLocation> locations = new HashSet<>();
        if (auth instanceof RouteAuth.Protected guarded) {
            guarded.plan().authenticators().forEach(authenticator -> locations.addAll(authenticator.locations()));
        }
        return locations;
    }
}
