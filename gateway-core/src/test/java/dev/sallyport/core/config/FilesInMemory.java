package dev.sallyport.core.config;

import dev.sallyport.core.port.FileInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files that are not there. */
public final class FilesInMemory implements FileInputs {
    private final Map<Path, byte[]> files = new TreeMap<>();

    public FilesInMemory with(String path, String text) {
        return with(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public FilesInMemory with(String path, byte[] bytes) {
        files.put(Path.of(path), bytes);
        return this;
    }

    @Override
    public Content read(Path path) {
        byte[] bytes = files.get(path);
        return bytes == null ? new Content.Unreadable("there is no such file") : new Content.Bytes(bytes.clone());
    }

    @Override
    public Optional<List<Path>> list(Path path) {
        List<Path> within = files.keySet().stream().filter(file -> path.equals(file.getParent())).toList();
        return within.isEmpty() ? Optional.empty() : Optional.of(within);
    }
}
