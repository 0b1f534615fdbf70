package dev.sallyport.core.config.bind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.config.GatewayConfig;
import dev.sallyport.core.config.bind.Shape.Alternative;
import dev.sallyport.core.config.bind.Shape.Component;
import dev.sallyport.core.config.bind.Shape.Placement;
import dev.sallyport.core.config.bind.annotation.Inline;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Node.Entry;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.config.tree.Node.Sequence;
import dev.sallyport.core.config.tree.Position;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.config.tree.TreeBounds;
import dev.sallyport.core.config.tree.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The reference shows every key of every record, and its default somewhere. */
final class ReferenceTest {
    private static final Path REFERENCE = Path.of("../config/reference.yaml");

    private static final Position START = Position.startOf(REFERENCE);

    private final Map<String, Component> expected = new TreeMap<>();
    private final Map<String, List<String>> shown = new TreeMap<>();
    private final Set<Class<?>> expanded = new HashSet<>();

    @Test
    void everyKeyStandsInTheReference() throws IOException {
        read();

        assertThat(new TreeSet<>(shown.keySet())).containsAll(expected.keySet());
    }

    @Test
    void defaultsInTheReferenceAreTrue() throws IOException {
        read();

        // A default of `{}` is shown by what stands within; the mode of client certificates has its own word beside it.
        assertThat(expected).allSatisfy((key, component) -> component.ifAbsent()
                .filter(text -> !text.equals("{}") && !text.equals("{mode: none}"))
                .ifPresent(text -> assertThat(shown.get(key)).as(key).contains(canonical(Creation.yaml(text, START)))));
    }

    private void read() throws IOException {
        Problems problems = new Problems();
        Node root = YamlReader.verbatim(problems).parse(REFERENCE, Files.readAllBytes(REFERENCE), TreeBounds.GATEWAY_FILE).orElseThrow();
        expect(GatewayConfig.class);
        show(root, new Shape.OfRecord(GatewayConfig.class));
    }

    private void expect(Class<?> type) {
        if (!expanded.add(type)) {
            return;
        }
        if (!type.isRecord()) {
            Shapes.alternatives(type).values().forEach(alternative -> expect(alternative.type()));
            Shapes.mappingForm(type).ifPresent(this::expect);
            return;
        }
        for (Component component : Shapes.components(type)) {
            if (!isInline(type)) {
                expected.put(type.getSimpleName() + "." + component.name(), component);
            }
            expect(component.shape());
        }
    }

    private void expect(Shape shape) {
        switch (shape) {
            case Shape.OfOptional(Shape inner) -> expect(inner);
            case Shape.OfList(Shape items) -> expect(items);
            case Shape.OfMap(Shape values, _) -> expect(values);
            case Shape.OfRecord(Class<?> type) -> expect(type);
            case Shape.OfKinds(Class<?> type) -> expect(type);
            case Shape.OfText _, Shape.OfSecret _, Shape.OfWords _ -> { }
        }
    }

    private static boolean isInline(Class<?> record) {
        return record.getRecordComponents()[0].isAnnotationPresent(Inline.class);
    }

    private void show(Node node, Shape shape) {
        switch (shape) {
            case Shape.OfOptional(Shape inner) -> show(node, inner);
            case Shape.OfList(Shape items) -> ((Sequence) node).items().forEach(item -> show(item, items));
            case Shape.OfMap(Shape values, _) -> ((Mapping) node).entries().forEach(entry -> show(entry.value(), values));
            case Shape.OfRecord(Class<?> type) -> fields(node, type);
            case Shape.OfKinds(Class<?> type) -> kind(node, type);
            case Shape.OfText _, Shape.OfSecret _, Shape.OfWords _ -> { }
        }
    }

    private void fields(Node node, Class<?> type) {
        for (Component component : Shapes.components(type)) {
            Optional<Entry> entry = node instanceof Mapping mapping ? mapping.find(component.name()) : Optional.empty();
            entry.ifPresent(found -> {
                shown.computeIfAbsent(type.getSimpleName() + "." + component.name(), _ -> new ArrayList<>()).add(canonical(found.value()));
                show(found.value(), component.shape());
            });
        }
    }

    private void kind(Node node, Class<?> type) {
        if (!(node instanceof Mapping mapping)) {
            return;
        }
        Shapes.mappingForm(type).ifPresent(form -> fields(node, form));
        Shapes.alternatives(type).forEach((key, alternative) -> mapping.find(key).ifPresent(entry -> show(entry.value(), inner(alternative))));
    }

    private static Shape inner(Alternative alternative) {
        return alternative.placement() == Placement.NESTED
                ? new Shape.OfRecord(alternative.type())
                : Shapes.components(alternative.type()).getFirst().shape();
    }

    private static String canonical(Node node) {
        return switch (node) {
            case Scalar scalar -> scalar.text();
            case Sequence sequence -> sequence.items().stream().map(ReferenceTest::canonical).toList().toString();
            case Mapping mapping -> {
                Map<String, String> entries = new TreeMap<>();
                mapping.entries().forEach(entry -> entries.put(entry.key(), canonical(entry.value())));
                yield entries.toString();
            }
        };
    }
}
