package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.auth.AuthChain;
import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.ChainPlan;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.config.AuthConfig.Chain;
import dev.sallyport.core.config.AuthConfig.ClaimConfig;
import dev.sallyport.core.config.AuthConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.policy.Policy;
import dev.sallyport.core.policy.RequireClaim;
import dev.sallyport.core.policy.RequireScopes;
import dev.sallyport.core.route.RouteAuth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who may use a route. */
final class ChainCompiler {
    private final Draft draft;
    private final Map<String, Made> authenticators;
    private final Set<String> used = new HashSet<>();

    ChainCompiler(Draft draft, Map<String, Made> authenticators) {
        this.draft = draft;
        this.authenticators = authenticators;
    }

    List<String> unused() {
        return authenticators.keySet().stream().filter(name -> !used.contains(name)).toList();
    }

    /** @param resourceMetadata named in challenges */
    Optional<RouteAuth> compile(String realm, String path, AuthConfig config, Optional<String> resourceMetadata) {
        return switch (config) {
            case AuthConfig.None() -> {
                draft.unusual(path, "everybody may use this route");
                yield Optional.of(RouteAuth.OPEN);
            }
            case AuthConfig.Required required -> required(realm, path, required, resourceMetadata);
        };
    }

    private Optional<RouteAuth> required(String realm, String path, AuthConfig.Required required, Optional<String> resourceMetadata) {
        if (required.any().isPresent() == required.all().isPresent()) {
            draft.problem(path, "exactly one of `any` and `all` is expected here; an open route says `auth: none`");
            return Optional.empty();
        }
        Optional<AuthChain> chain = required.any().isPresent()
                ? any(written(path, ".any"), required.any().get())
                : all(written(path, ".all"), required.all().orElseThrow());
        chain.ifPresent(checked -> checkLeftOvers(path, checked));
        chain.filter(_ -> !required.claims().isEmpty()).ifPresent(checked -> checkClaims(path + ".claims", checked));
        return chain.map(checked -> RouteAuth.of(realm, checked, resourceMetadata, policies(required)));
    }

    /** Every caller that the route lets in must have a token that can be exchanged; where one need not, it would be refused each time. */
    void requireTokens(String path, RouteAuth auth) {
        boolean always = auth instanceof RouteAuth.Protected(var plan, var _) && alwaysBringsToken(plan.chain());
        if (!always) {
            draft.problem(path, "the upstream's `tokenExchange` needs a token of every caller: every alternative must have a `jwt`, `introspection` or `oidc`");
        }
    }

    private static boolean alwaysBringsToken(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> authenticator instanceof TokenBearing;
            case AuthChain.Any(List<AuthChain> members) -> members.stream().allMatch(ChainCompiler::alwaysBringsToken);
            case AuthChain.All(List<AuthChain> members) -> members.stream().anyMatch(ChainCompiler::alwaysBringsToken);
        };
    }

    /** Two that take what is left over in one place: the second would never see a token, and the first refuse its tokens. */
    private void checkLeftOvers(String path, AuthChain chain) {
        List<Authenticator> leftOvers = ChainPlan.of("", chain).authenticators().stream()
                .filter(each -> each.precedence() == Authenticator.Precedence.LEFT_OVER)
                .toList();
        long places = leftOvers.stream().map(Authenticator::locations).distinct().count();
        if (places < leftOvers.size()) {
            draft.problem(path, "two `introspection` of one route would claim each other's tokens; give one of them another `from`");
        }
    }

    /** Only tokens bring claims, and those of the identity alone are looked at. */
    private void checkClaims(String path, AuthChain chain) {
        if (!anyBringsClaims(ChainPlan.of("", chain).authenticators())) {
            draft.problem(path, "can never be satisfied: no authenticator of the chain brings claims, only `jwt`, `introspection` and `oidc` do");
        } else if (!anyBringsClaims(speakers(chain))) {
            draft.unusual(path, "can never be satisfied: the first named is the identity, and it brings no claims");
        }
    }

    private static boolean anyBringsClaims(List<Authenticator> authenticators) {
        return authenticators.stream().anyMatch(each -> each.method().bringsClaims());
    }

    /** Those whose identity may become the request's. */
    private static List<Authenticator> speakers(AuthChain chain) {
        return switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> List.of(authenticator);
            case AuthChain.Any(List<AuthChain> members) -> members.stream().flatMap(member -> speakers(member).stream()).toList();
            case AuthChain.All(List<AuthChain> members) -> speakers(members.getFirst());
        };
    }

    private Optional<AuthChain> any(String path, List<Chain> members) {
        return members(path, members).map(AuthChain.Any::new);
    }

    private Optional<AuthChain> all(String path, List<Chain> members) {
        return members(path, members).map(AuthChain.All::new);
    }

    /** An empty list proves nothing, and nothing must never be enough. */
    private Optional<List<AuthChain>> members(String path, List<Chain> members) {
        if (members.isEmpty()) {
            draft.problem(path, "at least one authenticator is needed");
            return Optional.empty();
        }
        List<AuthChain> compiled = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            chain(written(path, "[" + i + "]"), members.get(i)).ifPresent(compiled::add);
        }
        return compiled.size() == members.size() ? Optional.of(List.copyOf(compiled)) : Optional.empty();
    }

    /** Where a bare name or a bare list stands for more, that more has no place of its own. */
    private String written(String path, String below) {
        return draft.places().isWritten(path + below) ? path + below : path;
    }

    private Optional<AuthChain> chain(String path, Chain chain) {
        return switch (chain) {
            case Chain.Named(String name) -> named(path, name);
            case Chain.Any(List<Chain> members) -> any(written(path, ".any"), members);
            case Chain.All(List<Chain> members) -> all(written(path, ".all"), members);
        };
    }

    private Optional<AuthChain> named(String path, String name) {
        used.add(name);
        Optional<Made> made = Optional.ofNullable(authenticators.get(name));
        // One that could not be made has its own problem already.
        if (made.isEmpty() && !draft.config().authenticators().containsKey(name)) {
            draft.dangling(path, "authenticators", name);
        }
        return made.map(each -> new AuthChain.One(each.authenticator()));
    }

    private static List<Policy> policies(AuthConfig.Required required) {
        List<Policy> policies = new ArrayList<>();
        if (!required.scopes().isEmpty()) {
            policies.add(new RequireScopes(Scopes.inOrder(required.scopes())));
        }
        required.claims().forEach((claim, wanted) -> policies.add(new RequireClaim(claim, switch (wanted) {
            case ClaimConfig.Equal(String value) -> new RequireClaim.Condition.EqualTo(value);
            case ClaimConfig.Contains(String member) -> new RequireClaim.Condition.Containing(member);
        })));
        return List.copyOf(policies);
    }
}
