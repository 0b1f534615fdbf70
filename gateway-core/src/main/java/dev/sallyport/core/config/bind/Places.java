package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.tree.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where in the files everything stands, by its path ({@code routes.orders.upstream}, {@code routes.orders.auth.any[0]}),
 * for problems that are found later.
 */
public final class Places {
    private final Map<String, Position> positions = new HashMap<>();
    private final Set<String> broken = new HashSet<>();
    private final Set<String> inlineSecrets = new HashSet<>();
    private final Position start;

    Places(Position start) {
        this.start = start;
    }

    /** Of this or, where it was not written, of what surrounds it. */
    public Position of(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            Position position = positions.get(at);
            if (position != null) {
                return position;
            }
        }
        return start;
    }

    public boolean isWritten(String path) {
        return positions.containsKey(path);
    }

    /** The names that stand directly below this section, broken ones too. */
    public Set<String> namesIn(String section) {
        String start = section + ".";
        return positions.keySet().stream()
                .filter(path -> path.startsWith(start) && path.indexOf('.', start.length()) < 0)
                .map(path -> path.substring(start.length()))
                .collect(Collectors.toSet());
    }

    /** It stands in the file, but could not be read: not to be complained of twice. */
    public boolean isBroken(String path) {
        return broken.contains(path);
    }

    /** Paths of secrets that stand in the file itself. */
    public Set<String> inlineSecrets() {
        return Set.copyOf(inlineSecrets);
    }

    void put(String path, Position position) {
        positions.put(path, position);
    }

    void markBroken(String path) {
        broken.add(path);
    }

    void markInlineSecret(String path) {
        inlineSecrets.add(path);
    }

    private static String parent(String path) {
        int end = path.lastIndexOf(path.endsWith("]") ? '[' : '.');
        return end < 0 ? "" : path.substring(0, end);
    }
}
