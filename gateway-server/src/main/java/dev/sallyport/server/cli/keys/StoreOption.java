package dev.sallyport.server.cli.keys;

import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.keys.file.KeyFileFormat;
import dev.sallyport.server.cli.list.ListFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which key file is meant. */
final class StoreOption {
    @Option(names = "--store", required = true, paramLabel = "FILE", description = "The API-key file: YAML, or JSON lines.")
    private Path file = Path.of("");

    ListFile<ApiKeyEntry> editor() {
        return new ListFile<>(file, new KeyFileFormat());
    }
}
