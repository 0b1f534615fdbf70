package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.bind.annotation.Text;
import dev.sallyport.core.config.bind.annotation.Word;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.port.Secret;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Types that one scalar holds. */
final class ScalarShapes {
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

    private ScalarShapes() {}

    static Optional<Shape> find(Class<?> type) {
        if (type == Secret.class) {
            return Optional.of(new Shape.OfSecret());
        }
        if (type.isEnum()) {
            return Optional.of(new Shape.OfWords(words(type), Shapes.notYet(type)));
        }
        Text text = type.getAnnotation(Text.class);
        if (text != null) {
            return Optional.of(text(Map.of("type", List.of(text.types()), "pattern", text.pattern()), parserOf(type)));
        }
        return Optional.ofNullable(switch (type.getName()) {
            case "java.lang.String" -> text(Map.of("type", "string"), Scalar::text);
            case "boolean" -> text(Map.of("type", "boolean"), scalar -> truth(scalar.text()));
            case "int", "java.lang.Integer" -> text(Map.of("type", "integer", "minimum", 1), scalar -> count(scalar.text()));
            case "java.time.Duration" -> text(
                    Map.of("type", "string", "pattern", DurationText.PATTERN), scalar -> duration(scalar.text()));
            case "java.time.Instant" -> text(Map.of("type", "string", "format", "date-time"), scalar -> instant(scalar.text()));
            case "java.net.URI" -> text(Map.of("type", "string", "format", "uri"), scalar -> uri(scalar.text()));
            case "java.nio.file.Path" -> text(Map.of("type", "string"), ScalarShapes::path);
            default -> null;
        });
    }

    private static Shape text(Map<String, Object> schema, Function<Scalar, Object> parse) {
        return new Shape.OfText(schema, parse);
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private static Object count(String text) {
        if (!COUNT.matcher(text).matches()) {
            throw new IllegalArgumentException("is no whole number of 1 or more");
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String text) {
        return DurationText.parse(text);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException("is no time such as 2026-11-30T12:00:00Z");
        }
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("is no URL");
        }
    }

    /** Relative to the file that names it. */
    private static Path path(Scalar scalar) {
        try {
            if (scalar.text().isEmpty()) {
                throw new IllegalArgumentException("is no path");
            }
            return scalar.position().file().resolveSibling(scalar.text());
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("is no path");
        }
    }

    private static Function<Scalar, Object> parserOf(Class<?> type) {
        return scalar -> {
            try {
                Method parse = type.getMethod("parse", String.class);
                return parse.invoke(null, scalar.text());
            } catch (InvocationTargetException e) {
                throw new IllegalArgumentException(e.getCause() == null ? "is malformed" : e.getCause().getMessage());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no public static parse(String)", e);
            }
        };
    }

    private static Map<String, Object> words(Class<?> type) {
        Map<String, Object> words = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            words.put(word(type, ((Enum<?>) constant).name()), constant);
        }
        return words;
    }

    private static String word(Class<?> type, String constant) {
        try {
            Field field = type.getField(constant);
            Word word = field.getAnnotation(Word.class);
            return word == null ? camelCase(constant) : word.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String camelCase(String constant) {
        StringBuilder text = new StringBuilder();
        for (String part : constant.split("_", -1)) {
            String lower = part.toLowerCase(Locale.ROOT);
            text.append(text.isEmpty() ? lower : lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1));
        }
        return text.toString();
    }
}
