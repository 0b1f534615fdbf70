package dev.sallyport.core.auth;

import java.util.List;

/** A route's authenticators, and how their verdicts join. */
public sealed interface AuthChain {
    record One(Authenticator authenticator) implements AuthChain {}

    record Any(List<AuthChain> members) implements AuthChain {}

    record All(List<AuthChain> members) implements AuthChain {}
}
