package dev.sallyport.server.reload;

import dev.sallyport.core.port.FileInputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a configuration's files and remembers how each stood just before. A stamp that differs is a reason to compile
 * anew; whether a byte changed is then seen by digest. Links are followed to their end, so that the swap of Kubernetes'
 * {@code ..data} shows. Used by one thread at a time.
 */
public final class DigestedFiles implements FileInputs {
    /** A million API keys as JSON lines; nothing that a gateway reads is larger. */
    private static final int MAX_BYTES = 512 * 1024 * 1024;

    private static final String ABSENT = "absent";

    private final Map<Path, String> stamps = new HashMap<>();
    private Map<Path, String> before = Map.of();

    /** From here on files belong to a new compilation. */
    public void beginRound() {
        before = Map.copyOf(stamps);
        stamps.clear();
    }

    /** The compilation was refused: what the one in force was made from is watched as well. */
    public void keepFormer() {
        before.forEach(stamps::putIfAbsent);
    }

    /** Whether any file differs from what was read. */
    public boolean isChanged() {
        return stamps.entrySet().stream().anyMatch(known -> !stamp(known.getKey()).equals(known.getValue()));
    }

    /** How all files stand now; two equal answers in a row mean that whoever writes has ended. */
    public Map<Path, String> standing() {
        Map<Path, String> now = new HashMap<>();
        stamps.keySet().forEach(path -> now.put(path, stamp(path)));
        return now;
    }

    @Override
    public Content read(Path path) {
        // Before the content: a change in between is then seen as one.
        stamps.put(path, stamp(path));
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            return in.read() >= 0
                    ? new Content.Unreadable("has more than " + MAX_BYTES + " bytes")
                    : new Content.Bytes(bytes);
        } catch (NoSuchFileException missing) {
            return new Content.Unreadable("does not exist");
        } catch (AccessDeniedException denied) {
            return new Content.Unreadable("may not be read by this user");
        } catch (IOException failure) {
            return new Content.Unreadable(Files.isDirectory(path) ? "is a directory" : "cannot be read");
        }
    }

    @Override
    public Optional<List<Path>> list(Path path) {
        stamps.put(path, stamp(path));
        return Files.isDirectory(path) ? Optional.of(entries(path)) : Optional.empty();
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith(".")).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static String stamp(Path path) {
        try {
            Path real = path.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return attributes.isDirectory()
                    ? entries(real).toString()
                    : real + "|" + attributes.lastModifiedTime() + "|" + attributes.size() + "|" + attributes.fileKey()
                            + "|" + inodeTime(real);
        } catch (IOException absent) {
            return ABSENT;
        }
    }

    /**
     * When Unix last changed anything about a file. Unlike the time of its content nobody sets it: a copy that keeps times
     * shows, and so does a permission without which the file could not be read.
     */
    private static Object inodeTime(Path real) throws IOException {
        return real.getFileSystem().supportedFileAttributeViews().contains("unix") ? Files.getAttribute(real, "unix:ctime") : "";
    }
}
