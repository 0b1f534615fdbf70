package dev.sallyport.core.oauth.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.LimitsReached;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BoundedCallsTest {
    private final LimitsReached reached = new LimitsReached();
    private final BoundedCalls calls = new BoundedCalls("calls", 2, reached);

    @Test
    void oneCallTooManyIsNotMadeAndEachThatEndsLeavesRoom() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        calls.begin(() -> first);
        assertThat(calls.begin(() -> second)).isPresent();
        assertThat(calls.begin(BoundedCallsTest::never)).isEmpty();
        assertThat(reached.all()).containsExactly("calls");
        first.complete("done");
        second.completeExceptionally(new IllegalStateException("a defect"));
        assertThat(calls.begin(CompletableFuture::new)).isPresent();
        assertThat(calls.begin(CompletableFuture::new)).isPresent();
        assertThat(reached.all()).hasSize(1);
    }

    @Test
    void callThatThrowsInsteadOfAnsweringLeavesRoomToo() {
        for (int each = 0; each < 3; each++) {
            Optional<CompletionStage<String>> broken = calls.begin(() -> {
                throw new IllegalStateException("a defect");
            });
            assertThat(broken.orElseThrow().toCompletableFuture()).isCompletedExceptionally();
        }
        assertThat(reached.all()).isEmpty();
    }

    private static CompletionStage<String> never() {
        throw new AssertionError("there is no room for it");
    }
}
