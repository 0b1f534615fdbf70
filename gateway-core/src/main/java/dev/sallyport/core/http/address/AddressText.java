package dev.sallyport.core.http.address;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** Reads and writes literal IP addresses; never asks a resolver. */
public final class AddressText {
    /** Hexadecimal groups of an IPv6 address. */
    private static final int GROUPS = 8;

    private AddressText() {}

    /** Takes an IPv4 or IPv6 literal, the latter with or without brackets, without a zone. */
    public static Optional<InetAddress> parse(String text) {
        boolean isBracketed = text.startsWith("[") && text.endsWith("]");
        String bare = isBracketed ? text.substring(1, text.length() - 1) : text;
        try {
            if (bare.indexOf(':') >= 0) {
                return bare.indexOf('%') >= 0 ? Optional.empty() : Optional.of(Inet6Address.ofLiteral(bare));
            }
            // The JDK also takes "10.1" and "0x7f.1"; two readers of such a spelling see two hosts.
            boolean isDotted = !isBracketed && bare.chars().filter(letter -> letter == '.').count() == 3;
            return isDotted ? Optional.of(Inet4Address.ofLiteral(bare)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** IPv6 in the one form of RFC 5952, without a zone. */
    public static String of(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int index = 0; index < GROUPS; index++) {
            groups[index] = (octets[index * 2] & 0xFF) << 8 | (octets[index * 2 + 1] & 0xFF);
        }
        return text(groups);
    }

    private static String text(int[] groups) {
        int gap = longestZeros(groups);
        int gapEnd = gap < 0 ? -1 : gap + zerosAt(groups, gap);
        StringBuilder text = new StringBuilder(39);
        for (int index = 0; index < GROUPS; index++) {
            if (index == gap) {
                text.append("::");
                index = gapEnd - 1;
            } else {
                text.append(index == 0 || index == gapEnd ? "" : ":").append(Integer.toHexString(groups[index]));
            }
        }
        return text.toString();
    }

    /** The start of the first longest run of two or more zeros, or -1 (RFC 5952 §4.2). */
    private static int longestZeros(int[] groups) {
        int best = -1;
        int bestLength = 1;
        for (int index = 0; index < GROUPS; index++) {
            int length = zerosAt(groups, index);
            if (length > bestLength) {
                best = index;
                bestLength = length;
            }
        }
        return best;
    }

    private static int zerosAt(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }
}
