package dev.sallyport.tests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One whole response, read strictly. */
public record Reply(int status, String reasonPhrase, List<Field> fields, byte[] content, List<Field> trailers) {

    public Optional<String> field(String name) {
        return values(name).stream().findFirst();
    }

    public List<String> values(String name) {
        return Field.values(fields, name);
    }

    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return Json.parse(text());
    }

    /** The {@code code} of a problem document. */
    public String code() {
        return json().path("code").asText();
    }

    /** The {@code requestId} of a problem document; of another answer, its header. */
    public String requestId() {
        boolean isProblem = field("Content-Type").orElse("").startsWith("application/problem+json");
        return isProblem ? json().path("requestId").asText() : field("X-Request-Id").orElse("");
    }

    public List<String> challenges() {
        return values("WWW-Authenticate");
    }

    @Override
    public String toString() {
        return status + " " + reasonPhrase + " " + fields + " " + text();
    }
}
