package dev.sallyport.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.TokenBounds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationRequestTest {
    private static final Instant NOW = Instant.parse("2026-11-28T19:00:00Z");
    private static final Optional<Duration> QUARTER = Optional.of(Duration.ofMinutes(15));

    @Test
    void tokenStaysCalledBackUntilTheLastThatIsOutHasEnded() {
        String json = "{\"jti\":\"j\"}";
        assertThat(asked(json, QUARTER, QUARTER)).isEqualTo(Revocation.token("j", NOW.plus(QUARTER.get())));
        assertThat(asked(json, Optional.empty(), QUARTER)).isEqualTo(Revocation.token("j", Instant.MAX));
    }

    /** Tokens may be issued for it as long as nobody tells the provider. */
    @Test
    void sessionWithoutAnEndStaysCalledBack() {
        assertThat(asked("{\"session\":\"s\"}", QUARTER, QUARTER)).isEqualTo(Revocation.session("s", Instant.MAX));
        assertThat(asked("{\"session\":\"s\",\"until\":\"" + NOW.plusSeconds(60) + "\"}", QUARTER, QUARTER)).isEqualTo(Revocation.session("s", NOW.plusSeconds(60)));
    }

    /** A clock may be wrong by so much, or a time zone by hours: whoever called would believe that something is safe. */
    @Test
    void endInThePastIsRefusedUnlessSuchTokensAreTakenStill() {
        for (String form : List.of("jti", "session")) {
            String json = "{\"" + form + "\":\"a\",\"until\":\"%s\"}";
            assertThat(read(json.formatted(NOW.minusSeconds(31)), QUARTER, QUARTER)).isInstanceOf(RevocationRequest.Malformed.class);
            assertThat(asked(json.formatted(NOW.minusSeconds(30)), QUARTER, QUARTER).at()).isEqualTo(NOW.minusSeconds(30));
        }
    }

    /** Beside introspection alone the entry stays, as the provider is told nothing. */
    @Test
    void subjectAndClientAreCalledBackWhereSignedTokensHaveALongestLifetime() {
        for (String json : List.of("{\"subject\":\"a\"}", "{\"client\":\"a\",\"issuedBefore\":\"" + NOW + "\"}")) {
            assertThat(read(json, Optional.empty(), Optional.empty())).isInstanceOfSatisfying(
                    RevocationRequest.Malformed.class, refused -> assertThat(refused.why()).contains("`jwt.maxLifetime`"));
            assertThat(read(json, Optional.empty(), QUARTER)).isInstanceOf(RevocationRequest.Asked.class);
        }
        assertThat(read("{\"jti\":\"a\"}", Optional.empty(), Optional.empty())).isInstanceOf(RevocationRequest.Asked.class);
    }

    @Test
    void whatWasIssuedBeforeNowIsCalledBackByDefault() {
        assertThat(asked("{\"subject\":\"a\"}", QUARTER, QUARTER).at()).isEqualTo(NOW);
        assertThat(asked("{\"client\":\"a\"}", QUARTER, QUARTER).at()).isEqualTo(NOW);
    }

    @Test
    void keyIsThatOfOneIssuerWhereOneIsNamed() {
        assertThat(asked("{\"keyId\":\"k\"}", QUARTER, QUARTER)).isEqualTo(Revocation.key("k"));
        assertThat(asked("{\"keyId\":\"k\",\"issuer\":\"https://a.example\"}", QUARTER, QUARTER)).isEqualTo(Revocation.key("k of https://a.example"));
    }

    private static Revocation asked(String json, Optional<Duration> longestLifetime, Optional<Duration> longestTrust) {
        return ((RevocationRequest.Asked) read(json, longestLifetime, longestTrust)).revocation();
    }

    private static RevocationRequest read(String json, Optional<Duration> longestLifetime, Optional<Duration> longestTrust) {
        TokenBounds bounds = new TokenBounds(longestLifetime, longestTrust, Duration.ofSeconds(30));
        return RevocationRequest.read(json.getBytes(StandardCharsets.UTF_8), new Revocations(RevocationList.NONE, Optional.empty(), bounds), NOW);
    }
}
