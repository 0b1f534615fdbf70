package dev.sallyport.core.state;

import dev.sallyport.core.port.Journal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One journal for several keepers, none of which knows of the others. */
public final class SharedJournal {
    private final Journal journal;
    private final List<Supplier<List<String>>> parts = new CopyOnWriteArrayList<>();

    public SharedJournal(Journal journal) {
        this.journal = journal;
    }

    /**
     * The journal as one keeper sees it; all have theirs before any appends.
     *
     * @param live all records that this keeper must remember, asked for when another appends too
     */
    public Journal part(Supplier<List<String>> live) {
        parts.add(live);
        return new Part();
    }

    private List<String> live() {
        return parts.stream().flatMap(part -> part.get().stream()).toList();
    }

    private final class Part implements Journal {
        /** Its own are among all. */
        @Override
        public CompletionStage<Appended> append(String record, Supplier<List<String>> own) {
            return journal.append(record, SharedJournal.this::live);
        }

        /** For all of them. */
        @Override
        public void close() {
            journal.close();
        }
    }
}
