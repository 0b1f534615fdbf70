package dev.sallyport.core.oauth.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
    private final SingleFlight<String, String> flights = new SingleFlight<>(2);
    private final List<CompletableFuture<String>> calls = new ArrayList<>();

    @Test
    void whoeverWantsTheSameWaitsForTheOneCall() {
        CompletableFuture<String> first = join("a");
        CompletableFuture<String> second = join("a");
        assertThat(calls).hasSize(1);
        calls.getFirst().complete("answer");
        assertThat(first).isCompletedWithValue("answer");
        assertThat(second).isCompletedWithValue("answer");
        join("a");
        assertThat(calls).hasSize(2);
    }

    @Test
    void keysAreBoundedAndEachThatEndsMakesRoom() {
        join("a");
        join("b");
        assertThat(flights.join("c", this::call)).isEmpty();
        assertThat(flights.join("b", this::call)).isPresent();
        calls.getFirst().complete("answer");
        assertThat(flights.join("c", this::call)).isPresent();
    }

    @Test
    void failureReachesAllAndMakesRoom() {
        CompletableFuture<String> first = join("a");
        CompletableFuture<String> second = join("a");
        calls.getFirst().completeExceptionally(new IllegalStateException("defect"));
        assertThatThrownBy(first::join).hasMessageContaining("defect");
        assertThatThrownBy(second::join).hasMessageContaining("defect");
        assertThatThrownBy(() -> flights.join("a", () -> {
            throw new IllegalStateException("thrown");
        }).orElseThrow().toCompletableFuture().join()).hasMessageContaining("thrown");
        join("a");
        assertThat(calls).hasSize(2);
    }

    private CompletableFuture<String> join(String key) {
        return flights.join(key, this::call).orElseThrow().toCompletableFuture();
    }

    private CompletionStage<String> call() {
        CompletableFuture<String> call = new CompletableFuture<>();
        calls.add(call);
        return call;
    }
}
