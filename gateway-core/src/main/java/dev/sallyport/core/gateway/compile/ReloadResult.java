package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import java.util.List;

/** What became of reading the configuration and all files it names. */
public sealed interface ReloadResult {
    /**
     * A new snapshot; it takes effect by {@link SnapshotCompiler#adopt}, once the server could bind what it asks for.
     *
     * @param parts the long-lived objects behind it, of which the next compilation carries over what is equal
     */
    record Applied(GatewaySnapshot snapshot, LongLived parts) implements ReloadResult {}

    /** Not one byte that matters differs from what is in force. */
    record Unchanged() implements ReloadResult {}

    /** What is in force stays. */
    record Refused(List<ConfigProblem> problems) implements ReloadResult {}
}
