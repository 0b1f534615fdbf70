package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.bind.Shape.Alternative;
import dev.sallyport.core.config.bind.Shape.Component;
import dev.sallyport.core.config.bind.Shape.Keys;
import dev.sallyport.core.config.bind.Shape.Placement;
import dev.sallyport.core.config.bind.Shape.Shorthands;
import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Node.Mapping;
import dev.sallyport.core.config.tree.Node.Scalar;
import dev.sallyport.core.config.tree.Node.Sequence;
import dev.sallyport.core.config.tree.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON Schema (draft 7, which editors know) of the records, by the reflection that also reads them. It takes everything
 * that the reader takes, so {@code ${…}} may stand wherever a scalar may.
 */
final class JsonSchema {
    private static final Map<String, Object> SUBSTITUTION = new TreeMap<>(Map.of("type", "string", "pattern", "\\$\\{(env|file):"));
    private static final List<String> SCALAR = List.of("string", "number", "boolean");
    private static final Position NOWHERE = Position.startOf(Path.of("default"));

    private final Map<String, Object> definitions = new TreeMap<>();
    private final Map<String, Class<?>> named = new TreeMap<>();

    private JsonSchema() {}

    static String of(Class<?> root) {
        JsonSchema schema = new JsonSchema();
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("$schema", "http://json-schema.org/draft-07/schema#");
        whole.put("title", "Sallyport");
        whole.putAll(schema.record(root));
        whole.put("definitions", schema.definitions);
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(whole) + "\n";
    }

    private Map<String, Object> schema(Shape shape) {
        return switch (shape) {
            case Shape.OfText(Map<String, Object> keywords, _) -> text(new TreeMap<>(keywords));
            case Shape.OfSecret _ -> Map.of("type", SCALAR);
            case Shape.OfWords(Map<String, Object> constants, _) -> substitutable(Map.of("enum", words(constants)));
            case Shape.OfOptional(Shape inner) -> schema(inner);
            case Shape.OfList(Shape items) -> ordered("type", "array", "items", schema(items));
            case Shape.OfMap(Shape values, Keys keys) -> map(values, keys);
            case Shape.OfRecord(Class<?> type) -> reference(type);
            case Shape.OfKinds(Class<?> type) -> reference(type);
        };
    }

    /** A scalar that is plain text may look like a number or a truth value. */
    private static Map<String, Object> text(Map<String, Object> keywords) {
        if (keywords.equals(Map.of("type", "string"))) {
            return Map.of("type", SCALAR);
        }
        return keywords.containsKey("format") ? keywords : substitutable(keywords);
    }

    private static Map<String, Object> substitutable(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, SUBSTITUTION));
    }

    private static List<Object> words(Map<String, Object> constants) {
        List<Object> words = new ArrayList<>(constants.keySet());
        constants.keySet().stream().filter(word -> word.matches("[0-9.]+")).map(Double::valueOf).forEach(words::add);
        return words;
    }

    private Map<String, Object> map(Shape values, Keys keys) {
        Map<String, Object> map = ordered("type", "object", "additionalProperties", schema(values));
        if (keys == Keys.NAMES) {
            map.put("propertyNames", Map.of("pattern", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$"));
        }
        return map;
    }

    private Map<String, Object> reference(Class<?> type) {
        String name = type.getSimpleName();
        Class<?> before = named.putIfAbsent(name, type);
        if (before == null) {
            definitions.put(name, type.isRecord() ? withShorthands(type, record(type)) : kinds(type));
        } else if (before != type) {
            throw new IllegalStateException("two types are called " + name);
        }
        return ordered("$ref", "#/definitions/" + name);
    }

    private Map<String, Object> kinds(Class<?> type) {
        Optional<Class<?>> mappingForm = Shapes.mappingForm(type);
        return withShorthands(type, mappingForm.isPresent() ? record(mappingForm.get()) : alternatives(type));
    }

    private Map<String, Object> alternatives(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Shapes.alternatives(type).forEach((kind, alternative) -> properties.put(kind, described(inner(alternative), alternative.doc(), Optional.empty())));
        return ordered(
                "type", "object", "properties", properties, "additionalProperties", false, "minProperties", 1, "maxProperties", 1);
    }

    private Map<String, Object> inner(Alternative alternative) {
        return alternative.placement() == Placement.NESTED
                ? reference(alternative.type())
                : schema(Shapes.components(alternative.type()).getFirst().shape());
    }

    private Map<String, Object> withShorthands(Class<?> type, Map<String, Object> mapping) {
        Shorthands shorthands = Shapes.shorthands(type);
        List<Object> ways = new ArrayList<>();
        shorthands.ofText().ifPresent(_ -> ways.add(Map.of("type", SCALAR)));
        shorthands.ofList().ifPresent(factory -> ways.add(schema(Shapes.of(factory.getGenericParameterTypes()[0], Keys.FREE))));
        ways.add(mapping);
        return ways.size() == 1 ? mapping : ordered("anyOf", ways);
    }

    private Map<String, Object> record(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Component component : Shapes.components(type)) {
            properties.put(component.name(), described(schema(component.shape()), component.doc(), component.ifAbsent()));
            if (isRequired(component)) {
                required.add(component.name());
            }
        }
        Map<String, Object> record = ordered("type", "object", "properties", properties, "additionalProperties", false);
        if (!required.isEmpty()) {
            record.put("required", required);
        }
        return record;
    }

    static boolean isRequired(Component component) {
        return component.ifAbsent().isEmpty() && switch (component.shape()) {
            case Shape.OfOptional _, Shape.OfList _, Shape.OfMap _ -> false;
            case Shape.OfText _, Shape.OfSecret _, Shape.OfWords _, Shape.OfRecord _, Shape.OfKinds _ -> true;
        };
    }

    /** Draft 7 ignores everything beside a {@code $ref}, hence the {@code allOf}. */
    private static Map<String, Object> described(Map<String, Object> schema, String doc, Optional<String> ifAbsent) {
        Map<String, Object> described = ordered("description", doc);
        ifAbsent.ifPresent(text -> described.put("default", json(Creation.yaml(text, NOWHERE))));
        described.putAll(schema.containsKey("$ref") ? Map.of("allOf", List.of(schema)) : schema);
        return described;
    }

    private static Object json(Node node) {
        return switch (node) {
            case Scalar scalar when scalar.style() != Scalar.Style.PLAIN -> scalar.text();
            case Scalar scalar when scalar.text().equals("true") || scalar.text().equals("false") -> Boolean.valueOf(scalar.text());
            case Scalar scalar when scalar.text().matches("[0-9]+") -> Integer.valueOf(scalar.text());
            case Scalar scalar -> scalar.text();
            case Sequence sequence -> sequence.items().stream().map(JsonSchema::json).toList();
            case Mapping mapping -> {
                Map<String, Object> object = new LinkedHashMap<>();
                mapping.entries().forEach(entry -> object.put(entry.key(), json(entry.value())));
                yield object;
            }
        };
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            ordered.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return ordered;
    }
}
