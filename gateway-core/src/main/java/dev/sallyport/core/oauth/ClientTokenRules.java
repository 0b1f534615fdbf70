package dev.sallyport.core.oauth;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the gateway gets a token of its own (RFC 6749 §4.4).
 *
 * @param parameters beside the grant: scope, audience, resource
 * @param timeout from the call to the last byte of the answer
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 */
public record ClientTokenRules(
        URI endpoint, ClientAuthentication client, Map<String, String> parameters, Duration timeout, Optional<String> authorities) {}
