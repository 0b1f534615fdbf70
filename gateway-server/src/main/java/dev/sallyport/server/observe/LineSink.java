package dev.sallyport.server.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes JSON lines on a thread of its own. Event loops only leave a line here: a full queue or a full disk costs lines,
 * which are counted, and never a request.
 */
public final class LineSink implements AutoCloseable {
    /** Lines that may wait; about a second of a busy gateway. */
    static final int MAX_WAITING = 16_384;

    /** What waiting lines may hold: a line keeps its request's head, and heads are as long as their senders like. */
    static final long MAX_HELD_BYTES = 64L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(LineSink.class);
    private static final int BATCH = 256;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    /** A defect that hits every line must not fill the process log as well. */
    private static final Duration DEFECT_PAUSE = Duration.ofSeconds(10);

    /**
     * ASCII only: half a surrogate pair has no UTF-8 and would cost its line, and what a terminal obeys (U+202E) does not
     * reach one.
     */
    private static final JsonFactory JSON = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** One line's content; called on the writer's thread. */
    public interface Line {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Where the bytes go. */
    interface Destination {
        OutputStream open() throws IOException;

        /** What {@link #open} would lead to now; where that changes, as when a log is rotated, it is opened anew. */
        default Object target() {
            return this;
        }
    }

    /** A file by its path; the target is the file that bears the name now. */
    record LogFile(Path path) implements Destination {
        @Override
        public OutputStream open() throws IOException {
            return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        @Override
        public Object target() {
            try {
                Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
                return key == null ? path : key;
            } catch (IOException gone) {
                return path;
            }
        }
    }

    private record Waiting(Line line, long heldBytes) {}

    private final String name;
    private final Destination destination;
    private final Runnable onDropped;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong heldBytes = new AtomicLong();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Thread writer;
    private volatile boolean closing;
    private @Nullable OutputStream out;
    private @Nullable Object target;
    private boolean failing;
    private long nextDefectNanos = System.nanoTime();

    LineSink(String name, Destination destination, Runnable onDropped) {
        this.name = name;
        this.destination = destination;
        this.onDropped = onDropped;
        this.writer = Thread.ofPlatform().daemon().name("log-" + name).unstarted(this::writeUntilClosed);
    }

    /** Standard output without {@code PrintStream}, which swallows failures. */
    public static LineSink ofStandardOutput(Runnable onDropped) {
        return new LineSink("stdout", () -> new FileOutputStream(FileDescriptor.out), onDropped).started();
    }

    public static LineSink ofFile(Path file, Runnable onDropped) {
        return new LineSink(file.toString(), new LogFile(file), onDropped).started();
    }

    LineSink started() {
        writer.start();
        return this;
    }

    /**
     * Never blocks.
     *
     * @param bytes of memory that the line keeps from being freed
     */
    public void offer(Line line, long bytes) {
        if (heldBytes.addAndGet(bytes) > MAX_HELD_BYTES || !waiting.offer(new Waiting(line, bytes))) {
            heldBytes.addAndGet(-bytes);
            onDropped.run();
        }
    }

    /** Writes what waits, within a bound, then ends. */
    @Override
    public void close() {
        closing = true;
        writer.interrupt();
        try {
            writer.join(LONGEST_CLOSE);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosed() {
        List<Waiting> lines = new ArrayList<>(BATCH);
        while (!closing || !waiting.isEmpty()) {
            take(lines);
            if (!lines.isEmpty()) {
                write(lines);
                lines.forEach(written -> heldBytes.addAndGet(-written.heldBytes()));
                lines.clear();
            }
        }
        closeQuietly();
    }

    private void take(List<Waiting> lines) {
        if (waiting.drainTo(lines, BATCH) > 0 || closing) {
            return;
        }
        try {
            Optional.ofNullable(waiting.poll(1, TimeUnit.SECONDS)).ifPresent(lines::add);
        } catch (InterruptedException stop) {
            // closing is set; the loop sees it
        }
    }

    private void write(List<Waiting> lines) {
        batch.reset();
        int rendered = 0;
        for (Waiting next : lines) {
            if (render(next.line())) {
                batch.writeBytes(text.toByteArray());
                rendered++;
            }
        }
        if (rendered == 0) {
            return;
        }
        try {
            current().write(batch.toByteArray());
            failing = false;
        } catch (IOException failure) {
            for (int lost = 0; lost < rendered; lost++) {
                onDropped.run();
            }
            reportOnce(failure);
            closeQuietly();
        }
    }

    /** Each line on its own: one that throws takes no other along, or a sender who finds a way could wipe out its traces. */
    private boolean render(Line line) {
        text.reset();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            line.writeTo(json);
            json.writeRaw('\n');
        } catch (IOException | RuntimeException | StackOverflowError | AssertionError defect) {
            onDropped.run();
            reportSometimes(defect);
            return false;
        }
        return true;
    }

    /** Looked at for each batch: lines for a file that was moved away are of no use to whoever reads the new one. */
    private OutputStream current() throws IOException {
        if (out != null && !destination.target().equals(target)) {
            closeQuietly();
        }
        OutputStream open = out;
        if (open == null) {
            // Before it is opened: a change in between is then seen with the next batch.
            target = destination.target();
            open = destination.open();
            out = open;
        }
        return open;
    }

    private void reportSometimes(Throwable defect) {
        if (System.nanoTime() - nextDefectNanos >= 0) {
            nextDefectNanos = System.nanoTime() + DEFECT_PAUSE.toNanos();
            LOG.error("A line of {} is dropped: it could not be rendered", name, defect);
        }
    }

    /** A full disk must not fill the process log as well. */
    private void reportOnce(IOException failure) {
        if (!failing) {
            failing = true;
            LOG.warn("Lines of {} are dropped: {}", name, String.valueOf(failure.getMessage()));
        }
    }

    private void closeQuietly() {
        OutputStream open = out;
        out = null;
        if (open == null || name.equals("stdout")) {
            return;
        }
        try {
            open.close();
        } catch (IOException failure) {
            reportOnce(failure);
        }
    }
}
