package dev.sallyport.core.oauth.lending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");

    private final TokenCache cache = new TokenCache();

    private static TokenCache.Answer given(String token) {
        return new TokenCache.Answer.Given(new IssuedToken(Secret.ofText(token), NOW, NOW.plusSeconds(80), NOW.plusSeconds(100)));
    }

    private static CompletionStage<TokenCache.Answer> none(Instant now) {
        return CompletableFuture.completedStage(new TokenCache.Answer.None(new TokenOutcome.Unavailable("down at " + now)));
    }

    @Test
    void keysShareNeitherTokensNorFailures() {
        cache.obtain("a", _ -> CompletableFuture.completedStage(given("of-a")), NOW);
        assertThat(MadeProvider.now(cache.obtain("b", TokenCacheTest::none, NOW))).isInstanceOf(TokenOutcome.Unavailable.class);
        assertThat(MadeProvider.sent(cache.obtain("a", TokenCacheTest::none, NOW))).isEqualTo("of-a");
        assertThat(MadeProvider.sent(cache.obtain("c", _ -> CompletableFuture.completedStage(given("of-c")), NOW))).isEqualTo("of-c");
    }

    @Test
    void callsUnderWayAreBounded() {
        IntStream.range(0, TokenCache.MAX_CALLS).forEach(key -> cache.obtain("k" + key, _ -> new CompletableFuture<>(), NOW));
        CompletionStage<TokenOutcome> more = cache.obtain("more", _ -> CompletableFuture.completedStage(given("more")), NOW);
        assertThat(MadeProvider.now(more)).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void tokensInHandAreBoundedByTheirWeight() {
        String text = "a".repeat(TokenAnswer.MAX_TOKEN);
        int twiceTheRoom = (int) (2 * TokenCache.MAX_WEIGHT / TokenAnswer.MAX_TOKEN);
        IntStream.range(0, twiceTheRoom).forEach(key -> cache.obtain("k" + key, _ -> CompletableFuture.completedStage(given(text)), NOW));
        long inHand = IntStream.range(0, twiceTheRoom)
                .filter(key -> MadeProvider.now(cache.obtain("k" + key, TokenCacheTest::none, NOW)) instanceof TokenOutcome.Issued)
                .count();
        assertThat(inHand * TokenAnswer.MAX_TOKEN).isPositive().isLessThanOrEqualTo(TokenCache.MAX_WEIGHT);
    }
}
