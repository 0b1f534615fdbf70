package dev.sallyport.core.state.session;

import java.time.Duration;

/**
 * How long a session lasts.
 *
 * @param idle longest pause between two of its requests
 * @param absolute whatever is done with it
 */
public record SessionRules(Duration idle, Duration absolute) {}
