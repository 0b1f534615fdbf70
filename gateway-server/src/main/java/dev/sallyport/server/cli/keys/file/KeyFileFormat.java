package dev.sallyport.server.cli.keys.file;

import dev.sallyport.core.config.file.ApiKeyFileReader;
import dev.sallyport.core.config.file.ApiKeyFileWriter;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.cli.list.ListFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Key files. */
public final class KeyFileFormat implements ListFormat<ApiKeyEntry> {
    @Override
    public List<ApiKeyEntry> parse(Path file, byte[] bytes) {
        Problems problems = new Problems();
        List<ApiKeyEntry> entries = ApiKeyFileReader.read(file, bytes, problems);
        if (!problems.isEmpty()) {
            throw CommandFailure.inWhatWasGiven("this key file has errors and was left alone:\n"
                    + problems.list().stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        }
        return entries;
    }

    @Override
    public byte[] toBytes(List<ApiKeyEntry> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ApiKeyFileWriter.write(entries, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
