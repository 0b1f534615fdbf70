package dev.sallyport.core.config.oauth;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What all grants have in common of which the gateway asks for a token. */
public sealed interface TokenRequestConfig permits CredentialsConfig.ClientCredentialsConfig, CredentialsConfig.TokenExchangeConfig {
    URI endpoint();

    OAuthClientConfig client();

    List<String> scopes();

    Optional<String> audience();

    Optional<String> resource();

    Duration timeout();

    Optional<Path> ca();

    boolean insecureAllowHttp();
}
