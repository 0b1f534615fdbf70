package dev.sallyport.core.auth.signature;

import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which signed requests of one sender are taken.
 *
 * @param tolerance how far a signed time may be from now, either way
 * @param secrets by the operator's own names; each stands for the credential id
 * @param maxBody bytes of content
 */
public record HmacRules(
        SignatureScheme scheme, Duration tolerance, Map<String, Secret> secrets, int maxBody, String subject, Set<String> scopes) {

    /** Each secret costs a pass over the content. */
    public static final int MAX_SECRETS = 8;

    public HmacRules {
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException(secrets.size() + " secrets; 1 to " + MAX_SECRETS + " are taken");
        }
        for (Secret secret : secrets.values()) {
            Optional<String> problem = scheme.problemWith(secret);
            if (problem.isPresent()) {
                throw new IllegalArgumentException(problem.get());
            }
        }
    }
}
