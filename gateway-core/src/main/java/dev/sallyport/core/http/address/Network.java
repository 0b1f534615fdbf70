package dev.sallyport.core.http.address;

import dev.sallyport.core.http.address.AddressText;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3).
 *
 * @param prefix as many bytes as an address of the family has
 * @param bits leading bits that count
 */
public record Network(byte[] prefix, int bits) {

    /** Empty for anything that is no literal address with an optional length; names are never looked up. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = AddressText.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        byte[] prefix = address.get().getAddress();
        int bits = slash < 0 ? prefix.length * 8 : number(text.substring(slash + 1));
        return bits < 0 || bits > prefix.length * 8 ? Optional.empty() : Optional.of(new Network(prefix, bits));
    }

    public boolean contains(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        for (int index = 0; index < whole; index++) {
            if (octets[index] != prefix[index]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((octets[whole] ^ prefix[whole]) & 0xFF) >>> (8 - rest) == 0;
    }

    private static int number(String digits) {
        boolean isNumber = !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return isNumber ? Integer.parseInt(digits) : -1;
    }
}
