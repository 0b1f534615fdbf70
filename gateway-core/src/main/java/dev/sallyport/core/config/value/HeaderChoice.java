package dev.sallyport.core.config.value;

import dev.sallyport.core.config.bind.annotation.Text;
import java.util.Optional;

/** A header's name, or {@code false} to leave it out (empty). */
@Text(pattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$", types = {"string", "boolean"})
public record HeaderChoice(Optional<String> name) {
    public static HeaderChoice parse(String text) {
        return text.equals("false") ? new HeaderChoice(Optional.empty()) : new HeaderChoice(Optional.of(FieldNames.require(text)));
    }
}
