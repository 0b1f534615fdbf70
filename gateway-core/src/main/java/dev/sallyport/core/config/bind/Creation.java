package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.tree.Node;
import dev.sallyport.core.config.tree.Position;
import dev.sallyport.core.config.tree.YamlReader;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Calls that reflection makes clumsy; a failure here is a defect in the records. */
final class Creation {
    private Creation() {}

    static Object create(Class<?> record, List<Object> values) {
        Class<?>[] types = Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return record.getDeclaredConstructor(types).newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + record, e);
        }
    }

    static Object call(Method factory, Object argument) {
        try {
            return factory.invoke(null, argument);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot call " + factory, e);
        }
    }

    /** The node of a default, as if it stood at {@code position}. */
    static Node yaml(String text, Position position) {
        return YamlReader.parseConstant(text, position);
    }
}
