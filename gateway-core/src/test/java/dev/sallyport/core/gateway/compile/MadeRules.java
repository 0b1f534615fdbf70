package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.oracle.Rules;
import dev.sallyport.core.oracle.Rules.Chain;
import dev.sallyport.core.oracle.Rules.CredentialRule;
import dev.sallyport.core.oracle.Rules.RouteRule;
import dev.sallyport.core.oracle.Rules.TokenKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Small configurations at random: for the oracle as rules, for the gateway as YAML. */
final class MadeRules {
    static final List<String> NAMES = List.of("partners", "vendors", "users", "staff", "payments", "mesh");
    static final List<String> HOSTS = List.of("", "api.example", "*.example", "*.api.example", "other.example");
    static final List<String> PATHS = List.of("/**", "/a/**", "/a", "/a/", "/a/*", "/a/b", "/a/b/**", "/*/b", "/a/*/c", "/admin/**", "/%7Ejoe/x");
    private static final Map<String, CredentialRule> CREDENTIALS = Map.of(
            "partners", new CredentialRule.Keys("X-API-Key", MadeCredentials.KEYS),
            "vendors", new CredentialRule.Keys("X-Vendor-Key", MadeCredentials.KEYS),
            "users", new CredentialRule.Tokens("users", "api", new TokenKey.Hs256(bytes(MadeCredentials.SECRET))),
            "staff", new CredentialRule.Tokens("staff", "api", new TokenKey.Es256(MadeCredentials.KEY.getPublic())),
            "payments", new CredentialRule.Signed("X-Signature", List.of(bytes(MadeCredentials.SECRET), bytes(MadeCredentials.OLD_SECRET)), Set.of("read")),
            "mesh", new CredentialRule.Certificate("*.partner.example", Set.of("read")));

    private static final String FIXED = """
            listeners:
              https:
                bind: 127.0.0.1:0
                tls:
                  certificates: [{ certificate: api.pem, key: api.key }]
                  clientCertificate: { mode: optional, ca: clients-ca.pem }
            upstreams: { u: { targets: ["http://127.0.0.1:9000"] } }
            authenticators:
              partners: { apiKey: { store: { file: keys.yaml } } }
              vendors: { apiKey: { header: X-Vendor-Key, store: { file: keys.yaml } } }
              users: { jwt: { issuer: users, audiences: [api], algorithms: [HS256], secret: "NEW_SECRET" } }
              staff: { jwt: { issuer: staff, audiences: [api], algorithms: [ES256], keys: { file: staff.pem } } }
              payments: { hmac: { scheme: body, header: X-Signature, secrets: { new: "NEW_SECRET", old: "OLD_SECRET" }, scopes: [read] } }
              mesh: { mtls: { allow: [{ dns: "*.partner.example" }], scopes: [read] } }
            routes:
            """;

    private MadeRules() {}

    static Rules make(Random random) {
        List<RouteRule> routes = new ArrayList<>();
        Set<String> places = new HashSet<>();
        for (int index = 0; index < 1 + random.nextInt(5); index++) {
            RouteRule route = route("r" + index, random);
            // Of two routes that tie nothing says which is meant: they are no configuration.
            if (places.add(route.host() + route.path())) {
                routes.add(route);
            }
        }
        return new Rules(List.copyOf(routes), CREDENTIALS);
    }

    private static RouteRule route(String name, Random random) {
        Optional<Chain> auth = random.nextInt(8) == 0 ? Optional.empty() : Optional.of(chain(random, 0));
        return new RouteRule(
                name,
                Optional.of(one(HOSTS, random)).filter(host -> !host.isEmpty()),
                one(PATHS, random),
                one(List.of(Set.of(), Set.of(), Set.of("GET"), Set.of("POST", "GET"), Set.of("POST"), Set.of("HEAD")), random),
                random.nextInt(4) == 0 ? Map.of("X-Version", "2") : Map.of(),
                auth,
                one(List.of(Set.of(), Set.of(), Set.of("read"), Set.of("read", "write")), random),
                auth.filter(MadeRules::bringsClaims).isPresent() && random.nextInt(4) == 0 ? Map.of("tenant", "acme") : Map.of());
    }

    /** Claims that nobody brings are no configuration. */
    private static boolean bringsClaims(Chain chain) {
        return switch (chain) {
            case Chain.Named(String name) -> CREDENTIALS.get(name) instanceof CredentialRule.Tokens;
            case Chain.Any(List<Chain> members) -> members.stream().anyMatch(MadeRules::bringsClaims);
            case Chain.All(List<Chain> members) -> members.stream().anyMatch(MadeRules::bringsClaims);
        };
    }

    private static Chain chain(Random random, int depth) {
        if (depth > 0 && (depth > 2 || random.nextInt(3) > 0)) {
            return new Chain.Named(one(NAMES, random));
        }
        List<Chain> members = new ArrayList<>();
        for (int index = 0; index < 1 + random.nextInt(3); index++) {
            members.add(chain(random, depth + 1));
        }
        return random.nextInt(3) == 0 ? new Chain.All(members) : new Chain.Any(members);
    }

    static <T> T one(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }

    static String yaml(Rules rules) {
        StringBuilder text = new StringBuilder(FIXED.replace("NEW_SECRET", MadeCredentials.SECRET).replace("OLD_SECRET", MadeCredentials.OLD_SECRET));
        for (RouteRule route : rules.routes()) {
            StringBuilder match = new StringBuilder("path: \"" + route.path() + "\"");
            route.host().ifPresent(host -> match.append(", host: \"").append(host).append('"'));
            match.append(", methods: [").append(String.join(", ", route.methods())).append("], headers: {");
            route.headers().forEach((header, value) -> match.append(header).append(": \"").append(value).append('"'));
            text.append("  %s: { match: { %s } }, upstream: u, auth: %s }%n".formatted(
                    route.name(), match, route.auth().map(chain -> auth(route, chain)).orElse("none")));
        }
        return text.toString();
    }

    private static String auth(RouteRule route, Chain chain) {
        StringBuilder claims = new StringBuilder();
        route.claims().forEach((claim, value) -> claims.append(claim).append(": ").append(value));
        String inner = text(chain);
        return inner.substring(0, inner.length() - 1) + ", scopes: [" + String.join(", ", route.scopes()) + "], claims: {" + claims + "} }";
    }

    private static String text(Chain chain) {
        return switch (chain) {
            case Chain.Named(String name) -> name;
            case Chain.Any(List<Chain> members) -> "{ any: [" + texts(members) + "] }";
            case Chain.All(List<Chain> members) -> "{ all: [" + texts(members) + "] }";
        };
    }

    private static String texts(List<Chain> members) {
        return String.join(", ", members.stream().map(MadeRules::text).toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
