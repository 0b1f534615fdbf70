package dev.sallyport.core.config.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects all that is wrong, so that the operator mends it in one go. */
public final class Problems {
    private static final Comparator<ConfigProblem> BY_POSITION = Comparator
            .comparing((ConfigProblem problem) -> problem.position().file())
            .thenComparingInt(problem -> problem.position().line())
            .thenComparingInt(problem -> problem.position().column());

    /** Nobody mends more at once. */
    private static final int MAX = 500;

    private final List<ConfigProblem> found = new ArrayList<>();

    public void add(Position position, String message) {
        ConfigProblem problem = new ConfigProblem(position, message);
        if (found.size() < MAX && !found.contains(problem)) {
            found.add(problem);
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the files. */
    public List<ConfigProblem> list() {
        return found.stream().sorted(BY_POSITION).toList();
    }
}
