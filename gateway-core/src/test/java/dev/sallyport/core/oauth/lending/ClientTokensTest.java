package dev.sallyport.core.oauth.lending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
    private static final Duration LIFE = Duration.ofSeconds(100);

    private final MadeProvider provider = new MadeProvider();
    private final ClientTokens tokens = new ClientTokens(provider.endpoint(), new LinkedHashMap<>(Map.of("scope", "a b")));

    private CompletionStage<TokenOutcome> at(Duration later) {
        return tokens.obtain(NOW.plus(later));
    }

    private CompletionStage<TokenOutcome> atSecond(long second) {
        return at(Duration.ofSeconds(second));
    }

    private LentToken first() {
        CompletionStage<TokenOutcome> first = atSecond(0);
        provider.give("t1", LIFE.toSeconds());
        return MadeProvider.lent(first);
    }

    @Test
    void callersThatWaitShareOneCall() {
        List<CompletionStage<TokenOutcome>> waiting = new ArrayList<>();
        for (int caller = 0; caller < 35; caller++) {
            waiting.add(atSecond(0));
        }
        assertThat(provider.requests).hasSize(1);
        assertThat(provider.form()).isEqualTo("grant_type=client_credentials&scope=a+b");
        provider.give("t1", 100);
        assertThat(waiting).allSatisfy(outcome -> assertThat(MadeProvider.sent(outcome)).isEqualTo("Bearer t1"));
    }

    @Test
    void tokenInHandServesUntilItsEndAndNotAtIt() {
        first();
        assertThat(MadeProvider.sent(at(LIFE.minusMillis(1)))).isEqualTo("Bearer t1");
        assertThat(MadeProvider.now(at(LIFE))).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void tokenIsRenewedOnceAheadWhileTheOldOneServes() {
        first();
        assertThat(MadeProvider.sent(at(Duration.ofSeconds(80).minusMillis(1)))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(1);
        assertThat(MadeProvider.sent(atSecond(80))).isEqualTo("Bearer t1");
        assertThat(MadeProvider.sent(atSecond(81))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(2);
        provider.give("t2", 100);
        assertThat(MadeProvider.sent(atSecond(82))).isEqualTo("Bearer t2");
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void renewalThatFailsHidesNoTokenInHandAndIsTriedAgainAfterAPause() {
        first();
        atSecond(80);
        provider.fail();
        assertThat(MadeProvider.sent(atSecond(80))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(2);
        assertThat(MadeProvider.sent(atSecond(81))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(3);
    }

    @Test
    void failureIsHeldForAPauseAndNoLonger() {
        CompletionStage<TokenOutcome> outcome = atSecond(0);
        provider.fail();
        assertThat(MadeProvider.now(outcome)).isEqualTo(new TokenOutcome.Unavailable("the token endpoint: the answer's status is 500"));
        assertThat(MadeProvider.now(at(TokenCache.PAUSE.minusMillis(1)))).isEqualTo(new TokenOutcome.Unavailable("the token endpoint: the answer's status is 500"));
        assertThat(provider.requests).hasSize(1);
        CompletionStage<TokenOutcome> again = at(TokenCache.PAUSE);
        provider.give("t1", 100);
        assertThat(MadeProvider.sent(again)).isEqualTo("Bearer t1");
    }

    @Test
    void failureOfTheFutureIsNone() {
        atSecond(100);
        provider.fail();
        atSecond(0);
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void serverThatDeclinesIsNamedWithItsCode() {
        CompletionStage<TokenOutcome> outcome = atSecond(0);
        provider.decline(401, "{\"error\":\"invalid_client\",\"error_description\":\"s-of-the-gateway\"}");
        assertThat(MadeProvider.now(outcome)).isEqualTo(new TokenOutcome.Unavailable("the token endpoint refuses the gateway, with 401: invalid_client"));
    }

    @Test
    void defectIsAnAnswerThatCannotBeUsed() {
        CompletionStage<TokenOutcome> outcome = atSecond(0);
        provider.breakDown();
        assertThat(MadeProvider.now(outcome)).isInstanceOf(TokenOutcome.Unavailable.class);
        provider.leaveNoRoom();
        assertThat(MadeProvider.now(atSecond(2))).isEqualTo(new TokenOutcome.Unavailable("no room to prepare the call"));
    }

    @Test
    void refusedTokenIsGivenToNobodyWhileAnotherCanBeHad() {
        LentToken refused = first();
        refused.refused(NOW.plusSeconds(10));
        CompletionStage<TokenOutcome> next = atSecond(10);
        assertThat(provider.requests).hasSize(2);
        provider.give("t2", 100);
        assertThat(MadeProvider.sent(next)).isEqualTo("Bearer t2");
    }

    /** The refusal may have had another cause; a server that is down must not turn it into an outage for all. */
    @Test
    void refusedTokenServesWhileNoOtherCanBeHad() {
        LentToken refused = first();
        refused.refused(NOW.plusSeconds(10));
        CompletionStage<TokenOutcome> next = atSecond(10);
        provider.fail();
        assertThat(MadeProvider.sent(next)).isEqualTo("Bearer t1");
        assertThat(MadeProvider.sent(atSecond(10))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(2);
        assertThat(MadeProvider.now(refused.another(NOW.plusSeconds(10)).orElseThrow())).isInstanceOf(TokenOutcome.Unavailable.class);
        CompletionStage<TokenOutcome> later = atSecond(12);
        provider.give("t2", 10);
        assertThat(MadeProvider.sent(later)).isEqualTo("Bearer t2");
        CompletionStage<TokenOutcome> after = atSecond(22);
        provider.fail();
        assertThat(MadeProvider.now(after)).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void tokenThatHasJustComeStaysWhateverTheUpstreamSays() {
        LentToken young = first();
        young.refused(NOW.plus(TokenCache.PAUSE).minusMillis(1));
        assertThat(young.another(NOW.plus(TokenCache.PAUSE).minusMillis(1))).isEmpty();
        assertThat(MadeProvider.sent(atSecond(0))).isEqualTo("Bearer t1");
        assertThat(provider.requests).hasSize(1);
        assertThat(young.another(NOW.plus(TokenCache.PAUSE))).isPresent();
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void manyThatAreRefusedTogetherShareOneRenewal() {
        LentToken refused = first();
        List<CompletionStage<TokenOutcome>> others = new ArrayList<>();
        for (int each = 0; each < 35; each++) {
            others.add(refused.another(NOW.plusSeconds(10)).orElseThrow());
        }
        assertThat(provider.requests).hasSize(2);
        provider.give("t2", 100);
        assertThat(others).allSatisfy(outcome -> assertThat(MadeProvider.sent(outcome)).isEqualTo("Bearer t2"));
    }

    @Test
    void oneThatIsRefusedLateGetsWhatOthersRenewedAlready() {
        LentToken refused = first();
        refused.another(NOW.plusSeconds(10));
        provider.give("t2", 100);
        assertThat(MadeProvider.sent(refused.another(NOW.plusSeconds(20)).orElseThrow())).isEqualTo("Bearer t2");
        refused.refused(NOW.plusSeconds(30));
        assertThat(MadeProvider.sent(atSecond(30))).isEqualTo("Bearer t2");
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void clockThatWasSetBackEndsATokenOfTheFuture() {
        first();
        assertThat(MadeProvider.sent(atSecond(-1))).isEqualTo("Bearer t1");
        assertThat(MadeProvider.now(atSecond(-2))).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void lifeThatIsNotToldIsAMinuteAndNoneIsLongerThanADay() {
        CompletionStage<TokenOutcome> untold = atSecond(0);
        provider.answer("{\"access_token\":\"t1\",\"token_type\":\"bearer\"}");
        assertThat(MadeProvider.sent(untold)).isEqualTo("Bearer t1");
        CompletionStage<TokenOutcome> over = atSecond(60);
        provider.give("t2", Long.MAX_VALUE);
        assertThat(MadeProvider.sent(over)).isEqualTo("Bearer t2");
        assertThat(MadeProvider.now(at(Duration.ofSeconds(60).plusDays(1)))).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "{\"access_token\":\"t\"}", "{\"access_token\":\"t\",\"token_type\":\"DPoP\"}", "{\"access_token\":7,\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\\nb\",\"token_type\":\"Bearer\"}", "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":0}",
        "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":-1}", "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":\"60\"}",
        "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":null}", "{\"access_token\":\"t\",\"access_token\":\"u\",\"token_type\":\"Bearer\"}"})
    void answerThatIsNoTokenIsNone(String body) {
        CompletionStage<TokenOutcome> outcome = atSecond(0);
        provider.answer(body);
        assertThat(MadeProvider.now(outcome)).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void tokenHasALongestLength() {
        CompletionStage<TokenOutcome> longest = atSecond(0);
        provider.give("a".repeat(TokenAnswer.MAX_TOKEN), 1);
        assertThat(MadeProvider.sent(longest)).hasSize("Bearer ".length() + TokenAnswer.MAX_TOKEN);
        CompletionStage<TokenOutcome> longer = atSecond(5);
        provider.give("a".repeat(TokenAnswer.MAX_TOKEN + 1), 1);
        assertThat(MadeProvider.now(longer)).isInstanceOf(TokenOutcome.Unavailable.class);
        assertThat(provider.requests).allSatisfy(request -> assertThat(request.maxBytes()).isEqualTo(TokenEndpoint.MAX_BYTES));
    }

    @Test
    void nothingSecretIsPrinted() {
        LentToken token = first();
        assertThat(token.toString() + provider.requests + new TokenOutcome.Issued(token)).doesNotContain("t1").doesNotContain("s-of-the-gateway");
    }
}
