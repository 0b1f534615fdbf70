package dev.sallyport.core.config;

import dev.sallyport.core.config.ListenerConfig.MinVersion;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.oauth.CredentialsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A backend API. */
@NotYet({"http2"})
public record UpstreamConfig(
        @Doc("Where it listens: http://host:port, or https://host:port; all in one way.") List<URI> targets,
        @Doc("Which target takes the next request.") @Default("roundRobin") Balance balance,
        @Doc("To an open connection, TLS included.") @Default("1s") Duration connectTimeout,
        @Doc("To the head of the answer.") @Default("10s") Duration responseTimeout,
        @Doc("Rest of a pooled connection, and pause within an answer's content.") @Default("30s") Duration idleTimeout,
        @Doc("Open connections to all targets together.") @Default("256") int maxConnections,
        @Doc("The Host that the upstream sees: preserve, target or a name.") @Default("preserve") String host,
        @Doc("What the gateway itself presents: header, clientCredentials or tokenExchange.") Optional<CredentialsConfig> credentials,
        @Doc("How https targets prove who they are, and what they are shown.") @Default("{}") UpstreamTlsConfig tls) {

    /** TLS to the targets. */
    public record UpstreamTlsConfig(
            @Doc("PEM file of the only authorities to trust; by default the platform's.") Optional<Path> ca,
            @Doc("Name to ask for (SNI) and to verify; by default the target's host.") Optional<String> serverName,
            @Doc("PEM file of the gateway's own certificate, leaf first, for upstreams that ask for one.") Optional<Path> certificate,
            @Doc("PEM file of its private key.") Optional<Path> key,
            @Doc("Oldest TLS version spoken.") @Default("\"1.2\"") MinVersion minVersion,
            @Doc("Take whatever certificate is shown.") @Default("false") boolean insecureSkipVerification) {}

    public enum Balance { ROUND_ROBIN, LEAST_REQUESTS }
}
