package dev.sallyport.core.oracle;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** A request as it was sent. */
public record Asked(
        String method, String target, String host, List<Field> fields, byte[] body, List<X509Certificate> certificates, Instant at) {

    public record Field(String name, String value) {}

    List<String> values(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::value).toList();
    }

    String path() {
        return target.split("\\?", 2)[0];
    }

    String query() {
        String[] parts = target.split("\\?", 2);
        return parts.length == 1 ? "" : parts[1];
    }
}
