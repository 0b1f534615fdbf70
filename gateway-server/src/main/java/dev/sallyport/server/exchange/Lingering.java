package dev.sallyport.server.exchange;

import java.time.Duration;

/** How long, and for how much, a client is still read that was told we close (RFC 9112 §9.6). */
final class Lingering {
    static final Duration LONGEST = Duration.ofSeconds(2);
    static final long MAX_BYTES = 1024 * 1024;

    private Lingering() {}
}
