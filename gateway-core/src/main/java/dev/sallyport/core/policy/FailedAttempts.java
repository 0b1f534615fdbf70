package dev.sallyport.core.policy;

import java.time.Duration;

/** At most so many refused credentials by one address within a period. */
public record FailedAttempts(int max, Duration per) {}
