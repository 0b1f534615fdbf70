package dev.sallyport.core.auth.apikey;

import dev.sallyport.core.auth.token.RandomText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Keys of our making: {@code sp_<id>_<secret><checksum>}. The prefix lets secret scanners find them in places where they
 * should not be; the checksum tells a typing error from a wrong key without a look-up. It proves nothing: only the hash
 * of the whole key does.
 */
public final class ApiKeyFormat {
    /** Characters of a key, ours or not; a longer one is refused unread. */
    public static final int MAX_KEY_LENGTH = 512;

    private static final String PREFIX = "sp_";
    /** 62^6 is more than 2^32. */
    private static final int CHECKSUM_LENGTH = 6;
    private static final int RANDOM_ID_LENGTH = 12;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private ApiKeyFormat() {}

    /** What a key's looks tell. */
    public enum Look { OURS, MISTYPED, FOREIGN }

    /** @param id public, see {@link #isId} */
    public static String create(String id, SecureRandom random) {
        if (!isId(id)) {
            throw new IllegalArgumentException("not an id");
        }
        String signed = PREFIX + id + '_' + RandomText.of(random, RandomText.SECRET_LENGTH);
        return signed + checksum(signed);
    }

    public static String randomId(SecureRandom random) {
        return RandomText.of(random, RANDOM_ID_LENGTH);
    }

    /** 1 to 64 letters, digits, {@code . _ -}, the first a letter or digit: safe in logs, headers and on a command line. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    public static Look look(String key) {
        // An underscore may be in the id, never in the secret.
        int secret = key.lastIndexOf('_') + 1;
        if (!key.startsWith(PREFIX) || secret <= PREFIX.length()) {
            return Look.FOREIGN;
        }
        int end = key.length() - CHECKSUM_LENGTH;
        boolean whole = end - secret == RandomText.SECRET_LENGTH && isId(key.substring(PREFIX.length(), secret - 1));
        return whole && key.substring(end).equals(checksum(key.substring(0, end))) ? Look.OURS : Look.MISTYPED;
    }

    /** SHA-256 of the key's bytes in lower-case hexadecimal, as a key file has it. A slow hash would protect guessable secrets only; these are random. */
    public static String sha256(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder digits = new StringBuilder(CHECKSUM_LENGTH);
        long rest = crc.getValue();
        for (int index = 0; index < CHECKSUM_LENGTH; index++) {
            digits.append(RandomText.ALPHABET.charAt((int) (rest % RandomText.ALPHABET.length())));
            rest /= RandomText.ALPHABET.length();
        }
        return digits.reverse().toString();
    }
}
