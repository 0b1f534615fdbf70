package dev.sallyport.core.auth;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A chain made ready to run.
 *
 * @param authenticators each once, in order
 */
public record ChainPlan(String realm, AuthChain chain, List<Authenticator> authenticators) {

    public static ChainPlan of(String realm, AuthChain chain) {
        Set<Authenticator> distinct = new LinkedHashSet<>();
        collect(chain, distinct);
        return new ChainPlan(realm, chain, new ArrayList<>(distinct));
    }

    private static void collect(AuthChain chain, Set<Authenticator> found) {
        switch (chain) {
            case AuthChain.One(Authenticator authenticator) -> found.add(authenticator);
            case AuthChain.Any(List<AuthChain> members) -> members.forEach(member -> collect(member, found));
            case AuthChain.All(List<AuthChain> members) -> members.forEach(member -> collect(member, found));
        }
    }
}
