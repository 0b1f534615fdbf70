package dev.sallyport.server.upstream;

import java.time.Duration;

/** What a target's recent answers have earned it. Times are on {@link System#nanoTime}. */
sealed interface Standing {
    /** Failures in a row that end a target's trust. */
    int FAILURES_TO_EJECT = 5;
    Duration FIRST_EJECTION = Duration.ofSeconds(1);
    Duration LONGEST_EJECTION = Duration.ofSeconds(60);
    /** How long one trial request keeps others away; a trial that ends without a verdict is then repeated. */
    Duration TRIAL = Duration.ofSeconds(2);

    Standing GOOD = new Trusted(0);

    /** It takes its share. */
    record Trusted(int failuresInARow) implements Standing {}

    /**
     * It is passed over.
     *
     * @param times how often since its last success
     */
    record Ejected(int times, long untilNanos) implements Standing {}

    /** One request tries it, others pass it over. */
    record OnTrial(int times, long untilNanos) implements Standing {}

    default Standing failed(long nowNanos) {
        return switch (this) {
            case Trusted(int failures) when failures + 1 < FAILURES_TO_EJECT -> new Trusted(failures + 1);
            case Trusted _ -> ejected(1, nowNanos);
            // Requests that were under way when it was ejected fail together: that is one outage, not many.
            case Ejected ejected -> ejected;
            case OnTrial(int times, long _) -> ejected(times + 1, nowNanos);
        };
    }

    private static Ejected ejected(int times, long nowNanos) {
        int doublings = Math.min(times - 1, Long.SIZE - Long.numberOfLeadingZeros(LONGEST_EJECTION.toSeconds()));
        long nanos = Math.min(FIRST_EJECTION.toNanos() << doublings, LONGEST_EJECTION.toNanos());
        return new Ejected(times, nowNanos + nanos);
    }
}
