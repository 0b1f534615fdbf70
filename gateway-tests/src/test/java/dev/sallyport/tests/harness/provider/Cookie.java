package dev.sallyport.tests.harness.provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One {@code Set-Cookie} line as it was on the wire (RFC 6265bis §5.6).
 *
 * @param attributes names in lower case, each with {@code =} and its value where it has one
 */
public record Cookie(String name, String value, List<String> attributes) {

    public static Cookie parse(String line) {
        String[] parts = line.split(";", -1);
        int equals = parts[0].indexOf('=');
        List<String> attributes = new ArrayList<>();
        for (int each = 1; each < parts.length; each++) {
            String[] attribute = parts[each].strip().split("=", 2);
            attributes.add(attribute[0].toLowerCase(Locale.ROOT) + (attribute.length > 1 ? "=" + attribute[1] : ""));
        }
        return new Cookie(parts[0].substring(0, equals).strip(), parts[0].substring(equals + 1).strip(), List.copyOf(attributes));
    }

    public Optional<String> attribute(String attribute) {
        return attributes.stream().filter(one -> one.startsWith(attribute + "=")).map(one -> one.substring(attribute.length() + 1)).findFirst();
    }

    public boolean has(String attribute) {
        return attributes.contains(attribute);
    }

    /** Tells the browser to forget it. */
    public boolean deletes() {
        return attribute("max-age").filter(seconds -> Long.parseLong(seconds) <= 0).isPresent() || attribute("expires").filter(date -> date.contains("1970")).isPresent();
    }

    /** A browser takes a name with this prefix only with what the prefix promises (RFC 6265bis §4.1.3.2). */
    boolean mayBeTaken() {
        return !name.startsWith("__Host-") || (has("secure") && attribute("path").equals(Optional.of("/")) && attribute("domain").isEmpty());
    }

    boolean goesTo(String path) {
        String own = attribute("path").orElse("/");
        return path.equals(own) || path.startsWith(own.endsWith("/") ? own : own + "/");
    }
}
