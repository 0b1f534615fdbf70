package dev.sallyport.core.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One JSON object without duplicate members. */
final class SlowJson {
    static final Object NULL = new Object();

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:([{}\\[\\]:,])|\"((?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*)\"|(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)|(true|false|null))");

    private final Matcher matcher;

    private SlowJson(String text) {
        this.matcher = TOKEN.matcher(text);
    }

    static Optional<Map<String, Object>> object(String text) {
        try {
            SlowJson reader = new SlowJson(text.strip());
            reader.next("{");
            Map<String, Object> object = reader.members();
            return reader.matcher.end() == text.strip().length() ? Optional.of(object) : Optional.empty();
        } catch (IllegalStateException _) {
            return Optional.empty();
        }
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        boolean isFirst = true;
        while (!next().equals("}")) {
            if (!isFirst) {
                require(matcher.group().strip().equals(","));
                next();
            }
            require(matcher.group(2) != null);
            String name = unescape(matcher.group(2));
            next(":");
            next();
            require(members.put(name, value()) == null);
            isFirst = false;
        }
        return members;
    }

    private List<Object> elements() {
        List<Object> elements = new ArrayList<>();
        while (!next().equals("]")) {
            if (!elements.isEmpty()) {
                require(matcher.group().strip().equals(","));
                next();
            }
            elements.add(value());
        }
        return elements;
    }

    private Object value() {
        if (matcher.group(2) != null) {
            return unescape(matcher.group(2));
        }
        if (matcher.group(3) != null) {
            return Double.valueOf(matcher.group(3));
        }
        return switch (matcher.group().strip()) {
            case "{" -> members();
            case "[" -> elements();
            case "true" -> true;
            case "false" -> false;
            case "null" -> NULL;
            default -> throw new IllegalStateException("no value");
        };
    }

    private String next() {
        int end = matcher.hasMatch() ? matcher.end() : 0;
        require(matcher.find() && matcher.start() == end);
        return matcher.group().strip();
    }

    private void next(String expected) {
        require(next().equals(expected));
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("no JSON");
        }
    }

    /** The tokens of the tests escape nothing. */
    private static String unescape(String text) {
        require(text.indexOf('\\') < 0);
        return text;
    }
}
