package dev.sallyport.core.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.oauth.provider.TokenResponse;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.state.session.SignedIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignedInUserTest {
    private static final Instant NOW = Requests.NOW;
    private static final OidcRules RULES = new OidcRules(
            "people", "https://idp.example", "gateway", List.of("openid"), new OidcRules.Paths("/cb", "/out", "/back", "/"),
            Set.of(JwsAlgorithm.ES256), Duration.ofSeconds(30), OidcRules.UserInformation.NOT_ASKED, OidcRules.AccessToken.WITHHELD);

    static SignedIn ada(Map<String, Object> claims, String accessToken, Optional<String> refreshToken) {
        Identity ada = new Identity(
                "ada", List.of(new Proof(AuthMethod.OIDC, "people")), Set.of(), Optional.empty(), Optional.empty(), claims, Optional.empty(), List.of());
        return new SignedIn(ada, NOW, Secret.ofText(accessToken), NOW, refreshToken.map(Secret::ofText));
    }

    private static Instant freshUntil(Optional<Duration> holds) {
        TokenResponse tokens = new TokenResponse(Secret.ofText("a"), holds, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new SignedInUser(RULES).renewed(ada(Map.of(), "a", Optional.of("r")), tokens, NOW).freshUntil();
    }

    @Test
    void accessTokenIsRenewedALittleAheadOfItsEnd() {
        assertThat(freshUntil(Optional.of(Duration.ofHours(1)))).isEqualTo(NOW.plusSeconds(3600 - 10));
        assertThat(freshUntil(Optional.of(Duration.ofSeconds(20)))).isEqualTo(NOW.plusSeconds(20 - 2));
    }

    @Test
    void accessTokenWhoseEndIsNotToldHasOneAllTheSame() {
        assertThat(freshUntil(Optional.empty())).isAfter(NOW).isBefore(NOW.plus(SignedInUser.UNTOLD));
    }
}
