package dev.sallyport.core.config.tree;

import java.util.List;
import java.util.Optional;

/** A piece of YAML, with where it stood. */
public sealed interface Node {
    Position position();

    /** Nodes in it, itself included, aliases counted as often as they are used. */
    int weight();

    /** Levels of nesting, itself included, aliases followed. */
    int height();

    /**
     * @param text after substitution
     * @param written as in the file: what a message may quote
     */
    record Scalar(Position position, String text, String written, Style style) implements Node {
        public enum Style {
            PLAIN,
            QUOTED,
            /** From the environment or a file: never to be quoted. */
            SUBSTITUTED
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        /** Nothing behind the key's colon, {@code ~} or {@code null}. */
        public boolean isEmpty() {
            return style == Style.PLAIN && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }

        /** The text may be a secret. */
        @Override
        public String toString() {
            return "Scalar[" + position + "]";
        }
    }

    record Sequence(Position position, List<Node> items, int weight, int height) implements Node {
        public static Sequence of(Position position, List<Node> items) {
            return new Sequence(position, List.copyOf(items), sum(items), above(items));
        }
    }

    /** @param entries in the order of the file, each key once */
    record Mapping(Position position, List<Entry> entries, int weight, int height) implements Node {
        public static Mapping of(Position position, List<Entry> entries) {
            List<Node> values = entries.stream().map(Entry::value).toList();
            return new Mapping(position, List.copyOf(entries), sum(values), above(values));
        }

        public Optional<Entry> find(String key) {
            return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
        }
    }

    /** @param position of the key */
    record Entry(Position position, String key, Node value) {}

    private static int above(List<Node> parts) {
        return 1 + parts.stream().mapToInt(Node::height).max().orElse(0);
    }

    private static int sum(List<Node> parts) {
        long sum = 1;
        for (Node part : parts) {
            sum += part.weight();
        }
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }
}
