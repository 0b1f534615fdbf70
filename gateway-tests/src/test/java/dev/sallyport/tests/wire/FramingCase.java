package dev.sallyport.tests.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message that must not be taken, out of one row of a table.
 *
 * @param rule {@code RFC nnnn §n}, or {@code flaw:} and the flaw of another gateway
 * @param branch which check finds it at which place of the grammar, and in which state the connection is
 * @param reason as the logs have it
 * @param steps what is sent at once; between two of them the peer says something
 */
record FramingCase(String what, String rule, String branch, String reason, List<String> steps) {
    private static final String FLAW = "flaw: ";
    private static final Pattern SECTION = Pattern.compile("RFC \\d{4} §\\d+(\\.\\d+)*");
    private static final Pattern STEP = Pattern.compile("\\\\\\|");
    private static final Pattern REPEATED = Pattern.compile("\\{([^{}]+)\\*(\\d+)}");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:([rnt\\\\])|x(\\p{XDigit}{2}))");

    /** Two cases that are equal in this prove the same thing. */
    record Proof(String rule, String reason, String branch) {}

    static List<FramingCase> requests() {
        return rows("/framing/requests.tsv").map(cells -> of(cells, cells[3], cells[4])).toList();
    }

    static FramingCase of(String[] cells, String reason, String bytes) {
        return new FramingCase(cells[0], cells[1], cells[2], reason, Arrays.stream(STEP.split(bytes, -1)).map(FramingCase::unescaped).toList());
    }

    Proof proof() {
        return new Proof(rule, reason, branch);
    }

    boolean hasSectionForRule() {
        return SECTION.matcher(rule).matches();
    }

    /** The flaws that these cases have for rules. */
    static Set<String> flawsIn(List<FramingCase> cases) {
        return cases.stream().filter(one -> !one.hasSectionForRule()).map(one -> one.rule().replaceFirst("^" + FLAW, "")).collect(Collectors.toSet());
    }

    /** The flaws that the tests of this class hold off, as the table of flaws has it. */
    static Set<String> flawsHeldOffBy(Class<?> suite) {
        Pattern named = Pattern.compile("(^| )" + suite.getSimpleName() + "#");
        return rows("/security/flaws.tsv").filter(cells -> named.matcher(cells[2]).find()).map(cells -> cells[0]).collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return what + " [" + rule + "]: " + reason;
    }

    static Stream<String[]> rows(String name) {
        try (InputStream table = Objects.requireNonNull(FramingCase.class.getResourceAsStream(name), name)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines()
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
