package dev.sallyport.core.state;

import java.time.Instant;
import java.util.Map;

/**
 * What a revocation file says.
 *
 * @param tokens {@code jti} to the time until which it must be remembered; {@link Instant#MAX} for ever
 * @param subjects subject to the time before which all of its tokens were issued that are called back
 */
public record RevokedTokens(Map<String, Instant> tokens, Map<String, Instant> subjects) {
    public static final RevokedTokens NONE = new RevokedTokens(Map.of(), Map.of());
}
