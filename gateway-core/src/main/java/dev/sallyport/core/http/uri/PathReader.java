package dev.sallyport.core.http.uri;

import dev.sallyport.core.http.uri.RequestTarget.Trait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a path into its one canonical form. In this order: decode escapes of unreserved characters, put the others in
 * upper case, refuse, merge slashes, remove dot segments. The order matters: merging before decoding, or stripping
 * before removing dots, is how paths have climbed out of public prefixes (CVE-2026-48020, CVE-2021-29492).
 */
final class PathReader {
    private static final int UNRESERVED = 1;
    private static final int PLAIN = 2;
    private static final byte[] CLASSES = classes();
    private static final String SLASH = "%2F";

    /** What reading a path gave. */
    sealed interface Outcome {
        record Canonical(String merged, String kept, Set<Trait> traits) implements Outcome {}

        record Refused(TargetViolation violation) implements Outcome {}
    }

    private PathReader() {}

    static Outcome read(String written) {
        return isCanonical(written) ? new Outcome.Canonical(written, written, Set.of()) : readSlowly(written);
    }

    /** The usual path: nothing to decode, merge or remove, so nothing is copied. */
    private static boolean isCanonical(String path) {
        char before = 'x';
        for (int index = 0; index < path.length(); index++) {
            char letter = path.charAt(index);
            boolean isDoubtful = before == '/' && (letter == '/' || letter == '.');
            if (isDoubtful || (letter != '/' && !isPlain(letter))) {
                return false;
            }
            before = letter;
        }
        return true;
    }

    private static Outcome readSlowly(String written) {
        StringBuilder decoded = new StringBuilder(written.length());
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        int segmentStart = 1;
        boolean isDotEscaped = false;
        int index = 0;
        while (index < written.length()) {
            char letter = written.charAt(index);
            int width = letter == '%' ? 3 : 1;
            if (width == 3) {
                int octet = octet(written, index);
                TargetViolation violation = judge(octet, written, index);
                if (violation != null) {
                    return new Outcome.Refused(violation);
                }
                isDotEscaped |= octet == '.';
                append(decoded, octet);
            } else if (letter == '/') {
                if (isDotEscaped && isDotted(decoded.substring(segmentStart))) {
                    return new Outcome.Refused(TargetViolation.ENCODED_DOT_SEGMENT);
                }
                decoded.append(letter);
                segmentStart = decoded.length();
                isDotEscaped = false;
            } else if (isPlain(letter)) {
                decoded.append(letter);
            } else {
                return new Outcome.Refused(letter == '\\' ? TargetViolation.BACKSLASH : TargetViolation.CHARACTER_NOT_ALLOWED);
            }
            index += width;
        }
        if (isDotEscaped && isDotted(decoded.substring(segmentStart))) {
            return new Outcome.Refused(TargetViolation.ENCODED_DOT_SEGMENT);
        }
        return removeDots(decoded.toString(), traits);
    }

    private static @Nullable TargetViolation judge(int octet, String written, int index) {
        if (octet < 0) {
            return TargetViolation.ESCAPE_INVALID;
        }
        if (octet < 0x20 || octet == 0x7F) {
            return TargetViolation.ESCAPED_CONTROL;
        }
        if (octet == '\\') {
            return TargetViolation.BACKSLASH;
        }
        // Leads of a form that is longer than its character needs, with the second bytes below which it is.
        int shortest = switch (octet) {
            case 0xC0, 0xC1 -> 0xC0;
            case 0xE0 -> 0xA0;
            case 0xF0 -> 0x90;
            default -> 0;
        };
        int next = shortest == 0 ? -1 : octet(written, index + 3);
        return next >= 0x80 && next < shortest ? TargetViolation.OVERLONG_ESCAPE : null;
    }

    private static Outcome removeDots(String decoded, Set<Trait> traits) {
        List<String> merged = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        String[] segments = decoded.substring(1).split("/", -1);
        for (int index = 0; index < segments.length; index++) {
            String segment = segments[index];
            boolean isLast = index == segments.length - 1;
            TargetViolation violation = judgeSegment(segment, traits);
            if (violation != null) {
                return new Outcome.Refused(violation);
            }
            switch (segment) {
                case "" -> {
                    kept.add("");
                    if (isLast) {
                        merged.add("");
                    } else {
                        traits.add(Trait.DUPLICATE_SLASHES);
                    }
                }
                case "." -> endWithSlash(merged, kept, isLast);
                case ".." -> {
                    if (merged.isEmpty()) {
                        return new Outcome.Refused(TargetViolation.CLIMB_ABOVE_ROOT);
                    }
                    merged.removeLast();
                    kept.removeLast();
                    endWithSlash(merged, kept, isLast);
                }
                default -> {
                    merged.add(segment);
                    kept.add(segment);
                }
            }
        }
        return new Outcome.Canonical("/" + String.join("/", merged), "/" + String.join("/", kept), traits.isEmpty() ? Set.of() : Set.copyOf(traits));
    }

    /** A dot segment at the end names a folder (RFC 3986 §5.2.4). */
    private static void endWithSlash(List<String> merged, List<String> kept, boolean isLast) {
        if (isLast) {
            merged.add("");
            kept.add("");
        }
    }

    private static @Nullable TargetViolation judgeSegment(String segment, Set<Trait> traits) {
        if (isParameterised(segment)) {
            return TargetViolation.PARAMETER_ON_DOT_SEGMENT;
        }
        if (!segment.contains(SLASH)) {
            return null;
        }
        traits.add(Trait.ENCODED_SLASH);
        for (String part : segment.split(SLASH, -1)) {
            if (isDotted(part)) {
                // A route may keep %2F, but no upstream that decodes it may then climb: /files/..%2F..%2Fadmin.
                return TargetViolation.ENCODED_DOT_SEGMENT;
            }
        }
        return null;
    }

    private static boolean isDotted(String segment) {
        return segment.equals(".") || segment.equals("..") || isParameterised(segment);
    }

    /** Tomcat and its kin cut {@code ;…} off before they look for dots; an escaped semicolon is taken for one as well. */
    private static boolean isParameterised(String segment) {
        int dots = segment.startsWith("..") ? 2 : segment.startsWith(".") ? 1 : 0;
        return dots > 0 && (segment.startsWith(";", dots) || segment.startsWith("%3B", dots));
    }

    private static void append(StringBuilder decoded, int octet) {
        if (octet < 0x80 && (CLASSES[octet] & UNRESERVED) != 0) {
            decoded.append((char) octet);
        } else {
            decoded.append('%').append(upperHex(octet >> 4)).append(upperHex(octet & 15));
        }
    }

    private static char upperHex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }

    /** The octet that an escape stands for, or -1. */
    private static int octet(String written, int index) {
        if (index + 2 >= written.length() || written.charAt(index) != '%') {
            return -1;
        }
        int high = hexDigit(written.charAt(index + 1));
        int low = hexDigit(written.charAt(index + 2));
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    private static int hexDigit(char letter) {
        // Character.digit also takes full-width digits; those are no hexadecimal digits of RFC 3986.
        return letter < 0x80 ? Character.digit(letter, 16) : -1;
    }

    private static boolean isPlain(char letter) {
        return letter < 0x80 && CLASSES[letter] != 0;
    }

    /** RFC 3986 §2.3 unreserved; §3.3 pchar without the escape. */
    private static byte[] classes() {
        byte[] classes = new byte[0x80];
        for (char letter = 0; letter < 0x80; letter++) {
            boolean isAlphanumeric = Character.isLetterOrDigit(letter);
            if (isAlphanumeric || "-._~".indexOf(letter) >= 0) {
                classes[letter] = UNRESERVED;
            } else if ("!$&'()*+,;=:@".indexOf(letter) >= 0) {
                classes[letter] = PLAIN;
            }
        }
        return classes;
    }
}
