package dev.sallyport.server.cli.keys.file;

import dev.sallyport.core.config.file.ApiKeyFileReader;
import dev.sallyport.core.config.file.ApiKeyFileWriter;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The bytes of a key file and the keys in them, exactly as the gateway itself reads them. */
public final class KeyFileContent {
    private KeyFileContent() {}

    /** A file that the gateway would refuse is not edited: what we do not understand we would lose. */
    public static List<ApiKeyEntry> parse(Path file, byte[] bytes) {
        Problems problems = new Problems();
        List<ApiKeyEntry> entries = ApiKeyFileReader.read(file, bytes, problems);
        if (!problems.isEmpty()) {
            throw CommandFailure.inWhatWasGiven("this key file has errors and was left alone:\n"
                    + problems.list().stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        }
        return entries;
    }

    public static byte[] toBytes(List<ApiKeyEntry> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ApiKeyFileWriter.write(entries, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
