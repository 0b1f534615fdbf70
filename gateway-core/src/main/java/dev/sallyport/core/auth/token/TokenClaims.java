package dev.sallyport.core.auth.token;

import dev.sallyport.core.identity.Scopes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads claims without trusting their types (RFC 8725 §3.10). */
public record TokenClaims(Map<String, Object> values) {
    /** The year 9999; what lies beyond is a mistake or an attack on arithmetic. */
    private static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    /** A claim of the wrong type; never skipped, because "unreadable" must not pass for "absent". */
    public static final class Mistyped extends Exception {
        private static final long serialVersionUID = 1L;

        Mistyped(String claim, String expected) {
            super("`" + claim + "` is not " + expected, null, false, false);
        }

        public String why() {
            return String.valueOf(getMessage());
        }
    }

    public boolean has(String claim) {
        return values.containsKey(claim);
    }

    public Optional<String> text(String claim) throws Mistyped {
        if (!has(claim)) {
            return Optional.empty();
        }
        if (values.get(claim) instanceof String text && !text.isEmpty()) {
            return Optional.of(text);
        }
        throw new Mistyped(claim, "a non-empty string");
    }

    /** NumericDate (RFC 7519 §2): seconds since 1970, a fraction allowed. */
    public Optional<Instant> time(String claim) throws Mistyped {
        if (!has(claim)) {
            return Optional.empty();
        }
        if (!(values.get(claim) instanceof Number number)) {
            throw new Mistyped(claim, "a number of seconds");
        }
        BigDecimal seconds = decimal(claim, number);
        if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(MAX_EPOCH_SECOND)) > 0) {
            throw new Mistyped(claim, "between the years 1970 and 9999");
        }
        long millis = seconds.movePointRight(3).longValue();
        return Optional.of(Instant.ofEpochMilli(millis));
    }

    private static BigDecimal decimal(String claim, Number number) throws Mistyped {
        return switch (number) {
            case Integer whole -> BigDecimal.valueOf(whole);
            case Long whole -> BigDecimal.valueOf(whole);
            case BigInteger whole -> new BigDecimal(whole);
            case Double fraction when Double.isFinite(fraction) -> BigDecimal.valueOf(fraction);
            default -> throw new Mistyped(claim, "a number of seconds");
        };
    }

    /** A string or an array of strings. */
    public Optional<List<String>> texts(String claim) throws Mistyped {
        if (!has(claim)) {
            return Optional.empty();
        }
        return switch (values.get(claim)) {
            case String text -> Optional.of(List.of(text));
            case List<?> elements -> {
                List<String> texts = new ArrayList<>(elements.size());
                for (Object element : elements) {
                    if (!(element instanceof String text)) {
                        throw new Mistyped(claim, "an array of strings alone");
                    }
                    texts.add(text);
                }
                yield Optional.of(List.copyOf(texts));
            }
            case null, default -> throw new Mistyped(claim, "a string or an array of strings");
        };
    }

    /** Scopes of the first of these claims that is there: separated by spaces (RFC 8693 §4.2) or an array. */
    public Set<String> scopes(List<String> claims) throws Mistyped {
        for (String claim : claims) {
            Optional<List<String>> texts = texts(claim);
            if (texts.isPresent()) {
                Set<String> scopes = new LinkedHashSet<>();
                texts.get().forEach(text -> scopes.addAll(List.of(text.split(" ", -1))));
                scopes.remove("");
                return Scopes.inOrder(scopes);
            }
        }
        return Set.of();
    }
}
