package dev.sallyport.core.state;

import dev.sallyport.core.port.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One journal for several keepers, none of which knows of the others. */
public final class SharedJournal {
    private final Journal journal;
    private final List<Part> parts = new CopyOnWriteArrayList<>();

    public SharedJournal(Journal journal) {
        this.journal = journal;
    }

    /**
     * The journal as one keeper sees it.
     *
     * @param records of its own that the journal has; they count as live until it appends one
     */
    public Journal part(List<String> records) {
        Part part = new Part(records);
        parts.add(part);
        return part;
    }

    private List<String> live() {
        List<String> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.live.get()));
        return all;
    }

    private final class Part implements Journal {
        private volatile Supplier<List<String>> live;

        private Part(List<String> records) {
            this.live = () -> records;
        }

        @Override
        public CompletionStage<Appended> append(String record, Supplier<List<String>> own) {
            live = own;
            return journal.append(record, SharedJournal.this::live);
        }

        /** For all of them. */
        @Override
        public void close() {
            journal.close();
        }
    }
}
