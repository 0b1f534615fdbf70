package dev.sallyport.core.port;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Bytes that must never be seen. It prints as a placeholder and compares in constant time, so that neither a log line
 * nor a stopwatch gives it away.
 */
public final class Secret {
    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    public static Secret ofText(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy; the caller must not print or keep it. */
    public byte[] reveal() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** Compares in a time that depends on the lengths only. */
    public boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(bytes, candidate);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && matches(secret.bytes);
    }

    @Override
    public int hashCode() {
        // Equal secrets must hash alike for configuration comparison, yet a hash of the bytes would leak them into dumps.
        return bytes.length;
    }

    @Override
    public String toString() {
        return "***";
    }
}
