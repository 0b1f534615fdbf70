package dev.sallyport.core.config.bind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class JsonSchemaTest {
    private static final Path SCHEMA = Path.of("../config/sallyport.schema.json");

    /** {@code -Dsallyport.regenerate=true} writes it anew. */
    @Test
    void theShippedSchemaIsThatOfTheRecords() throws IOException {
        String schema = JsonSchema.of(GatewayConfig.class);
        if (Boolean.getBoolean("sallyport.regenerate")) {
            Files.writeString(SCHEMA, schema);
        }
        assertThat(Files.readString(SCHEMA)).isEqualTo(schema);
    }

    @Test
    void everyKeyOfEveryRecordIsDescribed() {
        assertThat(JsonSchema.of(GatewayConfig.class)).doesNotContain("\"description\" : \"\"");
    }
}
