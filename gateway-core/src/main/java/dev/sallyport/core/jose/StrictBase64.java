package dev.sallyport.core.jose;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Base64url without padding (RFC 7515 §2), in its one canonical spelling. A lenient decoder gives one signature many
 * spellings, and whoever keys by the text (caches, revocation, replay) is dodged.
 */
final class StrictBase64 {
    private StrictBase64() {}

    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            // No padding, and zero in the unused bits of the last character: else several spellings give the same bytes.
            return Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(bytes), text.getBytes(StandardCharsets.ISO_8859_1))
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
