package dev.sallyport.core.http.uri;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Parameters of a query or of a form's content ({@code application/x-www-form-urlencoded}). Read strictly: an encoding that
 * two readers could take differently is refused.
 */
public final class FormFields {
    /** More than any OAuth message has. */
    public static final int MAX_FIELDS = 50;

    private final Map<String, List<String>> values;

    private FormFields(Map<String, List<String>> values) {
        this.values = values;
    }

    /** What reading gave. */
    public sealed interface Read {
        record Valid(FormFields fields) implements Read {}

        /** {@code why} holds nothing of the parameters. */
        record Malformed(String why) implements Read {}
    }

    public static Read read(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        String[] pairs = encoded.split("&", MAX_FIELDS + 1);
        if (pairs.length > MAX_FIELDS) {
            return new Read.Malformed("more than " + MAX_FIELDS + " parameters");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            Optional<String> name = decode(equals < 0 ? pair : pair.substring(0, equals));
            Optional<String> value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            if (name.isEmpty() || value.isEmpty()) {
                return new Read.Malformed("a bad escape, or a raw byte that must be escaped");
            }
            if (!pair.isEmpty()) {
                values.computeIfAbsent(name.get(), _ -> new ArrayList<>(1)).add(value.get());
            }
        }
        return new Read.Valid(new FormFields(values));
    }

    /** Empty where one is malformed, or comes twice, since two readers could pick different ones (RFC 6749 §3.1). */
    public static Optional<Map<String, String>> readOnceEach(String encoded) {
        return read(encoded) instanceof Read.Valid(FormFields fields) && fields.repeated().isEmpty()
                ? Optional.of(fields.values.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().getFirst())))
                : Optional.empty();
    }

    /** One name or value. Empty for what is no escape, must be escaped, or is not UTF-8. */
    public static Optional<String> decode(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int index = 0; index < encoded.length(); index++) {
            char letter = encoded.charAt(index);
            if (letter == '%') {
                int high = index + 2 < encoded.length() ? Character.digit(encoded.charAt(index + 1), 16) : -1;
                int low = index + 2 < encoded.length() ? Character.digit(encoded.charAt(index + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.put((byte) (high << 4 | low));
                index += 2;
            } else if (letter > ' ' && letter < 0x7F) {
                bytes.put((byte) (letter == '+' ? ' ' : letter));
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** In their order; empty where there is none of this name. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Names that come more than once. */
    public Set<String> repeated() {
        return values.entrySet().stream().filter(each -> each.getValue().size() > 1).map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    /** Names alone: values may be credentials. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
