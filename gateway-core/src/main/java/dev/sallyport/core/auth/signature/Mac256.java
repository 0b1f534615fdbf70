package dev.sallyport.core.auth.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC with SHA-256 (RFC 2104) and its spelling in hexadecimal. */
final class Mac256 {
    static final int BYTES = 32;

    private Mac256() {}

    static byte[] of(byte[] key, byte[] prefix, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(prefix);
            return mac.doFinal(content);
        } catch (GeneralSecurityException problem) {
            throw new IllegalStateException("every JDK has HmacSHA256", problem);
        }
    }

    static String hex(byte[] key, String prefix, byte[] content) {
        return HexFormat.of().formatHex(of(key, prefix.getBytes(StandardCharsets.UTF_8), content));
    }

    /** Exactly 64 hexadecimal digits of either case. */
    static Optional<byte[]> parseHex(String text) {
        if (text.length() != 2 * BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(HexFormat.of().parseHex(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
