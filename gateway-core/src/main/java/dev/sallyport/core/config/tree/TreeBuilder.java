package dev.sallyport.core.config.tree;

import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.config.tree.Node.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Builds the tree of one document from the parser's events, counting as it goes. */
final class TreeBuilder {
    private final Path file;
    private final TreeBounds bounds;
    private final Problems problems;
    private final Substitution substitution;
    private final Map<Anchor, Node> anchors = new HashMap<>();

    TreeBuilder(Path file, TreeBounds bounds, Problems problems, Substitution substitution) {
        this.file = file;
        this.bounds = bounds;
        this.problems = problems;
        this.substitution = substitution;
    }

    Optional<Node> build(Iterator<Event> events) {
        Optional<Node> root = Optional.empty();
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event) {
                case StreamStartEvent _, StreamEndEvent _, DocumentEndEvent _ -> {}
                case DocumentStartEvent _ -> {
                    if (++documents > 1) {
                        throw new Unusable(position(event), "one document a file, please");
                    }
                }
                default -> root = Optional.of(node(event, events, 1));
            }
        }
        return root.filter(node -> !(node instanceof Scalar scalar && scalar.isEmpty()));
    }

    private Node node(Event event, Iterator<Event> events, int depth) {
        if (depth > bounds.maxDepth()) {
            throw tooDeep(event);
        }
        Node node = switch (event) {
            case AliasEvent alias -> aliased(alias);
            case ScalarEvent scalar -> anchored(scalar.getAnchor(), scalar(scalar));
            case SequenceStartEvent start -> anchored(start.getAnchor(), sequence(start, events, depth));
            case MappingStartEvent start -> anchored(start.getAnchor(), mapping(start, events, depth));
            default -> throw new Unusable(position(event), "not expected here");
        };
        // An alias brings all levels of its target with it: aliases within aliases have exhausted stacks.
        if (depth + node.height() - 1 > bounds.maxDepth()) {
            throw tooDeep(event);
        }
        if (node.weight() > bounds.maxNodes()) {
            throw new Unusable(node.position(), "unfolds into more than " + bounds.maxNodes() + " values");
        }
        return node;
    }

    private Unusable tooDeep(Event event) {
        return new Unusable(position(event), "nested deeper than " + bounds.maxDepth());
    }

    private Node anchored(Optional<Anchor> anchor, Node node) {
        anchor.ifPresent(name -> anchors.put(name, node));
        return node;
    }

    private Node aliased(AliasEvent alias) {
        Node target = anchors.get(alias.getAlias());
        if (target == null) {
            throw new Unusable(position(alias), "no anchor `&" + alias.getAlias() + "` before this alias");
        }
        return target;
    }

    private Scalar scalar(ScalarEvent event) {
        Position position = position(event);
        if (event.getTag().isPresent()) {
            problems.add(position, "tags have no meaning here");
        }
        String written = event.getValue();
        String text = substitution.apply(position, written);
        if (!text.equals(written)) {
            return new Scalar(position, text, written, Scalar.Style.SUBSTITUTED);
        }
        return new Scalar(position, written, written, event.isPlain() ? Scalar.Style.PLAIN : Scalar.Style.QUOTED);
    }

    private Sequence sequence(Event start, Iterator<Event> events, int depth) {
        List<Node> items = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            items.add(node(event, events, depth + 1));
        }
        return Sequence.of(position(start), items);
    }

    private Mapping mapping(Event start, Iterator<Event> events, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            Position position = position(event);
            if (!(event instanceof ScalarEvent key)) {
                throw new Unusable(position, "a key must be plain text");
            }
            Entry entry = new Entry(position, key.getValue(), node(events.next(), events, depth + 1));
            Entry first = entries.putIfAbsent(entry.key(), entry);
            if (first != null) {
                problems.add(position, "duplicate key `" + entry.key() + "`, first at line " + first.position().line());
            }
        }
        return Mapping.of(position(start), List.copyOf(entries.values()));
    }

    private Position position(Event event) {
        return event.getStartMark().map(mark -> YamlReader.at(file, mark)).orElse(Position.startOf(file));
    }

    /** Ends the reading of this file. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;
        final transient Position position;
        final String clause;

        Unusable(Position position, String clause) {
            super(clause, null, false, false);
            this.position = position;
            this.clause = clause;
        }
    }
}
