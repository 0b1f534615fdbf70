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
import org.jspecify.annotations.Nullable;

/**
 * Something that was spent, as a line of a journal.
 *
 * @param by who is to account for it
 */
record SpentRecord(String key, Instant until, String by) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String KEY = "spent";
    private static final String UNTIL = "until";
    private static final String BY = "by";

    /** The year 9999. */
    private static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    static SpentRecord of(OneTimeUse use) {
        return new SpentRecord(use.key(), use.until(), use.authenticator());
    }

    OneTimeUse use() {
        return new OneTimeUse(by, key, until);
    }

    String write() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(KEY, key);
            // Whole seconds, and none too few.
            json.writeNumberField(UNTIL, until.getEpochSecond() + 1);
            json.writeStringField(BY, by);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** Whether it is meant to be one. */
    static boolean isOne(String line) {
        return members(line).containsKey(KEY);
    }

    /** Empty for what this version does not write. */
    static Optional<SpentRecord> read(String line) {
        Map<String, Object> members = members(line);
        return members.size() == 3 && members.get(KEY) instanceof String key && members.get(BY) instanceof String by
                ? time(members.get(UNTIL)).map(until -> new SpentRecord(key, until, by))
                : Optional.empty();
    }

    private static Optional<Instant> time(@Nullable Object until) {
        long seconds = switch (until) {
            case Integer whole -> whole;
            case Long whole -> whole;
            case null, default -> -1;
        };
        return seconds >= 0 && seconds <= MAX_EPOCH_SECOND ? Optional.of(Instant.ofEpochSecond(seconds)) : Optional.empty();
    }

    private static Map<String, Object> members(String line) {
        return StrictJson.object(line.getBytes(StandardCharsets.UTF_8)).orElse(Map.of());
    }
}
