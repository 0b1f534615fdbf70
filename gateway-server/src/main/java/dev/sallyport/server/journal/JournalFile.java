package dev.sallyport.server.journal;

import dev.sallyport.server.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The open file of a journal. For one thread. */
final class JournalFile implements AutoCloseable {
    /** A file of this size is not worth writing anew. */
    private static final long MIN_REWRITTEN_BYTES = 256 * 1024;

    private final Path path;
    private FileChannel channel;
    private long length;
    private long rewriteAbove;

    private JournalFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
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

    /** All of it is on disk when this returns; of what throws nothing is left in the file. */
    void write(byte[] lines) throws IOException {
        try {
            put(lines);
            channel.force(false);
            length += lines.length;
        } catch (IOException failure) {
            channel.truncate(length);
            throw failure;
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

    /** Where this fails before the rename, the former file goes on. */
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
