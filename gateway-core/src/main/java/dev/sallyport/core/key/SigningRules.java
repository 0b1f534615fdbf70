package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwsAlgorithm;
import java.time.Duration;

/**
 * How keys of the gateway's own come and go.
 *
 * @param rotateEvery time for which one signs
 * @param overlap time for which it stays published behind that; longer than anything lives that it signed
 */
public record SigningRules(JwsAlgorithm algorithm, Duration rotateEvery, Duration overlap) {
    private static final Duration LONGEST_AHEAD = Duration.ofHours(1);

    /** Time for which a key is published before it signs, so that whoever remembers key sets for a while has it by then. */
    public Duration publishedAhead() {
        Duration quarter = rotateEvery.dividedBy(4);
        return quarter.compareTo(LONGEST_AHEAD) < 0 ? quarter : LONGEST_AHEAD;
    }
}
