package dev.sallyport.core.oauth.lending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.port.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangedTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    private final MadeProvider provider = new MadeProvider();
    private final ExchangedTokens tokens = new ExchangedTokens(provider.endpoint(), Map.of("audience", "orders api"), Optional.empty());

    private static CallerToken caller(String text, Instant expiresAt) {
        return new CallerToken(Secret.ofText(text), Optional.of(expiresAt));
    }

    /** A caller whose token lasts for ten minutes from the first moment. */
    private CompletionStage<TokenOutcome> at(long second, String text) {
        return tokens.obtain(caller(text, NOW.plusSeconds(600)), NOW.plusSeconds(second));
    }

    private void give(String token, long seconds) {
        give(token, seconds, ACCESS_TOKEN);
    }

    private void give(String token, long seconds, String kind) {
        provider.answer("{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"issued_token_type\":\"" + kind + "\",\"expires_in\":" + seconds + "}");
    }

    @Test
    void serverIsShownTheCallersTokenAndSaidWhatForIsWanted() {
        at(0, "of-anna");
        assertThat(provider.form()).isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=of-anna"
                + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&audience=orders+api");
        ExchangedTokens jwts = new ExchangedTokens(provider.endpoint(), Map.of(), Optional.of(JWT));
        jwts.obtain(caller("of-anna", NOW.plusSeconds(600)), NOW);
        assertThat(provider.form()).endsWith("&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt");
    }

    @Test
    void tokenIsGivenOutForTheVeryTokenThatItWasExchangedFor() {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        give("for-anna", 100);
        assertThat(MadeProvider.sent(anna)).isEqualTo("Bearer for-anna");
        assertThat(MadeProvider.sent(at(10, "of-anna"))).isEqualTo("Bearer for-anna");
        assertThat(provider.requests).hasSize(1);
        CompletionStage<TokenOutcome> ben = at(10, "of-ben");
        assertThat(provider.form()).contains("subject_token=of-ben&");
        give("for-ben", 100);
        assertThat(MadeProvider.sent(ben)).isEqualTo("Bearer for-ben");
        assertThat(MadeProvider.sent(at(11, "of-anna"))).isEqualTo("Bearer for-anna");
        at(11, "of-anna "); // one byte more is another token
        assertThat(provider.requests).hasSize(3);
    }

    @Test
    void callsOfOneCallerAreOneAndDoNotMixWithAnothers() {
        List<CompletionStage<TokenOutcome>> annas = new ArrayList<>();
        List<CompletionStage<TokenOutcome>> bens = new ArrayList<>();
        for (int each = 0; each < 35; each++) {
            annas.add(at(0, "of-anna"));
            bens.add(at(0, "of-ben"));
        }
        assertThat(provider.requests).hasSize(2);
        give("for-anna", 100);
        give("for-ben", 100);
        assertThat(annas).allSatisfy(outcome -> assertThat(MadeProvider.sent(outcome)).isEqualTo("Bearer for-anna"));
        assertThat(bens).allSatisfy(outcome -> assertThat(MadeProvider.sent(outcome)).isEqualTo("Bearer for-ben"));
    }

    @Test
    void issuedTokenIsRenewedAheadAndNotGivenOutPastItsEnd() {
        at(0, "of-anna");
        give("first", 100);
        assertThat(MadeProvider.sent(at(80, "of-anna"))).isEqualTo("Bearer first");
        give("second", 100);
        assertThat(MadeProvider.sent(at(81, "of-anna"))).isEqualTo("Bearer second");
        assertThat(MadeProvider.now(at(181, "of-anna"))).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void endOfTheCallersTokenEndsTheIssuedOneWhichIsNotRenewedForIt() {
        CallerToken short1 = caller("of-anna", NOW.plusSeconds(30));
        tokens.obtain(short1, NOW);
        give("for-anna", 3600);
        assertThat(MadeProvider.sent(tokens.obtain(short1, NOW.plusMillis(29_999)))).isEqualTo("Bearer for-anna");
        assertThat(provider.requests).hasSize(1);
        assertThat(MadeProvider.now(tokens.obtain(short1, NOW.plusSeconds(30)))).isInstanceOf(TokenOutcome.Unavailable.class);
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void tokenThatIsAcceptedPastItsEndIsNotExchangedForEachRequest() {
        CallerToken past = caller("of-anna", NOW.minusSeconds(5));
        tokens.obtain(past, NOW);
        give("for-anna", 3600);
        for (int each = 0; each < 20; each++) {
            assertThat(MadeProvider.sent(tokens.obtain(past, NOW.plusMillis(each * 49L)))).isEqualTo("Bearer for-anna");
        }
        assertThat(provider.requests).hasSize(1);
        tokens.obtain(past, NOW.plusSeconds(1));
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void callersTokenWithoutAKnownEndLeavesTheIssuedOneItsOwn() {
        CallerToken endless = new CallerToken(Secret.ofText("opaque"), Optional.empty());
        tokens.obtain(endless, NOW);
        give("t", 100);
        assertThat(MadeProvider.sent(tokens.obtain(endless, NOW.plusSeconds(79)))).isEqualTo("Bearer t");
        assertThat(provider.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_request", "invalid_grant", "invalid_target", "invalid_scope"})
    void whatTheServerSaysOfTheCallerIsARefusalHeldForAPauseForThisCallerAlone(String error) {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        provider.decline(400, "{\"error\":\"" + error + "\",\"error_description\":\"of-anna\"}");
        assertThat(MadeProvider.now(anna)).isEqualTo(new TokenOutcome.Refused("the token endpoint says " + error));
        assertThat(MadeProvider.now(at(0, "of-anna"))).isInstanceOf(TokenOutcome.Refused.class);
        assertThat(provider.requests).hasSize(1);
        CompletionStage<TokenOutcome> ben = at(0, "of-ben");
        give("for-ben", 100);
        assertThat(MadeProvider.sent(ben)).isEqualTo("Bearer for-ben");
        CompletionStage<TokenOutcome> later = at(1, "of-anna");
        give("for-anna", 100);
        assertThat(MadeProvider.sent(later)).isEqualTo("Bearer for-anna");
    }

    @ParameterizedTest
    @CsvSource({"400,invalid_client", "401,invalid_client", "400,unauthorized_client", "400,unsupported_grant_type", "400,made_up"})
    void whatItSaysOfTheGatewayIsNoCallersFault(int status, String error) {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        provider.decline(status, "{\"error\":\"" + error + "\"}");
        assertThat(MadeProvider.now(anna)).isEqualTo(new TokenOutcome.Unavailable("the token endpoint refuses the gateway, with " + status + ": " + error));
    }

    @Test
    void serverThatIsDownIsNoCallersFault() {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        provider.fail();
        assertThat(MadeProvider.now(anna)).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:ietf:params:oauth:token-type:refresh_token", "urn:ietf:params:oauth:token-type:id_token", "access_token", ""})
    void tokenOfAnotherKindDoesNotGoUp(String kind) {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        give("t", 100, kind);
        assertThat(MadeProvider.now(anna)).isInstanceOf(TokenOutcome.Unavailable.class);
    }

    @Test
    void kindMustBeSaidAndBeTheOneThatWasAskedFor() {
        CompletionStage<TokenOutcome> unsaid = at(0, "of-anna");
        provider.give("t", 100);
        assertThat(MadeProvider.now(unsaid)).isInstanceOf(TokenOutcome.Unavailable.class);
        ExchangedTokens jwts = new ExchangedTokens(provider.endpoint(), Map.of(), Optional.of(JWT));
        CompletionStage<TokenOutcome> other = jwts.obtain(caller("of-anna", NOW.plusSeconds(600)), NOW);
        give("t", 100, ACCESS_TOKEN);
        assertThat(MadeProvider.now(other)).isInstanceOf(TokenOutcome.Unavailable.class);
        CompletionStage<TokenOutcome> fit = jwts.obtain(caller("of-ben", NOW.plusSeconds(600)), NOW);
        give("t", 100, JWT);
        assertThat(MadeProvider.sent(fit)).isEqualTo("Bearer t");
    }

    @Test
    void refusedTokenIsReplacedForItsOwnCaller() {
        CompletionStage<TokenOutcome> anna = at(0, "of-anna");
        give("first", 100);
        CompletionStage<TokenOutcome> another = MadeProvider.lent(anna).another(NOW.plusSeconds(10)).orElseThrow();
        assertThat(provider.form()).contains("subject_token=of-anna&");
        give("second", 100);
        assertThat(MadeProvider.sent(another)).isEqualTo("Bearer second");
        assertThat(MadeProvider.sent(at(11, "of-anna"))).isEqualTo("Bearer second");
    }

    @Test
    void noTokenIsPrinted() {
        CallerToken anna = caller("of-anna", NOW);
        assertThat(anna.toString() + anna.fingerprint()).doesNotContain("of-anna");
    }
}
