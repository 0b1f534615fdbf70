package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.tree.Node.Scalar;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a type looks like in the file. Reader and schema both go by it, so that they cannot disagree. */
sealed interface Shape {
    /**
     * One scalar.
     *
     * @param schema JSON Schema keywords
     * @param parse throws IllegalArgumentException with a clause for the operator
     */
    record OfText(Map<String, Object> schema, Function<Scalar, Object> parse) implements Shape {}

    /** One scalar that is not to be seen. */
    record OfSecret() implements Shape {}

    /** One word of a few. */
    record OfWords(Map<String, Object> constants, List<String> notYet) implements Shape {}

    record OfOptional(Shape inner) implements Shape {}

    record OfList(Shape items) implements Shape {}

    record OfMap(Shape values, Keys keys) implements Shape {}

    /** A mapping with fixed keys. */
    record OfRecord(Class<?> type) implements Shape {}

    /** A mapping with one key that says which kind it is. */
    record OfKinds(Class<?> type) implements Shape {}

    enum Keys { FREE, NAMES }

    /**
     * @param shape of the value, {@link OfOptional} unwrapped by whoever reads
     * @param ifAbsent YAML text
     */
    record Component(String name, Shape shape, Optional<String> ifAbsent, String doc) {}

    /** One kind: its record, and whether the value stands directly behind the key. */
    record Alternative(Class<?> type, Placement placement, String doc) {}

    enum Placement { NESTED, INLINE }

    /** Short spellings of a record or of kinds. */
    record Shorthands(Optional<Method> ofText, Optional<Method> ofList) {}
}
