package dev.sallyport.tests.harness;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request as an upstream received it.
 *
 * @param connection which connection of the upstream, counted from 1
 */
public record Received(int connection, String method, String target, List<Field> fields, byte[] content, List<Field> trailers) {

    public Optional<String> field(String name) {
        return values(name).stream().findFirst();
    }

    public List<String> values(String name) {
        return Field.values(fields, name);
    }

    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** Names in lower case, with every separator written as a dash: as a lenient application would see them. */
    public List<String> foldedNames() {
        return fields.stream().map(field -> field.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-")).toList();
    }

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
