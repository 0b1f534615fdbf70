package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the gateway itself presents to an upstream; its one key says which. */
@NotYet({"tokenExchange"})
public sealed interface CredentialsConfig {

    @Kind("header")
    @Doc("The same header with every request.")
    record HeaderConfig(
            @Doc("Its name.") @Default("Authorization") String name,
            @Doc("Its value, whole: `Bearer …` where that is wanted.") Secret value) implements CredentialsConfig {}

    @Kind("clientCredentials")
    @Doc("A bearer token that an authorization server gives the gateway (RFC 6749 §4.4).")
    record ClientCredentialsConfig(
            @Doc("URL of the token endpoint.") URI endpoint,
            @Doc("Who the gateway is there.") OAuthClientConfig client,
            @Doc("Scopes to ask for.") List<String> scopes,
            @Doc("Parameter `audience`, where the server wants one.") Optional<String> audience,
            @Doc("Parameter `resource` (RFC 8707), where the server wants one.") Optional<String> resource,
            @Doc("Longest wait for the server.") @Default("5s") Duration timeout,
            @Doc("PEM file of the only authorities to trust for the call.") Optional<Path> ca,
            @Doc("Ask over plain HTTP.") @Default("false") boolean insecureAllowHttp) implements CredentialsConfig {}
}
