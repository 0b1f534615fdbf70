package dev.sallyport.core.config.file;

import dev.sallyport.core.config.bind.annotation.Text;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code sha256:} and 64 hexadecimal digits. */
@Text(pattern = "^sha256:[0-9A-Fa-f]{64}$")
public record KeyHash(String hex) {
    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9A-Fa-f]{64}");

    public static KeyHash parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is no hash such as sha256:<64 hexadecimal digits>");
        }
        return new KeyHash(text.substring(PREFIX.length()).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
