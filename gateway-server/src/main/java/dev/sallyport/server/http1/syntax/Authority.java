package dev.sallyport.server.http1.syntax;

import dev.sallyport.core.reject.RejectReason;
import java.util.Locale;

/** The grammar of Host (RFC 9110 §7.2), narrowed to what names a host on a network: letters, digits, {@code - . _}, or an address in brackets. */
public final class Authority {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_LENGTH = 255 + 1 + MAX_PORT_DIGITS;

    private Authority() {}

    /** The host, lower case, without port and without the root's dot: {@code a.example.} and {@code a.example} must reach the same route. */
    public static String hostOf(String authority) throws FramingViolation {
        if (authority.length() > MAX_LENGTH) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host is too long");
        }
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : nameEnd(authority);
        if (end == 0 || !isPort(authority, end) || (authority.startsWith("[") && !isAddress(authority, end))) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host is not `host[:port]`");
        }
        String host = authority.substring(0, end);
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.isEmpty() || name.startsWith(".") || name.contains("..")) {
            throw new FramingViolation(RejectReason.HOST_INVALID, "Host has an empty label");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static int nameEnd(String authority) {
        int end = 0;
        while (end < authority.length() && isNameLetter(authority.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isNameLetter(char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || Bytes.isDigit(letter)
                || letter == '-' || letter == '.' || letter == '_';
    }

    private static boolean isAddress(String authority, int end) {
        for (int at = 1; at < end - 1; at++) {
            char letter = authority.charAt(at);
            if (Character.digit(letter, 16) < 0 && letter != ':' && letter != '.') {
                return false;
            }
        }
        return end > 3;
    }

    private static boolean isPort(String authority, int at) {
        if (at == authority.length()) {
            return true;
        }
        int digits = authority.length() - at - 1;
        if (authority.charAt(at) != ':' || digits < 1 || digits > MAX_PORT_DIGITS) {
            return false;
        }
        int port = 0;
        for (int index = at + 1; index < authority.length(); index++) {
            char letter = authority.charAt(index);
            if (!Bytes.isDigit(letter)) {
                return false;
            }
            port = port * 10 + (letter - '0');
        }
        return port <= MAX_PORT;
    }
}
