package dev.sallyport.core.oauth.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.oauth.call.Renewed.Fetch;
import dev.sallyport.core.oauth.call.Renewed.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RenewedTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void callThatThrowsInsteadOfAnsweringIsMadeAgain() {
        Deque<Supplier<CompletionStage<Fetch<String>>>> calls = new ArrayDeque<>(List.of(
                () -> {
                    throw new IllegalStateException("a defect");
                },
                () -> CompletableFuture.completedStage(new Fetch.Fetched<>("a value", Duration.ofHours(1), Duration.ofHours(2)))));
        Renewed<String> renewed = new Renewed<>(() -> calls.removeFirst().get());
        assertThat(renewed.find(NOW).toCompletableFuture()).isCompletedWithValue(new Outcome.Unavailable<>("IllegalStateException"));
        assertThat(renewed.find(NOW.plus(Renewed.PAUSE)).toCompletableFuture()).isCompletedWithValue(new Outcome.Known<>("a value"));
    }
}
