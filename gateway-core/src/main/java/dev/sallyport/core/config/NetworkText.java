package dev.sallyport.core.config;

import dev.sallyport.core.config.bind.Text;
import java.util.regex.Pattern;

/** A network in CIDR notation, or one address: {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code fd00::/8}. */
@Text(pattern = "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")
public record NetworkText(String text) {
    private static final Pattern FORM =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?|(?=.*:)[0-9A-Fa-f:.]+(/([0-9]{1,2}|1[01][0-9]|12[0-8]))?");

    public static NetworkText parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is no network such as 10.0.0.0/8 or fd00::/8");
        }
        return new NetworkText(text);
    }
}
