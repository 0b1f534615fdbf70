package dev.sallyport.core.auth.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces for proofs (RFC 9449 §9): the MAC of a time window under a key of this process, so that none need be remembered.
 * The one of the window before is still taken.
 */
final class DpopNonces {
    static final Duration WINDOW = Duration.ofMinutes(5);

    private static final int BYTES = 16;
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec key;

    DpopNonces() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, MAC);
    }

    String current(Instant now) {
        return nonce(window(now));
    }

    boolean isTaken(String nonce, Instant now) {
        byte[] presented = nonce.getBytes(StandardCharsets.UTF_8);
        long window = window(now);
        return matches(presented, window) || matches(presented, window - 1);
    }

    private boolean matches(byte[] presented, long window) {
        return MessageDigest.isEqual(presented, nonce(window).getBytes(StandardCharsets.US_ASCII));
    }

    private static long window(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), WINDOW.toSeconds());
    }

    private String nonce(long window) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            byte[] whole = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(window).array());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + MAC, impossible);
        }
    }
}
