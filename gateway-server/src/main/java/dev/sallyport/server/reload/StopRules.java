package dev.sallyport.server.reload;

import dev.sallyport.core.config.bind.DurationText;
import java.time.Duration;
import java.util.Map;

/**
 * How the process ends.
 *
 * @param delay between readiness turning and listeners closing, so that load balancers see it first
 * @param drain longest wait for what is open
 */
public record StopRules(Duration delay, Duration drain) {
    private static final String DELAY = "SALLYPORT_STOP_DELAY";
    private static final String DRAIN = "SALLYPORT_DRAIN_TIMEOUT";

    /** @throws IllegalArgumentException for a value that is no duration */
    public static StopRules of(Map<String, String> environment) {
        return new StopRules(
                duration(environment, DELAY, Duration.ofMillis(500)), duration(environment, DRAIN, Duration.ofSeconds(20)));
    }

    private static Duration duration(Map<String, String> environment, String name, Duration otherwise) {
        String text = environment.get(name);
        try {
            return text == null ? otherwise : DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + " " + wrong.getMessage(), wrong);
        }
    }
}
