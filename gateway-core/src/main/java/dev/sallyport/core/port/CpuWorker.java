package dev.sallyport.core.port;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Takes costly, pure computation (first verification of a signature) off the event loop, through a bounded queue. */
public interface CpuWorker {

    /** Empty when the queue is full: the caller then refuses with {@code overloaded} and never waits. */
    <T> Optional<CompletionStage<T>> submit(Supplier<T> computation);
}
