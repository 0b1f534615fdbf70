package dev.sallyport.core.config.bind;

import dev.sallyport.core.config.bind.Shape.Alternative;
import dev.sallyport.core.config.bind.Shape.Component;
import dev.sallyport.core.config.bind.Shape.Keys;
import dev.sallyport.core.config.bind.Shape.Placement;
import dev.sallyport.core.config.bind.Shape.Shorthands;
import dev.sallyport.core.config.bind.annotation.Default;
import dev.sallyport.core.config.bind.annotation.Doc;
import dev.sallyport.core.config.bind.annotation.Inline;
import dev.sallyport.core.config.bind.annotation.Kind;
import dev.sallyport.core.config.bind.annotation.MappingForm;
import dev.sallyport.core.config.bind.annotation.Names;
import dev.sallyport.core.config.bind.annotation.NotYet;
import dev.sallyport.core.config.bind.annotation.Shorthand;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the {@link Shape} of types by reflection. Types refer to each other, so it goes one step at a time. */
final class Shapes {
    private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> record) {
            return findComponents(record);
        }
    };

    private Shapes() {}

    static Shape of(Type type, Keys keys) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type raw = generic.getRawType();
            if (raw == Optional.class) {
                return new Shape.OfOptional(of(arguments[0], keys));
            }
            if (raw == List.class) {
                return new Shape.OfList(of(arguments[0], Keys.FREE));
            }
            if (raw == Map.class && arguments[0] == String.class) {
                return new Shape.OfMap(of(arguments[1], Keys.FREE), keys);
            }
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw new IllegalStateException("no configuration can hold a " + type);
    }

    private static Shape ofClass(Class<?> type) {
        Optional<Shape> scalar = ScalarShapes.find(type);
        if (scalar.isPresent()) {
            return scalar.get();
        }
        if (type.isRecord()) {
            return new Shape.OfRecord(type);
        }
        if (type.isSealed()) {
            return new Shape.OfKinds(type);
        }
        throw new IllegalStateException("no configuration can hold a " + type);
    }

    static List<Component> components(Class<?> record) {
        return COMPONENTS.get(record);
    }

    private static List<Component> findComponents(Class<?> record) {
        List<Component> components = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            Keys keys = component.isAnnotationPresent(Names.class) ? Keys.NAMES : Keys.FREE;
            components.add(new Component(
                    component.getName(),
                    of(component.getGenericType(), keys),
                    Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
                    doc(component)));
        }
        return components;
    }

    static Map<String, Alternative> alternatives(Class<?> sealed) {
        Map<String, Alternative> alternatives = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            Kind kind = permitted.getAnnotation(Kind.class);
            if (kind != null) {
                boolean inline = permitted.getRecordComponents()[0].isAnnotationPresent(Inline.class);
                alternatives.put(
                        kind.value(),
                        new Alternative(permitted, inline ? Placement.INLINE : Placement.NESTED, doc(permitted)));
            }
        }
        return alternatives;
    }

    static Optional<Class<?>> mappingForm(Class<?> sealed) {
        return Arrays.<Class<?>>stream(sealed.getPermittedSubclasses())
                .filter(permitted -> permitted.isAnnotationPresent(MappingForm.class))
                .findFirst();
    }

    static Shorthands shorthands(Class<?> type) {
        return new Shorthands(shorthand(type, String.class), shorthand(type, List.class));
    }

    private static Optional<Method> shorthand(Class<?> type, Class<?> taken) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Shorthand.class))
                .filter(method -> method.getParameterTypes()[0] == taken)
                .findFirst();
    }

    static List<String> notYet(Class<?> type) {
        NotYet notYet = type.getAnnotation(NotYet.class);
        return notYet == null ? List.of() : List.of(notYet.value());
    }

    private static String doc(AnnotatedElement element) {
        Doc doc = element.getAnnotation(Doc.class);
        return doc == null ? "" : doc.value();
    }
}
