package dev.sallyport.core.state;

import dev.sallyport.core.port.Journal;
import dev.sallyport.core.port.Journals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Keeps records as a disk would, and fails when it is told to. */
public final class JournalsInMemory implements Journals {
    public final Map<Path, List<String>> kept = new HashMap<>();
    public final List<Path> open = new ArrayList<>();
    public Optional<String> failure = Optional.empty();
    public List<String> live = List.of();

    @Override
    public Opened open(Path file) {
        List<String> records = kept.computeIfAbsent(file, _ -> new ArrayList<>());
        open.add(file);
        return new Opened.Ready(new InMemory(file, records), List.copyOf(records));
    }

    private final class InMemory implements Journal {
        private final Path file;
        private final List<String> records;

        private InMemory(Path file, List<String> records) {
            this.file = file;
            this.records = records;
        }

        @Override
        public CompletionStage<Appended> append(String record, Supplier<List<String>> all) {
            if (failure.isPresent()) {
                return CompletableFuture.completedStage(new Appended.NotKept(failure.get()));
            }
            records.add(record);
            live = all.get();
            return CompletableFuture.completedStage(Appended.KEPT);
        }

        @Override
        public void close() {
            open.remove(file);
        }
    }
}
