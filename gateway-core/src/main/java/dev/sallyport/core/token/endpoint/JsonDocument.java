package dev.sallyport.core.token.endpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Plain values as JSON. */
final class JsonDocument {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonDocument() {}

    /** RFC 6749 §5.1: what is told about tokens is for whoever asked, once. */
    static LocalResponse answer(Map<String, Object> members) {
        return new LocalResponse(
                200,
                List.of(new ResponseField("Content-Type", "application/json"), new ResponseField("Cache-Control", "no-store"),
                        new ResponseField("Pragma", "no-cache")),
                text(members).getBytes(StandardCharsets.UTF_8));
    }

    static String text(Map<String, Object> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(members, json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator json) throws IOException {
        switch (value) {
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Number number -> json.writeNumber(number.toString());
            case Collection<?> elements -> {
                json.writeStartArray();
                for (Object element : elements) {
                    write(element, json);
                }
                json.writeEndArray();
            }
            case Map<?, ?> members -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    json.writeFieldName(String.valueOf(member.getKey()));
                    write(member.getValue(), json);
                }
                json.writeEndObject();
            }
            default -> throw new IllegalArgumentException("no value of JSON: " + value.getClass());
        }
    }
}
