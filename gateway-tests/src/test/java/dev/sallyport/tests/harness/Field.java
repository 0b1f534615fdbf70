package dev.sallyport.tests.harness;

import java.util.List;

/** One field line, as it was on the wire. */
public record Field(String name, String value) {

    /** The values of all lines with this name, in order. */
    public static List<String> values(List<Field> fields, String name) {
        return fields.stream().filter(field -> field.name.equalsIgnoreCase(name)).map(Field::value).toList();
    }
}
