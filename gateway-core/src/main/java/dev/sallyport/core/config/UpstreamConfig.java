package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.oauth.CredentialsConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A backend API. */
@NotYet({"tls", "http2"})
public record UpstreamConfig(
        @Doc("Where it listens: http://host:port.") List<URI> targets,
        @Doc("Which target takes the next request.") @Default("roundRobin") Balance balance,
        @Doc("To an open connection.") @Default("1s") Duration connectTimeout,
        @Doc("To the head of the answer.") @Default("10s") Duration responseTimeout,
        @Doc("Rest of a pooled connection, and pause within an answer's content.") @Default("30s") Duration idleTimeout,
        @Doc("Open connections to all targets together.") @Default("256") int maxConnections,
        @Doc("The Host that the upstream sees: preserve, target or a name.") @Default("preserve") String host,
        @Doc("What the gateway itself presents: header, clientCredentials or tokenExchange.") Optional<CredentialsConfig> credentials) {

    public enum Balance { ROUND_ROBIN, LEAST_REQUESTS }
}
