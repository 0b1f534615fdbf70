package dev.sallyport.core.config.value;

import dev.sallyport.core.config.bind.annotation.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 0.0.0.0:8443}, {@code [::1]:8443}; an IP address, never a name, so that reading a configuration asks no resolver. */
@Text(pattern = "^([0-9.]+|\\[[0-9A-Fa-f:.]+\\]|localhost):[0-9]{1,5}$")
public record BindAddress(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+]|localhost):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    public static BindAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MAX_PORT) {
            throw new IllegalArgumentException("is no address and port such as 0.0.0.0:8443 or [::]:8443");
        }
        String host = matcher.group(1);
        return new BindAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host.replace("localhost", "127.0.0.1"),
                Integer.parseInt(matcher.group(2)));
    }
}
