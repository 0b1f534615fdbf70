package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** When a key may be used. */
record KeyDates(Optional<Instant> notBefore, Optional<Instant> expiresAt) {
    KeyDates {
        if (notBefore.isPresent() && expiresAt.isPresent() && !notBefore.orElseThrow().isBefore(expiresAt.orElseThrow())) {
            throw CommandFailure.inWhatWasGiven("a key must expire after it begins to hold: --not-before "
                    + notBefore.orElseThrow() + ", --expires " + expiresAt.orElseThrow());
        }
    }

    /** Fractions of a second say nothing in a key file. */
    static Instant toSecond(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS);
    }

    /** How a key stands at a moment: one word for people. */
    static String stateOf(ApiKeyEntry entry, Instant now) {
        if (entry.activity() == ApiKeyEntry.Activity.REVOKED) {
            return "revoked";
        }
        if (entry.expiresAt().isPresent() && !now.isBefore(entry.expiresAt().orElseThrow())) {
            return "expired";
        }
        return entry.notBefore().isPresent() && now.isBefore(entry.notBefore().orElseThrow()) ? "pending" : "active";
    }
}
