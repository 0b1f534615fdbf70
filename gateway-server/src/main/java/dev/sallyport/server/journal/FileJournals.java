package dev.sallyport.server.journal;

import dev.sallyport.core.port.Journal;
import dev.sallyport.core.port.Journals;
import dev.sallyport.server.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Journals in files. */
public final class FileJournals {
    /** A hundred times what a full list of revocations needs. */
    private static final long MAX_BYTES = 1L << 30;

    private FileJournals() {}

    /** Writes. A file beside the journal says that somebody does, for the journal itself is replaced now and then. */
    public static Journals writing() {
        return FileJournals::openLocked;
    }

    /** For commands that serve nothing: reads what is there, keeps nothing, and disturbs nobody who writes. */
    public static Journals reading() {
        return file -> {
            try {
                return switch (read(file)) {
                    case JournalText.Parsed.Damaged(String why) -> new Journals.Opened.Unusable(why);
                    case JournalText.Parsed.Records(List<String> records, long _) -> new Journals.Opened.Ready(new ClosedJournal(), records);
                };
            } catch (IOException failure) {
                return new Journals.Opened.Unusable(AtomicFile.clause(failure));
            }
        };
    }

    private static Journals.Opened openLocked(Path file) {
        FileChannel lock = null;
        try {
            lock = FileChannel.open(file.resolveSibling("." + file.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lock)) {
                lock.close();
                return new Journals.Opened.Unusable("another process writes it");
            }
            return open(file, lock);
        } catch (IOException failure) {
            closeQuietly(lock);
            return new Journals.Opened.Unusable(AtomicFile.clause(failure));
        }
    }

    private static Journals.Opened open(Path file, FileChannel lock) throws IOException {
        return switch (read(file)) {
            case JournalText.Parsed.Damaged(String why) -> {
                lock.close();
                yield new Journals.Opened.Unusable(why);
            }
            case JournalText.Parsed.Records(List<String> records, long length) -> {
                JournalFile open = JournalFile.open(file, length);
                yield new Journals.Opened.Ready(new WrittenJournal(String.valueOf(file.getFileName()), open, lock), records);
            }
        };
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static JournalText.Parsed read(Path file) throws IOException {
        try {
            return Files.size(file) > MAX_BYTES
                    ? new JournalText.Parsed.Damaged("it has more than " + MAX_BYTES + " bytes")
                    : JournalText.parse(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return new JournalText.Parsed.Records(List.of(), 0);
        }
    }

    private static void closeQuietly(@Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException _) {
            // The first failure is the one that is told.
        }
    }

    private static final class ClosedJournal implements Journal {
        @Override
        public CompletableFuture<Appended> append(String record, Supplier<List<String>> live) {
            return CompletableFuture.completedFuture(new Appended.NotKept("this command keeps nothing"));
        }

        @Override
        public void close() {}
    }
}
