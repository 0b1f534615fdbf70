package dev.sallyport.tests.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table of messages that must not be taken. No two rows of a table say the same thing of what is wrong: each
 * sends bytes that take another way through the reader.
 *
 * @param rule the section of an RFC, or the flaw of another gateway, that asks for it
 * @param place of an answer: head, content, or behind its end; of a request: request
 * @param reason as the logs have it
 */
record FramingCase(String what, String rule, Place place, String reason, String bytes) {
    private static final Pattern REPEATED = Pattern.compile("\\{([^{}]+)\\*(\\d+)}");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:([rnt\\\\])|x(\\p{XDigit}{2}))");

    enum Place { REQUEST, HEAD, CONTENT, SURPLUS }

    static List<FramingCase> requests() {
        return rows("requests.tsv").map(cells -> new FramingCase(cells[0], cells[1], Place.REQUEST, cells[2], unescaped(cells[3]))).toList();
    }

    static List<FramingCase> answers() {
        return rows("responses.tsv")
                .map(cells -> new FramingCase(cells[0], cells[1], Place.valueOf(cells[2].toUpperCase(Locale.ROOT)), cells[3], unescaped(cells[4])))
                .toList();
    }

    static List<FramingCase> answers(Place place) {
        return answers().stream().filter(one -> one.place() == place).toList();
    }

    @Override
    public String toString() {
        return what + " [" + rule + "]: " + reason;
    }

    private static Stream<String[]> rows(String name) {
        try (InputStream table = Objects.requireNonNull(FramingCase.class.getResourceAsStream("/framing/" + name), name)) {
            return new String(table.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescaped(String text) {
        String bytes = ESCAPED.matcher(text).replaceAll(found -> Matcher.quoteReplacement(String.valueOf(byteOf(found.group(1), found.group(2)))));
        return REPEATED.matcher(bytes).replaceAll(found -> Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }

    private static char byteOf(@Nullable String letter, @Nullable String digits) {
        if (letter == null) {
            return (char) Integer.parseInt(Objects.requireNonNull(digits), 16);
        }
        return switch (letter) {
            case "r" -> '\r';
            case "n" -> '\n';
            case "t" -> '\t';
            default -> '\\';
        };
    }
}
