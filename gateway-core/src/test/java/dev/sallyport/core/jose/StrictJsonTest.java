package dev.sallyport.core.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StrictJsonTest {
    @Test
    void valuesOfOneDocumentAreBounded() {
        assertThat(arrayOf(StrictJson.MAX_VALUES - 1)).isPresent();
        assertThat(arrayOf(StrictJson.MAX_VALUES)).isEmpty();
    }

    @Test
    void valuesAreCountedAcrossMembers() {
        String half = "[" + String.join(",", Collections.nCopies(StrictJson.MAX_VALUES / 2, "1")) + "]";
        assertThat(object("{\"a\":" + half + "}")).isPresent();
        assertThat(object("{\"a\":" + half + ",\"b\":" + half + "}")).isEmpty();
    }

    @Test
    void nestingIsBounded() {
        assertThat(nested(StrictJson.MAX_DEPTH)).isPresent();
        assertThat(nested(StrictJson.MAX_DEPTH + 1)).isEmpty();
    }

    private static Optional<Map<String, Object>> arrayOf(int elements) {
        return object("{\"a\":[" + String.join(",", Collections.nCopies(elements, "1")) + "]}");
    }

    private static Optional<Map<String, Object>> nested(int depth) {
        return object("{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}");
    }

    private static Optional<Map<String, Object>> object(String json) {
        return StrictJson.object(json.getBytes(StandardCharsets.UTF_8));
    }
}
