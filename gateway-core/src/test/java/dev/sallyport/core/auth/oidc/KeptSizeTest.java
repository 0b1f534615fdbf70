package dev.sallyport.core.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.state.session.SignedIn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeptSizeTest {
    private static final String HALF = "x".repeat(KeptSize.MAX / 2);

    private static boolean fits(Map<String, Object> claims, String accessToken, String refreshToken) {
        return KeptSize.fits(SignedInUserTest.ada(claims, accessToken, Optional.of(refreshToken)));
    }

    @Test
    void tokensAndClaimsCountTogether() {
        assertThat(fits(Map.of(), HALF, "r")).isTrue();
        assertThat(fits(Map.of("name", HALF), "a", "r")).isTrue();
        assertThat(fits(Map.of(), HALF, HALF)).isFalse();
        assertThat(fits(Map.of("name", HALF), HALF, "r")).isFalse();
        assertThat(fits(Map.of("name", HALF), "a", HALF)).isFalse();
        assertThat(fits(Map.of("a", HALF, "b", HALF), "a", "r")).isFalse();
    }

    @Test
    void textIsFoundWhereverItStands() {
        for (Object nested : List.of(List.of(List.of(HALF)), Map.of("x", Map.of("y", HALF)), Map.of(HALF, 1), List.of(Map.of("z", List.of(HALF))))) {
            assertThat(fits(Map.of("a", nested), "a", "r")).isTrue();
            assertThat(fits(Map.of("a", nested, "b", nested), "a", "r")).isFalse();
        }
    }

    @Test
    void manySmallValuesAreALotToo() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("groups", new ArrayList<>(Collections.nCopies(KeptSize.MAX / 16, 1)));
        assertThat(fits(claims, "a", "r")).isFalse();
        claims.put("groups", List.of());
        SignedIn who = SignedInUserTest.ada(claims, "a", Optional.empty());
        assertThat(KeptSize.fits(who)).isTrue();
        assertThat(KeptSize.tooMuch(who)).doesNotContain("groups");
    }
}
