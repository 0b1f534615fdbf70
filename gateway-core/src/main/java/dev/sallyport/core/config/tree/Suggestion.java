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

    /** Damerau's: two neighbours in the wrong order are one mistake. Regardless of case and of `-` and `_`. */
    private static int distance(String one, String other) {
        String left = fold(one);
        String right = fold(other);
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, left, right, i, j);
            }
        }
        return cost[left.length()][right.length()];
    }

    private static int step(int[][] cost, String left, String right, int i, int j) {
        int substituted = cost[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        int best = Math.min(substituted, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean isSwapped = i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2) && left.charAt(i - 2) == right.charAt(j - 1);
        return isSwapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }

    private static String fold(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
