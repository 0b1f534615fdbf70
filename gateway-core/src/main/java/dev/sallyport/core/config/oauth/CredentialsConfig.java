package dev.sallyport.core.config.oauth;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the gateway itself presents to an upstream; its one key says which. */
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
            @Doc("Ask over plain HTTP.") @Default("false") boolean insecureAllowHttp) implements CredentialsConfig, TokenRequestConfig {}

    @Kind("tokenExchange")
    @Doc("A bearer token on behalf of the caller, whose own it is exchanged for (RFC 8693).")
    record TokenExchangeConfig(
            @Doc("URL of the token endpoint.") URI endpoint,
            @Doc("Who the gateway is there.") OAuthClientConfig client,
            @Doc("Scopes to ask for.") List<String> scopes,
            @Doc("Parameter `audience`: the upstream by the name that the server knows.") Optional<String> audience,
            @Doc("Parameter `resource` (RFC 8707): the upstream by its URI.") Optional<String> resource,
            @Doc("Parameter `requested_token_type`: urn:ietf:params:oauth:token-type:access_token or …:jwt.") Optional<String> requestedTokenType,
            @Doc("Longest wait for the server.") @Default("5s") Duration timeout,
            @Doc("PEM file of the only authorities to trust for the call.") Optional<Path> ca,
            @Doc("Ask over plain HTTP.") @Default("false") boolean insecureAllowHttp) implements CredentialsConfig, TokenRequestConfig {}
}
