package dev.sallyport.core.state.session;

import java.time.Duration;

/**
 * How long sessions last, and how many there are.
 *
 * @param idle longest pause between two of its requests
 * @param absolute whatever is done with it
 * @param maxOpen at once, of some 4 KiB each and at most 50
 */
public record SessionRules(Duration idle, Duration absolute, int maxOpen) {}
