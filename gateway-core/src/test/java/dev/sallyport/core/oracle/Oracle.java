package dev.sallyport.core.oracle;

import dev.sallyport.core.oracle.Finding.Good;
import dev.sallyport.core.oracle.Rules.Chain;
import dev.sallyport.core.oracle.Rules.CredentialRule;
import dev.sallyport.core.oracle.Rules.RouteRule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says whether a request may pass, and by which route: obvious rather than quick. */
public final class Oracle {
    private final Rules rules;
    private final Asked asked;
    private final Map<String, Finding> found = new HashMap<>();

    private Oracle(Rules rules, Asked asked) {
        this.rules = rules;
        this.asked = asked;
    }

    /** The name of the route by which it may pass; empty if it may not. */
    public static Optional<String> passes(Rules rules, Asked asked) {
        return RouteChoice.choose(rules, asked).filter(route -> new Oracle(rules, asked).isAuthorised(route)).map(RouteRule::name);
    }

    private boolean isAuthorised(RouteRule route) {
        if (route.auth().isEmpty()) {
            return true;
        }
        Chain chain = route.auth().get();
        if (hasCredentialInUrl(chain) || hasBadExplicit(chain) || hasUnclaimedBearer(chain)) {
            return false;
        }
        return satisfied(chain).filter(who -> who.scopes().containsAll(route.scopes()) && hasClaims(who, route)).isPresent();
    }

    private static boolean hasClaims(Good who, RouteRule route) {
        return route.claims().entrySet().stream().allMatch(wanted -> wanted.getValue().equals(who.claims().get(wanted.getKey())));
    }

    private boolean hasBadExplicit(Chain chain) {
        return names(chain).stream().anyMatch(name -> isExplicit(name) && find(name) instanceof Finding.Bad);
    }

    private boolean hasUnclaimedBearer(Chain chain) {
        List<CredentialRule> tokens = names(chain).stream().map(this::rule).filter(CredentialRule.Tokens.class::isInstance).toList();
        return !tokens.isEmpty()
                && SlowToken.isPresent(asked)
                && names(chain).stream().filter(name -> rule(name) instanceof CredentialRule.Tokens).allMatch(name -> find(name) instanceof Finding.Absent);
    }

    private boolean hasCredentialInUrl(Chain chain) {
        Set<String> forbidden = new LinkedHashSet<>();
        for (String name : names(chain)) {
            switch (rule(name)) {
                case CredentialRule.Keys keys -> forbidden.addAll(List.of("api_key", "apikey", "access_token", "token", keys.header().toLowerCase(Locale.ROOT)));
                case CredentialRule.Tokens _ -> forbidden.addAll(List.of("api_key", "apikey", "access_token", "token", "authorization"));
                case CredentialRule.Signed _, CredentialRule.Certificate _ -> {}
            }
        }
        for (String pair : asked.query().split("[&;]", -1)) {
            String name = URLDecoder.decode(pair.split("=", 2)[0], StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
            if (forbidden.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** Who it is then: the first named of all, the first that holds of any. */
    private Optional<Good> satisfied(Chain chain) {
        return switch (chain) {
            case Chain.Named(String name) -> find(name) instanceof Good good ? Optional.of(good) : Optional.empty();
            case Chain.All(List<Chain> members) -> members.stream().allMatch(member -> satisfied(member).isPresent())
                    ? satisfied(members.getFirst())
                    : Optional.empty();
            case Chain.Any(List<Chain> members) -> members.stream()
                    .filter(member -> !presentsExplicit(chain) || presentsExplicit(member))
                    .flatMap(member -> satisfied(member).stream())
                    .findFirst();
        };
    }

    private boolean presentsExplicit(Chain chain) {
        return names(chain).stream().anyMatch(name -> isExplicit(name) && !(find(name) instanceof Finding.Absent));
    }

    private Set<String> names(Chain chain) {
        Set<String> names = new LinkedHashSet<>();
        switch (chain) {
            case Chain.Named(String name) -> names.add(name);
            case Chain.Any(List<Chain> members) -> members.forEach(member -> names.addAll(names(member)));
            case Chain.All(List<Chain> members) -> members.forEach(member -> names.addAll(names(member)));
        }
        return names;
    }

    private boolean isExplicit(String name) {
        return !(rule(name) instanceof CredentialRule.Certificate);
    }

    private CredentialRule rule(String name) {
        return Optional.ofNullable(rules.credentials().get(name)).orElseThrow();
    }

    private Finding find(String name) {
        return found.computeIfAbsent(name, this::look);
    }

    private Finding look(String name) {
        return switch (rule(name)) {
            case CredentialRule.Keys keys -> SlowCredentials.key(keys, asked);
            case CredentialRule.Signed signed -> SlowCredentials.signature(signed, asked);
            case CredentialRule.Certificate certificate -> SlowCredentials.certificate(certificate, asked);
            case CredentialRule.Tokens tokens -> SlowToken.read(tokens, asked);
        };
    }
}
