package dev.sallyport.core.config.tree;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what somebody meant to write. */
public final class Suggestion {
    private static final int MAX_LENGTH = 64;

    private Suggestion() {}

    /** {@code " (did you mean `x`?)"}, or nothing where no candidate is near. */
    public static String of(String written, Collection<String> candidates) {
        if (written.length() > MAX_LENGTH) {
            return "";
        }
        int furthest = written.length() < 4 ? 1 : Math.clamp(written.length() / 3, 2, 3);
        return candidates.stream()
                .filter(candidate -> distance(written, candidate) <= furthest)
                .min(Comparator.comparingInt((String candidate) -> distance(written, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> " (did you mean `" + candidate + "`?)")
                .orElse("");
    }

    /** Levenshtein's, regardless of case and of `-` and `_`. */
    private static int distance(String one, String other) {
        String left = fold(one);
        String right = fold(other);
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }

    private static String fold(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
