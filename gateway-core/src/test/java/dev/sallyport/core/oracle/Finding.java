package dev.sallyport.core.oracle;

import java.util.Map;
import java.util.Set;

/** What became of looking for one credential. */
sealed interface Finding {
    record Absent() implements Finding {}

    record Bad() implements Finding {}

    record Good(Set<String> scopes, Map<String, Object> claims) implements Finding {}

    Finding ABSENT = new Absent();
    Finding BAD = new Bad();
}
