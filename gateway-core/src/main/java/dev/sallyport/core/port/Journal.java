package dev.sallyport.core.port;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Records that outlive the process: what was acknowledged is there after a crash. Whoever keeps one changes its own state
 * first, then appends, and promises nothing to anybody before the record is kept.
 */
public interface Journal {

    /**
     * Never blocks; completes when the record is on disk or cannot be, never exceptionally.
     *
     * @param record one line of text, without control characters
     * @param live all records that must be remembered, this one among them; asked for, on another thread, when the file
     *     has grown enough to be written anew
     */
    CompletionStage<Appended> append(String record, Supplier<List<String>> live);

    /** What became of a record. */
    sealed interface Appended {
        record Kept() implements Appended {}

        /** It may not be there after a crash; {@code why} is for the log. */
        record NotKept(String why) implements Appended {}

        Appended KEPT = new Kept();
    }

    /** Writes what waits, and lets another process have the file. */
    void close();
}
