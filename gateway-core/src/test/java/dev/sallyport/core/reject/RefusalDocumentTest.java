package dev.sallyport.core.reject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RefusalDocumentTest {
    private static final Rejection PLAIN = Rejection.of(RejectReason.CREDENTIALS_MISSING, "nothing \"came\"");
    private static final Rejection OAUTH = PLAIN.withOAuthError("invalid_client").with("WWW-Authenticate", "Basic realm=\"x\"");

    private static String text(LocalResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void problemSaysTheCoarseCodeAlone() {
        LocalResponse told = ProblemDocument.coarse(PLAIN, "r1");
        assertThat(told.fields()).containsExactly(
                new ResponseField("Content-Type", "application/problem+json"), new ResponseField("Cache-Control", "no-store"),
                new ResponseField("Referrer-Policy", "no-referrer"));
        assertThat(text(told)).contains("\"code\":\"unauthorized\"").doesNotContain("nothing", "credentials_missing");
    }

    @Test
    void oauthClientIsToldTheErrorAloneAndNeverToKeepIt() {
        LocalResponse told = ProblemDocument.coarse(OAUTH, "r1");
        assertThat(told.status()).isEqualTo(401);
        assertThat(text(told)).isEqualTo("{\"error\":\"invalid_client\"}");
        assertThat(told.fields()).containsExactly(
                new ResponseField("WWW-Authenticate", "Basic realm=\"x\""), new ResponseField("Content-Type", "application/json"),
                new ResponseField("Cache-Control", "no-store"), new ResponseField("Pragma", "no-cache"));
    }

    @Test
    void descriptionHoldsNoCharacterThatOAuthForbids() {
        assertThat(text(ProblemDocument.detailed(OAUTH, "r1"))).startsWith("{\"error\":\"invalid_client\",\"error_description\":\"")
                .contains("nothing ?came?");
        Rejection odd = Rejection.of(RejectReason.CREDENTIALS_MISSING, "a\\b\u0001é").withOAuthError("invalid_client");
        assertThat(text(ProblemDocument.detailed(odd, "r1"))).endsWith("a?b??\"}");
    }

    @Test
    void sectionsOfStandardsAreNamedInWords() {
        Rejection reused = Rejection.of(RejectReason.REFRESH_TOKEN_REUSED, "of family `f`").withOAuthError("invalid_grant");
        assertThat(text(ProblemDocument.detailed(reused, "r1"))).contains("(RFC 9700 section 4.14.2)");
    }
}
