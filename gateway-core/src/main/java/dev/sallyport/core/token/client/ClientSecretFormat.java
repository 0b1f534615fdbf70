package dev.sallyport.core.token.client;

import dev.sallyport.core.auth.token.RandomText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Secrets of clients, of our making: {@code spc_} and 43 letters and digits. The prefix lets secret scanners find them. */
public final class ClientSecretFormat {
    /** Characters of a secret, ours or not. */
    public static final int MAX_LENGTH = 512;

    private static final String PREFIX = "spc_";

    private ClientSecretFormat() {}

    public static String create(SecureRandom random) {
        return PREFIX + RandomText.of(random, RandomText.SECRET_LENGTH);
    }

    /** A slow hash would protect guessable secrets only; these are random. */
    public static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
