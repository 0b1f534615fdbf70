package dev.sallyport.core.auth.introspection;

import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom to ask about tokens, and which of those that are active are taken.
 *
 * @param issuer what {@code iss} must be; absent means that the answer need not name one
 * @param audiences any match passes; empty only where that is written out
 * @param cacheFor longest time for which "active" is believed; a token's own end comes before it
 * @param negativeFor time for which a refusal by the answer is believed
 * @param timeout from the call to the last byte of the answer
 * @param authorities PEM text of the only certificate authorities to trust; absent means the platform's
 */
public record IntrospectionRules(
        URI endpoint,
        ClientAuthentication client,
        Optional<String> issuer,
        Set<String> audiences,
        Duration cacheFor,
        Duration negativeFor,
        Duration timeout,
        Duration clockSkew,
        String subjectClaim,
        List<String> scopeClaims,
        CredentialLocation location,
        Optional<String> authorities) {}
