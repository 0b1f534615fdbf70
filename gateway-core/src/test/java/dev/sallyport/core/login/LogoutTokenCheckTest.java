package dev.sallyport.core.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.login.LogoutTokenCheck.Checked;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogoutTokenCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final OidcRules RULES = new OidcRules(
            "people", "https://idp.example", "gateway", List.of("openid"), new OidcRules.Paths("/cb", "/out", "/back", "/"),
            Set.of(JwsAlgorithm.ES256), Duration.ofSeconds(30), OidcRules.UserInformation.NOT_ASKED, OidcRules.AccessToken.WITHHELD);

    @Test
    void tokenNamesASessionOrASubject() {
        assertThat(check(claims(), "logout+jwt")).isInstanceOfSatisfying(Checked.Valid.class, valid -> {
            assertThat(valid.providerSession()).contains("s1");
            assertThat(valid.until()).isEqualTo(NOW.plusSeconds(60 + 30));
        });
        Map<String, Object> ofSubject = claims();
        ofSubject.remove("sid");
        ofSubject.put("sub", "ada");
        assertThat(check(ofSubject, "JWT")).isInstanceOfSatisfying(Checked.Valid.class, valid -> assertThat(valid.subject()).contains("ada"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jti", "iat", "exp", "events", "aud", "sid"})
    void whatIsRequiredIsRequired(String claim) {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        assertThat(check(claims, "logout+jwt")).isInstanceOf(Checked.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({"nonce,n", "aud,other", "events,text", "sid,''", "jti,''"})
    void whatPassesForAnotherTokenIsRefused(String claim, String value) {
        Map<String, Object> claims = claims();
        claims.put(claim, value);
        assertThat(check(claims, "logout+jwt")).isInstanceOf(Checked.Invalid.class);
    }

    @Test
    void eventIsAnObjectUnderItsOwnName() {
        for (Object events : List.of(Map.of(), Map.of(EVENT, "x"), Map.of(EVENT + "2", Map.of()))) {
            Map<String, Object> claims = claims();
            claims.put("events", events);
            assertThat(check(claims, "logout+jwt")).isInstanceOf(Checked.Invalid.class);
        }
    }

    @Test
    void tokenIsOfNowAndOfItsKind() {
        assertThat(check(claims(), "at+jwt")).isInstanceOf(Checked.Invalid.class);
        Map<String, Object> ended = claims();
        ended.put("exp", NOW.minusSeconds(31).getEpochSecond());
        assertThat(check(ended, "logout+jwt")).isInstanceOf(Checked.Invalid.class);
        Map<String, Object> old = claims();
        old.put("iat", NOW.minusSeconds(700).getEpochSecond());
        old.put("exp", NOW.plusSeconds(700).getEpochSecond());
        assertThat(check(old, "logout+jwt")).isInstanceOf(Checked.Invalid.class);
    }

    private static Checked check(Map<String, Object> claims, String type) {
        return new LogoutTokenCheck(RULES).check(new CompactJws("ES256", Optional.empty(), Optional.of(type), new byte[0], claims, new byte[0]), NOW);
    }

    private static Map<String, Object> claims() {
        return new HashMap<>(Map.of(
                "iss", "https://idp.example", "aud", "gateway", "jti", "l-1", "sid", "s1", "events", Map.of(EVENT, Map.of()),
                "iat", NOW.getEpochSecond(), "exp", NOW.plusSeconds(60).getEpochSecond()));
    }
}
