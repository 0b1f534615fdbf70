package dev.sallyport.core.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How a path is read, said once more with regular expressions and the algorithm that RFC 3986 §5.2.4 spells out: decode
 * unreserved characters, upper-case the other escapes, refuse, merge slashes, remove dot segments.
 *
 * @param merged the canonical path
 * @param kept likewise with duplicate slashes kept
 */
public record SlowPath(String merged, String kept, boolean hasEncodedSlash, boolean hasDuplicateSlashes) {
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern PATH = Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");
    private static final Pattern REFUSED_ESCAPE = Pattern.compile("(?i)%[01][0-9a-f]|%7f|%5c|%c[01]%[89ab][0-9a-f]|%e0%[89][0-9a-f]|%f0%8[0-9a-f]");
    private static final Pattern PARAMETER_BEHIND_DOTS = Pattern.compile("\\.\\.?(?:;|%3B).*");
    private static final Pattern DOTS = Pattern.compile("\\.\\.?");

    public static Optional<SlowPath> read(String written) {
        if (!PATH.matcher(written).matches() || REFUSED_ESCAPE.matcher(written).find()) {
            return Optional.empty();
        }
        for (String segment : written.substring(1).split("/", -1)) {
            if (isAmbiguous(segment)) {
                return Optional.empty();
            }
        }
        String normal = normalise(written);
        String merged = normal.replaceAll("/{2,}", "/");
        if (climbs(merged)) {
            return Optional.empty();
        }
        boolean hasDuplicates = normal.contains("//");
        return Optional.of(new SlowPath(removeDotSegments(merged), removeDotSegments(normal), normal.contains("%2F"), hasDuplicates));
    }

    private static boolean isAmbiguous(String segment) {
        String[] parts = segment.split("(?i)%2f", -1);
        for (String part : parts) {
            String decoded = normalise(part);
            boolean isDots = DOTS.matcher(decoded).matches();
            boolean isWrittenPlainly = part.equals(decoded) && parts.length == 1;
            if (PARAMETER_BEHIND_DOTS.matcher(decoded).matches() || (isDots && !isWrittenPlainly)) {
                return true;
            }
        }
        return false;
    }

    private static String normalise(String written) {
        return ESCAPE.matcher(written).replaceAll(SlowPath::normaliseEscape);
    }

    private static String normaliseEscape(MatchResult escape) {
        char letter = (char) Integer.parseInt(escape.group(1), 16);
        boolean isUnreserved = String.valueOf(letter).matches("[A-Za-z0-9._~-]");
        return isUnreserved ? String.valueOf(letter) : escape.group().toUpperCase(Locale.ROOT);
    }

    private static boolean climbs(String merged) {
        int depth = 0;
        for (String segment : merged.substring(1).split("/", -1)) {
            depth += segment.equals("..") ? -1 : segment.equals(".") || segment.isEmpty() ? 0 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    /** RFC 3986 §5.2.4, letter by letter as it stands there; an output segment is a slash and what follows it. */
    private static String removeDotSegments(String path) {
        String input = path;
        List<String> output = new ArrayList<>();
        while (!input.isEmpty()) {
            if (input.startsWith("/./") || input.equals("/.")) {
                input = "/" + input.substring(Math.min(3, input.length()));
            } else if (input.startsWith("/../") || input.equals("/..")) {
                input = "/" + input.substring(Math.min(4, input.length()));
                output.removeLast();
            } else {
                int end = input.indexOf('/', 1);
                output.add(end < 0 ? input : input.substring(0, end));
                input = end < 0 ? "" : input.substring(end);
            }
        }
        return String.join("", output);
    }
}
