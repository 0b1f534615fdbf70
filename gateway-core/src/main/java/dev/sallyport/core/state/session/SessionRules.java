package dev.sallyport.core.state.session;

import java.time.Duration;

/**
 * How long sessions last, and how many there are.
 *
 * @param idle longest pause between two of its requests
 * @param absolute whatever is done with it
 * @param maxOpen at once, of mostly some 4 KiB each; what is kept of the provider's answers is bounded before
 */
public record SessionRules(Duration idle, Duration absolute, int maxOpen) {}
