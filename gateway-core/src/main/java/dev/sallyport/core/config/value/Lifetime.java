package dev.sallyport.core.config.value;

import dev.sallyport.core.config.bind.DurationText;
import dev.sallyport.core.config.bind.annotation.Text;
import java.time.Duration;
import java.util.Optional;

/** A longest time, or {@code unlimited} (empty), which must be written out. */
@Text(pattern = "^(unlimited|[0-9]{1,9}(ms|s|m|h|d))$")
public record Lifetime(Optional<Duration> bound) {
    public static Lifetime parse(String text) {
        return text.equals("unlimited")
                ? new Lifetime(Optional.empty())
                : new Lifetime(Optional.of(DurationText.parse(text)));
    }
}
