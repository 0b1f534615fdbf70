package dev.sallyport.core.config.value;

import dev.sallyport.core.config.bind.annotation.Text;
import dev.sallyport.core.http.address.Network;

/** A network in CIDR notation, or one address: {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code fd00::/8}. */
@Text(pattern = "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")
public record NetworkText(String text) {
    public static NetworkText parse(String text) {
        if (Network.parse(text).isEmpty()) {
            throw new IllegalArgumentException("is no network such as 10.0.0.0/8 or fd00::/8");
        }
        return new NetworkText(text);
    }
}
