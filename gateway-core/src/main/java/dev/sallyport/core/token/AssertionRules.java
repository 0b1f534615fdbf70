package dev.sallyport.core.token;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the gateway vouches for.
 *
 * @param header in which it goes up
 * @param audience absent means the name of the upstream, so that none can use it at another
 * @param claims of the caller's token that are told on
 */
public record AssertionRules(String header, String issuer, Optional<String> audience, Duration lifetime, Set<String> claims) {}
