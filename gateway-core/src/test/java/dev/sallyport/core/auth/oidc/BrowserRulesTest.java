package dev.sallyport.core.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
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

class BrowserRulesTest {
    private static final Instant NOW = Requests.NOW;
    private static final OidcRules RULES = new OidcRules(
            "people", "https://idp.example", "gateway", List.of("openid"), new OidcRules.Paths("/cb", "/out", "/back", "/"),
            Set.of(JwsAlgorithm.ES256), Duration.ofSeconds(30), OidcRules.UserInformation.NOT_ASKED, OidcRules.AccessToken.WITHHELD);

    /** method, fields as name=value;…, whether the session may be used. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET     | -                                                    | true",
        "GET     | Sec-Fetch-Site=cross-site                            | true",
        "HEAD    | Sec-Fetch-Site=cross-site                            | true",
        "OPTIONS | Sec-Fetch-Site=cross-site                            | true",
        "POST    | Sec-Fetch-Site=same-origin                           | true",
        "POST    | Sec-Fetch-Site=none                                  | true",
        "POST    | Sec-Fetch-Site=same-site                             | false",
        "POST    | Sec-Fetch-Site=cross-site                            | false",
        "POST    | Sec-Fetch-Site=cross-site;Origin=https://api.example | false",
        "POST    | Sec-Fetch-Site=same-origin;Sec-Fetch-Site=cross-site | false",
        "POST    | Origin=https://api.example                           | true",
        "POST    | Origin=https://API.example                           | true",
        "POST    | Origin=http://api.example                            | false",
        "POST    | Origin=https://api.example:8443                      | false",
        "POST    | Origin=https://api.example.evil                      | false",
        "POST    | Origin=null                                          | false",
        "POST    | Origin=https://api.example;Origin=https://evil       | false",
        "POST    | -                                                    | false",
        "PUT     | -                                                    | false",
        "DELETE  | -                                                    | false",
        "PATCH   | -                                                    | false",
        "PURGE   | -                                                    | false",
        "GET     | Upgrade=websocket                                    | false",
        "GET     | Upgrade=websocket;Sec-Fetch-Site=cross-site          | false",
        "GET     | Upgrade=websocket;Origin=https://evil.example        | false",
        "GET     | Upgrade=websocket;Origin=https://api.example         | true",
        "GET     | Upgrade=websocket;Sec-Fetch-Site=same-origin         | true"})
    void pageOfAnotherSiteChangesNothing(String method, String fields, boolean allowed) {
        assertThat(CrossSiteDefence.allows(request(method, "/", fields))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET  | Sec-Fetch-Mode=navigate             | true",
        "GET  | Sec-Fetch-Mode=cors;Accept=text/html | false",
        "GET  | Sec-Fetch-Mode=no-cors              | false",
        "GET  | Accept=text/html,*/*;q=0.1          | true",
        "GET  | Accept=application/json             | false",
        "GET  | -                                   | false",
        "HEAD | Sec-Fetch-Mode=navigate             | false",
        "POST | Sec-Fetch-Mode=navigate             | false",
        "GET  | Accept=text/html;Upgrade=websocket  | false"})
    void navigationsAloneAreLedElsewhere(String method, String fields, boolean navigates) {
        assertThat(Navigation.is(request(method, "/", fields))).isEqualTo(navigates);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "//evil.example/x", "///evil.example", "/%09/evil.example"})
    void browserNeverComesBackToAnotherHost(String target) {
        assertThat(SignIn.returnTo(request("GET", target.replace("%09", "."), "-"))).startsWith("/").doesNotStartWith("//").doesNotContain("\\");
    }

    @Test
    void browserComesBackToThePageThatItAskedFor() {
        assertThat(SignIn.returnTo(request("GET", "/app/a%20b?x=1&y=%2F", "-"))).isEqualTo("/app/a%20b?x=1&y=%2F");
        assertThat(SignIn.returnTo(request("GET", "/app?x=" + "y".repeat(SignIn.MAX_RETURN), "-"))).isEqualTo("/");
        assertThat(SignIn.returnTo(request("GET", "/app?x=\\evil", "-"))).isEqualTo("/");
    }

    @Test
    void siteThatABrowserIsSentOnToIsNotToldWhereItWas() {
        List<ResponseField> more = List.of(new ResponseField("Set-Cookie", "a=b"));
        assertThat(LocalResponse.redirect(303, "/app?x=1", more).fields()).containsExactly(
                new ResponseField("Location", "/app?x=1"), new ResponseField("Cache-Control", "no-store"),
                new ResponseField("Referrer-Policy", "no-referrer"), new ResponseField("Set-Cookie", "a=b"));
    }

    @Test
    void sealedAttemptOpensInItsPlaceAndNowhereElse() {
        AttemptSeal seal = new AttemptSeal();
        String sealed = seal.seal("text", "here");
        assertThat(seal.open(sealed, "here")).contains("text");
        assertThat(seal.open(sealed, "there")).isEmpty();
        assertThat(new AttemptSeal().open(sealed, "here")).isEmpty();
        assertThat(seal.seal("text", "here")).isNotEqualTo(sealed);
        for (int index = 0; index < sealed.length(); index++) {
            char other = sealed.charAt(index) == 'A' ? 'B' : 'A';
            String altered = sealed.substring(0, index) + other + sealed.substring(index + 1);
            // The last character may hold bits that mean nothing.
            if (index < sealed.length() - 1) {
                assertThat(seal.open(altered, "here")).isEmpty();
            }
        }
        for (String forged : List.of("", "A", "é", "A".repeat(16), sealed.substring(0, 20))) {
            assertThat(seal.open(forged, "here")).as(forged).isEmpty();
        }
    }

    @Test
    void attemptIsReadAsItWasWritten() {
        SignInAttempt attempt = SignInAttempt.begin("https://api.example/cb", "/app?x=1", NOW);
        assertThat(SignInAttempt.read(attempt.write())).contains(attempt);
        assertThat(attempt.isAnsweredBy(attempt.state(), NOW)).isTrue();
        assertThat(attempt.isAnsweredBy(attempt.state(), NOW.plus(SignInAttempt.LIFETIME))).isFalse();
        assertThat(attempt.isAnsweredBy(attempt.nonce(), NOW)).isFalse();
        assertThat(attempt.toString()).doesNotContain(attempt.state(), attempt.nonce(), attempt.verifier());
    }

    @Test
    void idTokenOfTheAttemptHolds() {
        assertThat(check(Map.of())).isInstanceOf(IdTokenCheck.Checked.Valid.class);
        assertThat(check(Map.of("aud", List.of("gateway", "other"), "azp", "gateway"))).isInstanceOf(IdTokenCheck.Checked.Valid.class);
        // The left half of SHA-256("access"), base64url.
        assertThat(check(Map.of("at_hash", "oFYf1knNtrqnhAVfBRuteQ"))).isInstanceOf(IdTokenCheck.Checked.Valid.class);
    }

    /** claim, its JSON-like value. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "aud | other", "aud | gateway2", "azp | other", "nonce | other", "sub | ''", "events | x", "at_hash | AAAA", "exp | past", "iat | future",
        "aud | several", "exp | missing", "iat | missing", "nonce | missing", "sub | missing", "aud | missing", "exp | text", "typ | at+jwt",
        "typ | logout+jwt"})
    void idTokenThatDoesNotHoldIsRefused(String claim, String value) {
        Map<String, Object> claims = new HashMap<>();
        claims.put(claim, switch (value) {
            case "past" -> NOW.minusSeconds(31).getEpochSecond();
            case "future" -> NOW.plusSeconds(31).getEpochSecond();
            case "several" -> List.of("gateway", "other");
            case "text" -> "2030-01-01";
            case "missing" -> "";
            default -> value;
        });
        assertThat(value.equals("missing") ? checkWithout(claim) : check(claims)).isInstanceOf(IdTokenCheck.Checked.Invalid.class);
    }

    private static IdTokenCheck.Checked check(Map<String, Object> other) {
        Map<String, Object> claims = claims();
        claims.putAll(other);
        return check(claims, Optional.ofNullable((String) claims.remove("typ")));
    }

    private static IdTokenCheck.Checked checkWithout(String claim) {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        return check(claims, Optional.empty());
    }

    private static IdTokenCheck.Checked check(Map<String, Object> claims, Optional<String> type) {
        CompactJws jws = new CompactJws("ES256", Optional.empty(), type, new byte[0], claims, new byte[0]);
        return new IdTokenCheck(RULES).check(jws, Optional.of("n-1"), "access", NOW);
    }

    private static Map<String, Object> claims() {
        return new HashMap<>(Map.of(
                "iss", "https://idp.example", "sub", "ada", "aud", "gateway", "nonce", "n-1",
                "iat", NOW.getEpochSecond(), "exp", NOW.plusSeconds(60).getEpochSecond()));
    }

    private static RequestView request(String method, String target, String fields) {
        String[] namesAndValues = fields.equals("-") ? new String[0] : fields.strip().replace("text/html;", "text/html|").split("[=;|]");
        RequestView get = Requests.get(target, namesAndValues);
        return new RequestView(Requests.head(method, "api.example", target, namesAndValues), get.peer(), NOW);
    }
}
