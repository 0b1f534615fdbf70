package dev.sallyport.core.state.revocation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.jose.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A revocation as a line of the journal. */
final class RevocationRecord {
    private static final JsonFactory JSON = new JsonFactory();

    private RevocationRecord() {}

    static String write(Revocation revocation) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("kind", revocation.kind().label());
            json.writeStringField("name", revocation.name());
            json.writeStringField("at", revocation.at().toString());
            switch (revocation.by()) {
                case Revoker.Operator() -> { }
                case Revoker.Provider() -> json.writeBooleanField("provider", true);
                case Revoker.Client(String id) -> json.writeStringField("client", id);
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** Empty for what this version does not write. */
    static Optional<Revocation> read(String line) {
        Map<String, Object> members = StrictJson.object(line.getBytes(StandardCharsets.UTF_8)).orElse(Map.of());
        if (!(members.get("kind") instanceof String kind) || !(members.get("name") instanceof String name) || !(members.get("at") instanceof String at)) {
            return Optional.empty();
        }
        try {
            Instant instant = Instant.parse(at);
            return Arrays.stream(Revocation.Kind.values())
                    .filter(each -> each.label().equals(kind))
                    .findFirst()
                    .map(each -> new Revocation(each, name, instant, revoker(members)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Revoker revoker(Map<String, Object> members) {
        return members.get("client") instanceof String client ? new Revoker.Client(client)
                : members.containsKey("provider") ? Revoker.PROVIDER
                : Revoker.OPERATOR;
    }
}
