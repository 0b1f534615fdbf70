package dev.sallyport.core.config.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;

/** Writes API-key files: YAML for people, JSON lines above {@link #MAX_YAML_KEYS}. */
public final class ApiKeyFileWriter {
    public static final int MAX_YAML_KEYS = 50_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private ApiKeyFileWriter() {}

    public static void write(Collection<ApiKeyEntry> entries, OutputStream out) throws IOException {
        if (entries.size() > MAX_YAML_KEYS) {
            writeLines(entries, out);
        } else {
            writeYaml(entries, out);
        }
    }

    private static void writeYaml(Collection<ApiKeyEntry> entries, OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder("# API keys by their SHA-256; the keys themselves are nowhere. Rewritten by `sallyport keys`.\n");
        text.append(entries.isEmpty() ? "keys: []\n" : "keys:\n");
        for (ApiKeyEntry entry : entries) {
            text.append("  - id: ").append(quoted(entry.id()))
                    .append("\n    hash: ").append(quoted("sha256:" + entry.sha256()))
                    .append("\n    subject: ").append(quoted(entry.subject()))
                    .append("\n    scopes: ").append(entry.scopes().stream().map(ApiKeyFileWriter::quoted).collect(Collectors.joining(", ", "[", "]")));
            entry.notBefore().ifPresent(time -> text.append("\n    notBefore: ").append(time));
            entry.expiresAt().ifPresent(time -> text.append("\n    expiresAt: ").append(time));
            text.append("\n    active: ").append(entry.activity() == Activity.ACTIVE).append('\n');
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void writeLines(Collection<ApiKeyEntry> entries, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setRootValueSeparator(null);
            for (ApiKeyEntry entry : entries) {
                writeLine(entry, json);
                json.writeRaw('\n');
            }
        }
    }

    private static void writeLine(ApiKeyEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", entry.id());
        json.writeStringField("hash", "sha256:" + entry.sha256());
        json.writeStringField("subject", entry.subject());
        json.writeArrayFieldStart("scopes");
        for (String scope : entry.scopes()) {
            json.writeString(scope);
        }
        json.writeEndArray();
        if (entry.notBefore().isPresent()) {
            json.writeStringField("notBefore", entry.notBefore().get().toString());
        }
        if (entry.expiresAt().isPresent()) {
            json.writeStringField("expiresAt", entry.expiresAt().get().toString());
        }
        json.writeBooleanField("active", entry.activity() == Activity.ACTIVE);
        json.writeEndObject();
    }

    /** A JSON string is a double-quoted YAML scalar. */
    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
