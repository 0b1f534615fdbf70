package dev.sallyport.core.state.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Under what a session is held: the hash of what the browser sends, so that whoever reads the store cannot be anybody.
 *
 * @param hash SHA-256, base64url
 */
public record SessionId(String hash) {
    private static final int BYTES = 32;
    private static final int SHOWN = 12;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

    /** What the browser is to send: 256 random bits, base64url. */
    public static String randomSecret() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether {@link #randomSecret} could have made it. */
    static boolean isPossible(String secret) {
        return SECRET.matcher(secret).matches();
    }

    static SessionId of(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
            return new SessionId(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** For logs: enough to follow a session, and nothing to use it with. */
    public String shown() {
        return hash.substring(0, SHOWN);
    }
}
