package dev.sallyport.core.key;

import java.time.Duration;
import java.util.Optional;

/**
 * How a key source fares, for metrics, {@code /readyz} and {@code /status}.
 *
 * @param age since the last successful refresh; absent before the first, and for keys that do not age
 * @param keys usable ones now
 * @param leftOut keys that the provider lists and that are not taken
 * @param lastFailure why the latest refresh failed; absent when it succeeded
 */
public record KeyHealth(State state, Optional<Duration> age, int keys, int leftOut, Optional<String> lastFailure) {

    public enum State {
        /** In date. */
        FRESH,
        /** Overdue, and still serving. */
        STALE,
        /** Nothing valid: requests are answered 503. */
        UNAVAILABLE
    }
}
