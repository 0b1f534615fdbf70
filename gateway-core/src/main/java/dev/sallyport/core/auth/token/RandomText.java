package dev.sallyport.core.auth.token;

import java.security.SecureRandom;

/** Letters and digits that nobody guesses; safe in headers, forms, URLs and on a command line. */
public final class RandomText {
    public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** 62^43 is more than 2^256. */
    public static final int SECRET_LENGTH = 43;

    /** 62^22 is more than 2^130. */
    public static final int ID_LENGTH = 22;

    private RandomText() {}

    public static String of(SecureRandom random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int index = 0; index < length; index++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    public static boolean is(String text, int length) {
        return text.length() == length && text.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
    }
}
