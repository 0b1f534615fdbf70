package dev.sallyport.core.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects from outside, as plain Java values. Duplicate members are refused (RFC 7515 §4: two readers could pick
 * different ones), as are deep nesting (CVE-2025-53864: a stack overflow), bad UTF-8 and anything behind the object.
 */
public final class StrictJson {
    /** Deeper claims than this serve no purpose. */
    static final int MAX_DEPTH = 12;

    /** Members and elements of one document, nested ones included. */
    static final int MAX_VALUES = 10_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names come from outside: neither interned nor canonicalised, so that they cannot fill a shared table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(40)
                    .maxNameLength(1024)
                    .build())
            .build();

    private int values;

    private StrictJson() {}

    /** Empty for whatever is not exactly one object within the bounds. A JSON null is {@link JsonNull#NULL}. */
    public static Optional<Map<String, Object>> object(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(text(utf8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Map<String, Object> object = new StrictJson().readObject(parser);
            return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
        } catch (IOException | ArithmeticException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Stands for a JSON null, so that a member with it is still there. */
    public enum JsonNull { NULL }

    /** The same as writers of JSON want it: null where {@link JsonNull#NULL} stood. */
    public static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case JsonNull _ -> null;
            case List<?> elements -> {
                List<@Nullable Object> plain = new ArrayList<>(elements.size());
                elements.forEach(element -> plain.add(plain(element)));
                yield plain;
            }
            case Map<?, ?> members -> {
                Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
                members.forEach((name, member) -> plain.put(name, plain(member)));
                yield plain;
            }
            case null, default -> value;
        };
    }

    private static String text(byte[] utf8) throws CharacterCodingException {
        // RFC 8725 §3.7: UTF-8 only; the parser's own guess would take UTF-16 and UTF-32 too.
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    private Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = wellFormed(parser.currentName());
            members.put(name, readValue(parser, parser.nextToken()));
        }
        return Collections.unmodifiableMap(members);
    }

    private List<Object> readArray(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(readValue(parser, token));
        }
        return Collections.unmodifiableList(elements);
    }

    /** An escape can write half a character (RFC 8259 §8.2). It has no UTF-8: upstream, several subjects would become one. */
    private static String wellFormed(String text) throws IOException {
        for (int index = 0; index < text.length(); index++) {
            if (Character.isSurrogate(text.charAt(index))) {
                if (Character.charCount(text.codePointAt(index)) == 1) {
                    throw new IOException("half a character");
                }
                index++;
            }
        }
        return text;
    }

    private Object readValue(JsonParser parser, @Nullable JsonToken token) throws IOException {
        if (token == null || ++values > MAX_VALUES) {
            throw new IOException("truncated, or too many values");
        }
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> wellFormed(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> JsonNull.NULL;
            default -> throw new IOException("unexpected " + token);
        };
    }
}
