package dev.sallyport.core.token.refresh;

import dev.sallyport.core.port.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A disk that takes its time. */
final class Waiting implements Journal {
    private final List<CompletableFuture<Appended>> asked = new ArrayList<>();

    @Override
    public CompletionStage<Appended> append(String record, Supplier<List<String>> live) {
        CompletableFuture<Appended> kept = new CompletableFuture<>();
        asked.add(kept);
        return kept;
    }

    /** What it was asked for until now. */
    void answer(Appended appended) {
        asked.forEach(kept -> kept.complete(appended));
        asked.clear();
    }

    @Override
    public void close() {}
}
