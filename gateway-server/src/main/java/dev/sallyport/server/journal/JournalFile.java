package dev.sallyport.server.journal;

import dev.sallyport.server.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/** The open file of a journal. For one thread. */
final class JournalFile implements AutoCloseable {
    /** A file of this size is not worth writing anew. */
    private static final long MIN_REWRITTEN_BYTES = 256 * 1024;

    private final Path path;
    private FileChannel channel;
    /** Absent where the file system has none. */
    private Optional<Object> identity;
    private long length;
    private long rewriteAbove;

    private JournalFile(Path path, FileChannel channel, long length) throws IOException {
        this.path = path;
        this.channel = channel;
        this.identity = identity(path);
        this.length = length;
        this.rewriteAbove = rewriteAbove(length);
    }

    /** @param length of what is whole in it; the rest is cut off, and a file without any gets its head */
    static JournalFile open(Path path, long length) throws IOException {
        if (length == 0) {
            AtomicFile.replace(path, head());
        }
        long whole = length == 0 ? head().length : length;
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        try {
            channel.truncate(whole);
            channel.force(true);
            return new JournalFile(path, channel, whole);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    /**
     * All of it is on disk when this returns. Of what throws some may be left at the end; nobody was promised it, and it
     * is cut off before anything comes behind it.
     */
    void write(byte[] lines) throws IOException {
        channel.truncate(length);
        put(lines);
        channel.force(false);
        requireInPlace();
        length += lines.length;
    }

    /** What is written to a file that was removed or replaced, be it by us and only half, is gone with the process. */
    private void requireInPlace() throws IOException {
        if (!identity.equals(identity(path))) {
            throw new IOException("the file in its place is another one");
        }
    }

    private static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void put(byte[] lines) throws IOException {
        channel.position(length);
        ByteBuffer rest = ByteBuffer.wrap(lines);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    boolean isWorthRewriting() {
        return length > rewriteAbove;
    }

    /** Where this fails before the rename, the former file goes on; where behind it, {@link #write} finds another in its place. */
    void rewrite(List<String> records) throws IOException {
        // Whatever happens: not again with each record.
        rewriteAbove = rewriteAbove(length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(head());
        for (String record : records) {
            bytes.write(JournalText.line(record));
        }
        AtomicFile.replace(path, bytes.toByteArray());
        FileChannel former = channel;
        channel = FileChannel.open(path, StandardOpenOption.WRITE);
        identity = identity(path);
        length = bytes.size();
        rewriteAbove = rewriteAbove(length);
        former.close();
    }

    private static long rewriteAbove(long length) {
        return Math.max(MIN_REWRITTEN_BYTES, 2 * length);
    }

    private static byte[] head() {
        return JournalText.HEAD.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
