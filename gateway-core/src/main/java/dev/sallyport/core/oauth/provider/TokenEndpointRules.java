package dev.sallyport.core.oauth.provider;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where an authorization server gives out tokens (RFC 6749 §3.2), and who the gateway is there.
 *
 * @param timeout from the call to the last byte of the answer
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 */
public record TokenEndpointRules(URI uri, ClientAuthentication client, Duration timeout, Optional<String> authorities) {}
