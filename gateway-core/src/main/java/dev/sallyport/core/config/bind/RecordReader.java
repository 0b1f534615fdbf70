package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.bind.Shape.Alternative;
import dev.sallyport.core.config.bind.Shape.Component;
import dev.sallyport.core.config.bind.Shape.Keys;
import dev.sallyport.core.config.bind.Shape.Placement;
import dev.sallyport.core.config.bind.Shape.Shorthands;
import dev.sallyport.core.config.bind.annotation.Names;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.config.tree.Node.Sequence;
import dev.sallyport.core.config.tree.Position;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.Suggestion;
import dev.sallyport.core.port.Secret;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads trees into records. It goes on after a problem, and an entry of a map of names that is broken leaves the others
 * whole: the operator hears of everything at once.
 */
public final class RecordReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

    private final Problems problems;
    private final Places places;

    private RecordReader(Problems problems, Position start) {
        this.problems = problems;
        this.places = new Places(start);
    }

    /** What was read; the root is always there, with what could be read of it, where all of it may be absent. */
    public record Reading<T>(Optional<T> root, Places places) {}

    /** Reads a whole configuration, of which every component may be absent or broken. */
    public static <T> Reading<T> readRoot(Node node, Class<T> type, Problems problems) {
        RecordReader reader = new RecordReader(problems, node.position());
        Spot spot = new Spot("", node.position());
        Optional<Object> root = node instanceof Mapping mapping
                ? reader.fields(mapping, type, spot, Missing.LEAVES_THE_REST)
                : reader.refuse(node.position(), "a mapping is expected here");
        return new Reading<>(root.map(type::cast), reader.places);
    }

    /** Reads one record, whole or not at all. */
    public static <T> Optional<T> read(Node node, Class<T> type, Problems problems) {
        RecordReader reader = new RecordReader(problems, node.position());
        return reader.value(node, Shapes.of(type, Keys.FREE), new Spot("", node.position())).map(type::cast);
    }

    private enum Missing { BREAKS_THE_WHOLE, LEAVES_THE_REST }

    /** @param position of the key, or of the item in a list */
    private record Spot(String path, Position position) {
        Spot at(String name, Position where) {
            return new Spot(path.isEmpty() ? name : path + "." + name, where);
        }

        Spot item(int index, Position where) {
            return new Spot(path + "[" + index + "]", where);
        }

        String label() {
            return path.isEmpty() ? "" : "`" + path.substring(path.lastIndexOf('.') + 1) + "`: ";
        }
    }

    private Optional<Object> value(Node node, Shape shape, Spot spot) {
        places.put(spot.path(), node instanceof Scalar ? node.position() : spot.position());
        if (node instanceof Scalar scalar && scalar.isEmpty()) {
            return refuse(spot.position(), spot.label() + "nothing stands here; leave the key out or give it a value");
        }
        return switch (shape) {
            case Shape.OfText text -> text(node, text, spot);
            case Shape.OfSecret _ -> secret(node, spot);
            case Shape.OfWords words -> word(node, words, spot);
            case Shape.OfOptional(Shape inner) -> value(node, inner, spot).map(Optional::of);
            case Shape.OfList(Shape items) -> items(node, items, spot);
            case Shape.OfMap map -> entries(node, map, spot);
            case Shape.OfRecord(Class<?> type) -> record(node, type, spot);
            case Shape.OfKinds(Class<?> type) -> kind(node, type, spot);
        };
    }

    private Optional<Object> text(Node node, Shape.OfText shape, Spot spot) {
        if (!(node instanceof Scalar scalar)) {
            return refuse(spot.position(), spot.label() + "one value is expected here");
        }
        try {
            return Optional.of(shape.parse().apply(scalar));
        } catch (IllegalArgumentException e) {
            return refuse(scalar.position(), spot.label() + "`" + scalar.written() + "` " + e.getMessage());
        }
    }

    private Optional<Object> secret(Node node, Spot spot) {
        if (!(node instanceof Scalar scalar)) {
            return refuse(spot.position(), spot.label() + "one value is expected here");
        }
        if (scalar.text().isEmpty()) {
            return refuse(scalar.position(), spot.label() + "an empty secret is none");
        }
        if (scalar.style() != Scalar.Style.SUBSTITUTED) {
            places.markInlineSecret(spot.path());
        }
        return Optional.of(Secret.ofText(scalar.text()));
    }

    private Optional<Object> word(Node node, Shape.OfWords shape, Spot spot) {
        if (!(node instanceof Scalar scalar)) {
            return refuse(spot.position(), spot.label() + "one value is expected here");
        }
        Object constant = shape.constants().get(scalar.text());
        if (constant != null) {
            return Optional.of(constant);
        }
        if (shape.notYet().contains(scalar.text())) {
            return refuse(scalar.position(), spot.label() + "`" + scalar.written() + "` is not in this version");
        }
        return refuse(
                scalar.position(),
                spot.label() + "`" + scalar.written() + "` is none of " + String.join(", ", shape.constants().keySet())
                        + Suggestion.of(scalar.written(), shape.constants().keySet()));
    }

    private Optional<Object> items(Node node, Shape shape, Spot spot) {
        if (!(node instanceof Sequence sequence)) {
            return refuse(spot.position(), spot.label() + "a list is expected here");
        }
        List<Object> items = new ArrayList<>();
        for (Node item : sequence.items()) {
            Spot at = spot.item(items.size(), item.position());
            value(item, shape, at).ifPresent(items::add);
        }
        return items.size() == sequence.items().size() ? Optional.of(List.copyOf(items)) : Optional.empty();
    }

    private Optional<Object> entries(Node node, Shape.OfMap shape, Spot spot) {
        if (!(node instanceof Mapping mapping)) {
            return refuse(spot.position(), spot.label() + "a mapping is expected here");
        }
        boolean names = shape.keys() == Keys.NAMES;
        Map<String, Object> entries = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            Spot at = spot.at(entry.key(), entry.position());
            Optional<Object> value = names && !isName(entry) ? Optional.empty() : value(entry.value(), shape.values(), at);
            if (value.isEmpty()) {
                places.markBroken(at.path());
            }
            value.ifPresent(present -> entries.put(entry.key(), present));
        }
        boolean whole = names || entries.size() == mapping.entries().size();
        return whole ? Optional.of(Collections.unmodifiableMap(entries)) : Optional.empty();
    }

    /** Names go into headers, logs and metric labels; `none` says something else where a name may stand. */
    private boolean isName(Entry entry) {
        if (NAME.matcher(entry.key()).matches() && !entry.key().equals("none")) {
            return true;
        }
        refuse(entry.position(), "`" + entry.key() + "` is no name: letters, digits, `_`, `.` and `-`, at most 63, and not `none`");
        return false;
    }

    private Optional<Object> record(Node node, Class<?> type, Spot spot) {
        return node instanceof Mapping mapping
                ? fields(mapping, type, spot, Missing.BREAKS_THE_WHOLE)
                : shorthand(node, type, spot);
    }

    private Optional<Object> shorthand(Node node, Class<?> type, Spot spot) {
        Shorthands shorthands = Shapes.shorthands(type);
        return switch (node) {
            case Scalar scalar when shorthands.ofText().isPresent() ->
                    Optional.of(Creation.call(shorthands.ofText().get(), scalar.text()));
            case Sequence _ when shorthands.ofList().isPresent() -> {
                Method factory = shorthands.ofList().get();
                yield value(node, Shapes.of(factory.getGenericParameterTypes()[0], Keys.FREE), spot)
                        .map(items -> Creation.call(factory, items));
            }
            default -> refuse(spot.position(), spot.label() + "a mapping is expected here");
        };
    }

    private Optional<Object> fields(Mapping mapping, Class<?> type, Spot spot, Missing missing) {
        List<Component> components = Shapes.components(type);
        refuseUnknown(mapping, type, components.stream().map(Component::name).toList());
        List<Object> values = new ArrayList<>();
        for (Component component : components) {
            Optional<Object> value = field(mapping, component, spot);
            if (value.isEmpty() && missing == Missing.LEAVES_THE_REST) {
                places.markBroken(component.name());
                value = ifAbsent(component, spot);
            }
            value.ifPresent(values::add);
        }
        return values.size() == components.size() ? Optional.of(Creation.create(type, values)) : Optional.empty();
    }

    private Optional<Object> field(Mapping mapping, Component component, Spot spot) {
        Optional<Entry> entry = mapping.find(component.name());
        if (entry.isPresent()) {
            Spot at = spot.at(component.name(), entry.get().position());
            return value(entry.get().value(), component.shape(), at);
        }
        Optional<Object> fallback = ifAbsent(component, spot);
        if (fallback.isEmpty()) {
            problems.add(spot.position(), spot.label() + "`" + component.name() + "` is missing");
        }
        return fallback;
    }

    private Optional<Object> ifAbsent(Component component, Spot spot) {
        if (component.ifAbsent().isPresent()) {
            Node written = Creation.yaml(component.ifAbsent().get(), spot.position());
            // Read aside, so that a default leaves no position behind.
            return new RecordReader(problems, spot.position()).value(written, component.shape(), spot);
        }
        return switch (component.shape()) {
            case Shape.OfOptional _ -> Optional.of(Optional.empty());
            case Shape.OfList _ -> Optional.of(List.of());
            case Shape.OfMap _ -> Optional.of(Map.of());
            default -> Optional.empty();
        };
    }

    private Optional<Object> kind(Node node, Class<?> type, Spot spot) {
        if (!(node instanceof Mapping mapping)) {
            return shorthand(node, type, spot);
        }
        Optional<Class<?>> mappingForm = Shapes.mappingForm(type);
        if (mappingForm.isPresent()) {
            return fields(mapping, mappingForm.get(), spot, Missing.BREAKS_THE_WHOLE);
        }
        Map<String, Alternative> alternatives = Shapes.alternatives(type);
        if (!refuseUnknown(mapping, type, List.copyOf(alternatives.keySet()))) {
            return Optional.empty();
        }
        if (mapping.entries().size() != 1) {
            return refuse(spot.position(), spot.label() + "exactly one of " + String.join(", ", alternatives.keySet()) + " is expected here");
        }
        Entry entry = mapping.entries().getFirst();
        Alternative alternative = alternatives.get(entry.key());
        if (alternative == null) {
            return Optional.empty();
        }
        Spot at = spot.at(entry.key(), entry.position());
        return alternative.placement() == Placement.NESTED
                ? value(entry.value(), new Shape.OfRecord(alternative.type()), at)
                : value(entry.value(), Shapes.components(alternative.type()).getFirst().shape(), at)
                        .map(value -> Creation.create(alternative.type(), List.of(value)));
    }

    private boolean refuseUnknown(Mapping mapping, Class<?> type, List<String> known) {
        boolean allKnown = true;
        for (Entry entry : mapping.entries()) {
            if (!known.contains(entry.key())) {
                allKnown = false;
                String said = Shapes.notYet(type).contains(entry.key()) ? "`" + entry.key() + "` is not in this version"
                        : "unknown key `" + entry.key() + "`" + Suggestion.of(entry.key(), known);
                problems.add(entry.position(), said);
            }
        }
        return allKnown;
    }

    private Optional<Object> refuse(Position position, String message) {
        problems.add(position, message);
        return Optional.empty();
    }
}
