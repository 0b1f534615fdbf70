package dev.sallyport.core.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.jose.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Something that was spent, as a line of a journal. */
record SpentRecord(String key, Instant until) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String KEY = "spent";
    private static final String UNTIL = "until";

    String write() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(KEY, key);
            // Whole seconds, and none too few.
            json.writeNumberField(UNTIL, until.getEpochSecond() + 1);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** Empty for a record of something else. */
    static Optional<SpentRecord> read(String line) {
        Map<String, Object> members = StrictJson.object(line.getBytes(StandardCharsets.UTF_8)).orElse(Map.of());
        return members.size() == 2 && members.get(KEY) instanceof String key && members.get(UNTIL) instanceof Number until
                ? Optional.of(new SpentRecord(key, Instant.ofEpochSecond(until.longValue())))
                : Optional.empty();
    }
}
