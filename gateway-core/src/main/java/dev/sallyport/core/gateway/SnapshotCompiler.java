package dev.sallyport.core.gateway;

import dev.sallyport.core.gateway.ReloadResult.Applied;
import java.nio.file.Path;
import java.util.List;

/**
 * Compiles a configuration and all files it names into a snapshot. Used by one thread at a time. {@link #compile} changes
 * nothing; the server then binds what is new and calls {@link #adopt}, or {@link #discard} if it could not.
 */
public final class SnapshotCompiler {
    private final Path config;
    private final Ports ports;
    private LongLived inForce = LongLived.NOTHING;

    /** @param config a file, or a directory whose files are merged by key */
    public SnapshotCompiler(Path config, Ports ports) {
        this.config = config;
        this.ports = ports;
    }

    public ReloadResult compile() {
        return ports.files().list(config).isEmpty() ? new ReloadResult.Unchanged() : new ReloadResult.Refused(List.of());
    }

    /** From now on this one is in force: starts its key sources, retires those that nothing uses any more. */
    public void adopt(Applied applied) {
        inForce = applied.parts();
    }

    /** This one never came into force; what was made for it alone is retired. */
    public void discard(Applied applied) {
        if (applied.parts() == inForce) {
            throw new IllegalStateException("discarding what is in force");
        }
    }
}
