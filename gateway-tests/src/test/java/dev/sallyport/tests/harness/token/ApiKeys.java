package dev.sallyport.tests.harness.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Entries of API-key files. */
public final class ApiKeys {
    private ApiKeys() {}

    /** One entry; {@code more} is further YAML within the braces, such as {@code ", active: false"}. */
    public static String entry(String id, String key, String subject, String more) {
        return "  - { id: " + id + ", hash: \"sha256:" + sha256(key) + "\", subject: " + subject + more + " }\n";
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
