package dev.sallyport.core.token.refresh;

import dev.sallyport.core.auth.token.RandomText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A refresh token: {@code spr_<family>_<secret>}. All that replace each other are of one family.
 *
 * @param family its id, which is no secret
 */
public record RefreshToken(String family, String secret) {
    private static final String PREFIX = "spr_";
    private static final int SECRET_START = PREFIX.length() + RandomText.ID_LENGTH + 1;
    private static final int LENGTH = SECRET_START + RandomText.SECRET_LENGTH;

    /** Of a new family. */
    static RefreshToken begin(SecureRandom random) {
        return new RefreshToken(RandomText.of(random, RandomText.ID_LENGTH), RandomText.of(random, RandomText.SECRET_LENGTH));
    }

    /** The one that replaces it. */
    RefreshToken next(SecureRandom random) {
        return new RefreshToken(family, RandomText.of(random, RandomText.SECRET_LENGTH));
    }

    /** Empty for whatever was not given out here. */
    public static Optional<RefreshToken> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX) || text.charAt(SECRET_START - 1) != '_') {
            return Optional.empty();
        }
        String family = text.substring(PREFIX.length(), SECRET_START - 1);
        String secret = text.substring(SECRET_START);
        return RandomText.is(family, RandomText.ID_LENGTH) && RandomText.is(secret, RandomText.SECRET_LENGTH)
                ? Optional.of(new RefreshToken(family, secret))
                : Optional.empty();
    }

    /** As the client gets it. */
    public String text() {
        return PREFIX + family + '_' + secret;
    }

    /** In lower-case hexadecimal. */
    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Its family alone. */
    @Override
    public String toString() {
        return "RefreshToken[" + family + "]";
    }
}
