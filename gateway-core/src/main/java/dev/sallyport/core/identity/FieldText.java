package dev.sallyport.core.identity;

import java.nio.charset.StandardCharsets;

/**
 * Writes any text as a field value that reads back as one thing only: bytes outside {@code %x20-7E}, and {@code %}, are
 * percent-encoded, and so are spaces at either end, which a recipient would trim (" admin" must not become "admin").
 */
final class FieldText {
    private FieldText() {}

    static String encode(String text) {
        return isPlain(text, '\0') ? text : escape(text, '\0');
    }

    /** One member of a list; the separator inside it is encoded as well. */
    static String encodeMember(String text, char separator) {
        return isPlain(text, separator) ? text : escape(text, separator);
    }

    private static boolean isPlain(String text, char separator) {
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (letter < 0x20 || letter > 0x7E || letter == '%' || letter == separator) {
                return false;
            }
        }
        return text.isEmpty() || (text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ');
    }

    private static String escape(String text, char separator) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder escaped = new StringBuilder(bytes.length + 16);
        for (int index = 0; index < bytes.length; index++) {
            int octet = bytes[index] & 0xFF;
            boolean isOuterSpace = octet == ' ' && (index == 0 || index == bytes.length - 1);
            if (octet < 0x20 || octet > 0x7E || octet == '%' || octet == separator || isOuterSpace) {
                escaped.append('%').append(hex(octet >> 4)).append(hex(octet & 15));
            } else {
                escaped.append((char) octet);
            }
        }
        return escaped.toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }
}
