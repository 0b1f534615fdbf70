package dev.sallyport.server.cli.list;

import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Changes a file as one step. The lock is on a file beside it ({@code .NAME.lock}), which stays: the file itself is replaced
 * by the rename, so a lock on it would guard a file that nobody reads any more.
 */
public final class ListFile<T> {
    /** A file lock belongs to the whole process; this one tells its threads apart. */
    private static final ReentrantLock THIS_PROCESS = new ReentrantLock();

    private final Path file;
    private final ListFormat<T> format;

    public ListFile(Path file, ListFormat<T> format) {
        this.file = file;
        this.format = format;
    }

    /** What a file that is not there means. */
    public enum Missing { IS_EMPTY, IS_WRONG }

    public List<T> read(Missing missing) {
        return readIfPresent(target(), missing);
    }

    /** @param edit gets all entries and gives what the file shall hold; may fail, then the file stays as it was */
    public void edit(Missing missing, UnaryOperator<List<T>> edit) {
        Path target = target();
        Path lock = target.resolveSibling("." + target.getFileName() + ".lock");
        THIS_PROCESS.lock();
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            AtomicFile.replace(target, format.toBytes(edit.apply(readIfPresent(target, missing))));
        } catch (IOException e) {
            throw CommandFailure.atRunTime("cannot write " + file + ": " + AtomicFile.clause(e));
        } finally {
            THIS_PROCESS.unlock();
        }
    }

    private List<T> readIfPresent(Path target, Missing missing) {
        try {
            return format.parse(file, Files.readAllBytes(target));
        } catch (NoSuchFileException _) {
            if (missing == Missing.IS_EMPTY) {
                return List.of();
            }
            throw CommandFailure.inWhatWasGiven("there is no file " + file);
        } catch (IOException e) {
            throw CommandFailure.atRunTime("cannot read " + file + ": " + AtomicFile.clause(e));
        }
    }

    /** Behind a symbolic link the file is replaced, not the link. */
    private Path target() {
        try {
            return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        } catch (IOException e) {
            throw CommandFailure.atRunTime("cannot read " + file + ": " + AtomicFile.clause(e));
        }
    }
}
