package dev.sallyport.tests.harness;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times of tokens, which are told in whole seconds: what happens within one of them has no order. */
public final class WholeSeconds {
    private WholeSeconds() {}

    /** Returns in a later one than it was called in. */
    public static void awaitNext() throws InterruptedException {
        Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        while (Instant.now().isBefore(next)) {
            Thread.sleep(Duration.between(Instant.now(), next).plusMillis(1));
        }
    }
}
