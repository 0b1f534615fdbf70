package dev.sallyport.server;

import dev.sallyport.core.jose.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** JSON as tests look at it: read strictly, so that a member that stands twice fails. */
public record Json(Map<String, Object> members) {
    public static Json read(String text) {
        return new Json(StrictJson.object(text.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new AssertionError("not one JSON object: " + text)));
    }

    /** As text, a JSON null as {@code null}; members within members are separated by dots, elements named by number. */
    public String at(String path) {
        Object value = members;
        for (String step : path.split("\\.", -1)) {
            value = switch (value) {
                case Map<?, ?> object when object.containsKey(step) -> Objects.requireNonNull(object.get(step));
                case List<?> array -> Objects.requireNonNull(array.get(Integer.parseInt(step)));
                default -> throw new AssertionError("no `" + path + "` in " + members);
            };
        }
        return String.valueOf(value);
    }

    /** One member of every object of an array. */
    public List<String> each(String array, String member) {
        return Arrays.stream(((List<?>) Objects.requireNonNull(members.get(array))).toArray())
                .map(element -> String.valueOf(((Map<?, ?>) element).get(member)))
                .toList();
    }
}
