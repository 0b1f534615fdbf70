package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.state.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * One way of one browser to the provider and back.
 *
 * @param state ties the answer to the browser that asked (RFC 6749 §10.12)
 * @param nonce ties the ID token to the attempt (OpenID Connect Core §15.5.2)
 * @param verifier ties the code to the attempt (RFC 7636 §4.1)
 * @param redirectUri as it was sent, for it must be sent again with the code
 * @param returnTo local page that was asked for
 */
public record SignInAttempt(String state, String nonce, String verifier, String redirectUri, String returnTo, Instant until) {
    /** Time for a user to type a password. */
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final String SEPARATOR = "\n";
    private static final int PARTS = 6;
    private static final int TAG_LENGTH = 12;

    static SignInAttempt begin(String redirectUri, String returnTo, Instant now) {
        return new SignInAttempt(
                SessionId.randomSecret(), SessionId.randomSecret(), SessionId.randomSecret(), redirectUri, returnTo, now.plus(LIFETIME));
    }

    /** Tells its cookie from those of other tabs. */
    String tag() {
        return tag(state);
    }

    static String tag(String state) {
        return state.substring(0, Math.min(TAG_LENGTH, state.length()));
    }

    /** S256 (RFC 7636 §4.2). */
    String challenge() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    String write() {
        return String.join(SEPARATOR, state, nonce, verifier, redirectUri, returnTo, Long.toString(until.getEpochSecond()));
    }

    static Optional<SignInAttempt> read(String written) {
        String[] parts = written.split(SEPARATOR, -1);
        return parts.length == PARTS
                ? Optional.of(new SignInAttempt(parts[0], parts[1], parts[2], parts[3], parts[4], Instant.ofEpochSecond(Long.parseLong(parts[5]))))
                : Optional.empty();
    }

    /** Whether an answer belongs to it. */
    boolean isAnsweredBy(String answered, Instant now) {
        boolean isSame = MessageDigest.isEqual(state.getBytes(StandardCharsets.UTF_8), answered.getBytes(StandardCharsets.UTF_8));
        return isSame && now.isBefore(until);
    }

    /** Nothing of its secrets. */
    @Override
    public String toString() {
        return "SignInAttempt[" + returnTo + "]";
    }
}
