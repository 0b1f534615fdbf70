package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Edits on the rows of a key file; the order stays. */
final class KeyRows {
    private KeyRows() {}

    static ApiKeyEntry find(List<ApiKeyEntry> keys, String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst()
                .orElseThrow(() -> CommandFailure.atRunTime("no key has the id '" + id + "'; `sallyport keys list` shows them"));
    }

    static List<ApiKeyEntry> replace(List<ApiKeyEntry> keys, String id, UnaryOperator<ApiKeyEntry> change) {
        ApiKeyEntry old = find(keys, id);
        List<ApiKeyEntry> changed = new ArrayList<>(keys);
        changed.set(keys.indexOf(old), change.apply(old));
        return changed;
    }

    /** An id names one key in logs and in `keys revoke`, and a key must not stand for two subjects. */
    static List<ApiKeyEntry> add(List<ApiKeyEntry> keys, ApiKeyEntry fresh) {
        for (ApiKeyEntry key : keys) {
            if (key.id().equals(fresh.id())) {
                throw CommandFailure.atRunTime("the id '" + fresh.id() + "' is taken; ids are unique");
            }
            if (key.sha256().equals(fresh.sha256())) {
                throw CommandFailure.atRunTime("this key is in the file already, as '" + key.id() + "'");
            }
        }
        List<ApiKeyEntry> more = new ArrayList<>(keys);
        more.add(fresh);
        return more;
    }
}
