package dev.sallyport.server.cli.keys;

import dev.sallyport.server.cli.keys.file.KeyFileEditor;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which key file is meant. */
final class StoreOption {
    @Option(names = "--store", required = true, paramLabel = "FILE", description = "The API-key file: YAML, or JSON lines.")
    private Path file = Path.of("");

    KeyFileEditor editor() {
        return new KeyFileEditor(file);
    }
}
