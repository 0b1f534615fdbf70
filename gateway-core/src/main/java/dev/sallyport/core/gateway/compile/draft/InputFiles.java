package dev.sallyport.core.gateway.compile.draft;

import dev.sallyport.core.port.FileInputs;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Passes reads on and notes the digest of what each file held, so that two compilations can be compared. */
public final class InputFiles implements FileInputs {
    private static final String UNREADABLE = "unreadable";

    private final FileInputs files;
    private final Map<Path, String> digests = new TreeMap<>();

    public InputFiles(FileInputs files) {
        this.files = files;
    }

    @Override
    public Content read(Path path) {
        Content content = files.read(path);
        digests.put(path, switch (content) {
            case Content.Bytes(byte[] bytes) -> digest(bytes);
            case Content.Unreadable _ -> UNREADABLE;
        });
        return content;
    }

    @Override
    public Optional<List<Path>> list(Path path) {
        return files.list(path);
    }

    /** Of every file read so far. */
    public Map<Path, String> digests() {
        return Map.copyOf(digests);
    }

    public String digestOf(Path path) {
        return digests.getOrDefault(path, UNREADABLE);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
