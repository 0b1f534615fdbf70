package dev.sallyport.core.token.refresh;

import dev.sallyport.core.port.Journal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Says that it keeps everything. */
final class Forgetful implements Journal {
    @Override
    public CompletionStage<Appended> append(String record, Supplier<List<String>> live) {
        return CompletableFuture.completedStage(Appended.KEPT);
    }

    @Override
    public void close() {}
}
