package dev.sallyport.core.config.value;

import dev.sallyport.core.config.bind.annotation.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes: {@code 512B}, {@code 16KiB}, {@code 10MiB}, {@code 1GiB}. */
@Text(pattern = "^[0-9]{1,10}(B|KiB|MiB|GiB)$")
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10})(B|KiB|MiB|GiB)");

    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is no size such as 16KiB or 10MiB");
        }
        int shift = switch (matcher.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
        return new ByteSize(Long.parseLong(matcher.group(1)) << shift);
    }
}
