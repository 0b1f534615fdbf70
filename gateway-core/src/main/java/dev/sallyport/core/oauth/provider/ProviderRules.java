package dev.sallyport.core.oauth.provider;

import java.time.Duration;
import java.util.Optional;

/**
 * How an OpenID provider is reached.
 *
 * @param timeout of one call, to the last byte of the answer
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 */
public record ProviderRules(
        String issuer, ClientAuthentication client, Duration timeout, Optional<String> authorities, ProviderMetadata.Transport transport) {}
