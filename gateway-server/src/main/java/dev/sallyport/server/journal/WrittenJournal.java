package dev.sallyport.server.journal;

import dev.sallyport.core.port.Journal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Written by a thread of its own: what waits goes to disk together, with one flush, and is then acknowledged. Once another
 * file lies in the place of ours, nothing more is kept.
 */
final class WrittenJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(WrittenJournal.class);

    /** Records that wait; a disk that takes none for so long is broken. */
    static final int MAX_WAITING = 1_024;

    private static final String CLOSED = "the journal is closed";

    private final JournalFile file;
    private final AutoCloseable lock;
    private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;

    private sealed interface Work {
        record Entry(String text, Supplier<List<String>> live, CompletableFuture<Appended> kept) implements Work {}

        record Stop() implements Work {}
    }

    /** @param lock let go at the end */
    WrittenJournal(String name, JournalFile file, AutoCloseable lock) {
        this.file = file;
        this.lock = lock;
        this.writer = Thread.ofPlatform().daemon().name("journal-" + name).start(this::run);
    }

    @Override
    public CompletionStage<Appended> append(String record, Supplier<List<String>> live) {
        if (record.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a record is one line");
        }
        CompletableFuture<Appended> kept = new CompletableFuture<>();
        if (!waiting.offer(new Work.Entry(record, live, kept))) {
            kept.complete(new Appended.NotKept(MAX_WAITING + " records wait for the disk"));
        } else if (!writer.isAlive()) {
            kept.complete(new Appended.NotKept(CLOSED));
        }
        return kept;
    }

    @Override
    public void close() {
        try {
            waiting.put(new Work.Stop());
            writer.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            List<Work.Entry> batch = new ArrayList<>();
            while (take(batch)) {
                write(batch);
                batch.clear();
            }
            write(batch);
        } finally {
            end();
        }
    }

    /** False at the end. */
    private boolean take(List<Work.Entry> batch) {
        try {
            List<Work> taken = new ArrayList<>();
            taken.add(waiting.take());
            waiting.drainTo(taken);
            boolean goesOn = true;
            for (Work work : taken) {
                switch (work) {
                    case Work.Entry record -> batch.add(record);
                    case Work.Stop() -> goesOn = false;
                }
            }
            return goesOn;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void write(List<Work.Entry> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Appended appended = append(batch);
        batch.forEach(record -> record.kept().complete(appended));
        if (file.isWorthRewriting()) {
            rewrite(batch.getLast().live());
        }
    }

    private Appended append(List<Work.Entry> batch) {
        try {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            for (Work.Entry record : batch) {
                lines.write(JournalText.line(record.text()));
            }
            file.write(lines.toByteArray());
            return Appended.KEPT;
        } catch (IOException failure) {
            LOG.error("Records could not be kept: {}", failure.getMessage());
            return new Appended.NotKept(String.valueOf(failure.getMessage()));
        }
    }

    private void rewrite(Supplier<List<String>> live) {
        try {
            file.rewrite(live.get());
        } catch (IOException | RuntimeException failure) {
            LOG.error("The journal could not be written anew, and goes on as it is: {}", failure.getMessage());
        }
    }

    private void end() {
        try {
            file.close();
            lock.close();
        } catch (Exception failure) {
            LOG.error("The journal could not be closed: {}", failure.getMessage());
        }
        List<Work> left = new ArrayList<>();
        waiting.drainTo(left);
        for (Work work : left) {
            if (work instanceof Work.Entry record) {
                record.kept().complete(new Appended.NotKept(CLOSED));
            }
        }
    }
}
