package dev.sallyport.core.token.refresh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.jose.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of a family, as a line of the journal. */
sealed interface FamilyRecord {
    /** Begun, or rotated. */
    record Held(RefreshFamily family) implements FamilyRecord {}

    record Ended(String client, String id) implements FamilyRecord {}

    JsonFactory JSON = new JsonFactory();

    static String write(FamilyRecord record) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            switch (record) {
                case Held(RefreshFamily family) -> write(family, json);
                case Ended(String client, String id) -> {
                    json.writeStringField("client", client);
                    json.writeStringField("ended", id);
                }
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void write(RefreshFamily family, JsonGenerator json) throws IOException {
        json.writeStringField("client", family.client());
        json.writeStringField("family", family.id());
        json.writeStringField("sha256", family.sha256());
        json.writeNumberField("began", family.began().getEpochSecond());
        json.writeNumberField("until", family.until().getEpochSecond());
        strings("scopes", family.scopes(), json);
        strings("audiences", family.audiences(), json);
    }

    private static void strings(String name, Collection<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Empty for what this version does not write. */
    static Optional<FamilyRecord> read(String line) {
        Map<String, Object> members = StrictJson.object(line.getBytes(StandardCharsets.UTF_8)).orElse(Map.of());
        TokenClaims claims = new TokenClaims(members);
        try {
            Optional<String> client = claims.text("client");
            Optional<String> ended = claims.text("ended");
            if (client.isPresent() && ended.isPresent()) {
                return Optional.of(new Ended(client.get(), ended.get()));
            }
            Optional<String> id = claims.text("family");
            Optional<String> sha256 = claims.text("sha256");
            Optional<Instant> began = claims.time("began");
            Optional<Instant> until = claims.time("until");
            Optional<List<String>> scopes = claims.texts("scopes");
            Optional<List<String>> audiences = claims.texts("audiences");
            boolean isWhole = client.isPresent() && id.isPresent() && sha256.isPresent() && began.isPresent() && until.isPresent()
                    && scopes.isPresent() && audiences.isPresent();
            return isWhole
                    ? Optional.of(new Held(new RefreshFamily(
                            id.get(), client.get(), sha256.get(), began.get(), until.get(), Scopes.inOrder(scopes.get()), Scopes.inOrder(audiences.get()))))
                    : Optional.empty();
        } catch (TokenClaims.Mistyped _) {
            return Optional.empty();
        }
    }
}
