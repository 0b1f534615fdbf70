package dev.sallyport.core.gateway.compile.provider;

import dev.sallyport.core.oauth.provider.ClientAuthentication;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Who the gateway is at a provider, and how it knows the provider.
 *
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 * @param inputs digests of the files that say so
 */
public record ProviderAccess(ClientAuthentication client, Optional<String> authorities, Map<Path, String> inputs) {}
