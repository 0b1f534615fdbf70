package dev.sallyport.core.upstream;

import dev.sallyport.core.oauth.lending.ClientTokens;
import dev.sallyport.core.oauth.lending.ExchangedTokens;
import dev.sallyport.core.port.Secret;
import java.util.Optional;

/** What the gateway itself presents to an upstream, beside what it says of the caller. */
public sealed interface UpstreamCredentials {
    record None() implements UpstreamCredentials {}

    /** The same with every request. */
    record Fixed(String name, Secret value) implements UpstreamCredentials {}

    /** A bearer token that an authorization server gives the gateway. */
    record Granted(ClientTokens tokens) implements UpstreamCredentials {}

    /** A bearer token that an authorization server gives the gateway on behalf of the caller. */
    record Exchanged(ExchangedTokens tokens) implements UpstreamCredentials {}

    UpstreamCredentials NONE = new None();

    String AUTHORIZATION = "Authorization";

    /** The field that is the gateway's own; a client's copy never goes up beside it. */
    default Optional<String> header() {
        return switch (this) {
            case None() -> Optional.empty();
            case Fixed(String name, Secret _) -> Optional.of(name);
            case Granted _, Exchanged _ -> Optional.of(AUTHORIZATION);
        };
    }
}
