package dev.sallyport.core.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BoundedFetcherTest {
    private static final HttpFetcher.Request REQUEST =
            new HttpFetcher.Request(URI.create("https://idp.example/"), HttpFetcher.Call.GET, 1, Duration.ofSeconds(1), Optional.empty());

    private final List<String> reached = new ArrayList<>();
    private final MadeProvider provider = new MadeProvider();
    private final BoundedFetcher fetcher = new BoundedFetcher(provider, 2, "calls", new GatewayEvents() {
        @Override
        public void credentialCache(String cache, CacheResult result) {}

        @Override
        public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {}

        @Override
        public void limitReached(String limit) {
            reached.add(limit);
        }
    });

    @Test
    void oneCallTooManyIsNotMadeAndEachThatEndsLeavesRoom() {
        fetcher.fetch(REQUEST);
        fetcher.fetch(REQUEST);
        CompletionStage<HttpFetcher.Result> third = fetcher.fetch(REQUEST);
        assertThat(third.toCompletableFuture()).isCompletedWithValue(new HttpFetcher.Result.Failed("2 calls are under way"));
        assertThat(reached).containsExactly("calls");
        provider.answer("{}");
        fetcher.fetch(REQUEST);
        provider.breakDown();
        fetcher.fetch(REQUEST);
        assertThat(provider.requests).hasSize(4);
        assertThat(reached).hasSize(1);
    }
}
