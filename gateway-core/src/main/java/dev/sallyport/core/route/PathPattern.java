package dev.sallyport.core.route;

import dev.sallyport.core.http.uri.RequestTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which paths a route serves. A pattern is a canonical path in which {@code *} or {@code {name}} stands for one segment
 * that is not empty, and {@code /**} at the end for nothing or anything below: {@code /x/**} matches {@code /x},
 * {@code /x/} and all below.
 *
 * @param text as written
 */
public record PathPattern(String text, List<Segment> segments, Tail tail) {

    /** What one segment must be. */
    public sealed interface Segment {
        record Literal(String text) implements Segment {}

        /** {@code *} and {@code {name}} match alike. */
        record AnyOne() implements Segment {}
    }

    public enum Tail { NONE, ANYTHING_BELOW }

    private static final Segment ANY_ONE = new Segment.AnyOne();

    /**
     * Whole paths before prefixes, longer prefixes before shorter, and where two are of one length, the one whose first
     * difference is written out before the one that leaves it open. Zero means that they match the same paths.
     */
    static final Comparator<PathPattern> MOST_SPECIFIC_FIRST = Comparator.comparing(PathPattern::tail)
            .thenComparing(pattern -> pattern.segments.size(), Comparator.reverseOrder())
            .thenComparing(PathPattern::compareSegments);

    /** @throws IllegalArgumentException with a sentence for the operator */
    public static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path pattern starts with `/`");
        }
        boolean hasTail = text.endsWith("/**");
        String front = hasTail ? text.substring(0, text.length() - 3) : text;
        List<Segment> segments = new ArrayList<>();
        if (!front.isEmpty()) {
            String[] parts = front.substring(1).split("/", -1);
            for (int index = 0; index < parts.length; index++) {
                boolean isFolderEnd = parts[index].isEmpty() && index == parts.length - 1 && !hasTail;
                segments.add(isFolderEnd ? new Segment.Literal("") : segment(parts[index]));
            }
        }
        return new PathPattern(text, List.copyOf(segments), hasTail ? Tail.ANYTHING_BELOW : Tail.NONE);
    }

    private static Segment segment(String part) {
        boolean isCapture = part.length() > 2 && part.startsWith("{") && part.endsWith("}");
        if (part.equals("*") || (isCapture && part.chars().skip(1).limit(part.length() - 2L).allMatch(PathPattern::isNameLetter))) {
            return ANY_ONE;
        }
        if (part.isEmpty()) {
            throw new IllegalArgumentException("a path pattern has no empty segment: paths are matched with slashes merged");
        }
        if (part.contains("*")) {
            throw new IllegalArgumentException("`*` stands for a whole segment, and `**` only at the end");
        }
        if (RequestTarget.parse("GET", "/" + part) instanceof RequestTarget.Parsed.Valid(var target, var _)
                && target.query().isEmpty()
                && target.path().length() > 1) {
            return new Segment.Literal(target.path().substring(1));
        }
        throw new IllegalArgumentException("`" + part + "` can be no segment of a canonical path");
    }

    private static boolean isNameLetter(int letter) {
        return letter < 0x80 && (Character.isLetterOrDigit(letter) || letter == '_' || letter == '-');
    }

    /** Whether a canonical path, slashes merged or kept, is one of these. */
    public boolean matches(String path) {
        int start = 1;
        for (Segment segment : segments) {
            if (start > path.length()) {
                return false;
            }
            int end = path.indexOf('/', start);
            String part = path.substring(start, end < 0 ? path.length() : end);
            boolean fits = switch (segment) {
                case Segment.Literal(String literal) -> literal.equals(part);
                case Segment.AnyOne() -> !part.isEmpty();
            };
            if (!fits) {
                return false;
            }
            start += part.length() + 1;
        }
        return tail == Tail.ANYTHING_BELOW ? path.startsWith("/") : start > path.length();
    }

    /** Whether every path of this pattern is the prefix or lies below it: what a strip needs. */
    public boolean isWithin(String prefix) {
        String[] parts = prefix.substring(1).split("/", -1);
        if (parts.length > segments.size()) {
            return false;
        }
        for (int index = 0; index < parts.length; index++) {
            if (!segments.get(index).equals(new Segment.Literal(parts[index]))) {
                return false;
            }
        }
        return true;
    }

    /** Two patterns of one shape match the same paths, whatever their captures are called. */
    boolean hasShapeOf(PathPattern other) {
        return segments.equals(other.segments) && tail == other.tail;
    }

    private static int compareSegments(PathPattern one, PathPattern other) {
        for (int index = 0; index < Math.min(one.segments.size(), other.segments.size()); index++) {
            boolean isOpen = one.segments.get(index) instanceof Segment.AnyOne;
            boolean isOtherOpen = other.segments.get(index) instanceof Segment.AnyOne;
            if (isOpen != isOtherOpen) {
                return isOpen ? 1 : -1;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
