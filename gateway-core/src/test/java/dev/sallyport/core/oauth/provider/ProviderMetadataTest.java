package dev.sallyport.core.oauth.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.oauth.provider.ProviderMetadata.Read;
import dev.sallyport.core.oauth.provider.ProviderMetadata.Transport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderMetadataTest {
    private static final String REST = """
            "authorization_endpoint":"https://idp.example/authorize","token_endpoint":"https://idp.example/token"}""";

    private static Read read(String members) {
        return ProviderMetadata.read(("{" + members + REST).getBytes(StandardCharsets.UTF_8), "https://idp.example", Transport.HTTPS_ONLY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"plain\"]", "[\"s256\"]", "[[\"S256\"]]", "\"S256\"", "null", "{\"S256\":true}", "true"})
    void providerThatSaysItTakesNoHashedChallengeIsNotUsed(String methods) {
        assertThat(read("\"issuer\":\"https://idp.example\",\"code_challenge_methods_supported\":" + methods + ",")).isInstanceOf(Read.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"code_challenge_methods_supported\":[\"plain\",\"S256\"],"})
    void providerThatTakesThemOrSaysNothingOfThemIsUsed(String methods) {
        assertThat(read("\"issuer\":\"https://idp.example\"," + methods)).isInstanceOf(Read.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"issuer\":\"https://idp.example/\",", "\"issuer\":\"https://IDP.example\",", "\"issuer\":null,", "\"issuer\":[\"https://idp.example\"],"})
    void documentOfAnotherIssuerIsNotUsed(String issuer) {
        assertThat(read(issuer)).isInstanceOf(Read.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://idp.example/end", "javascript:alert(1)", "https:///end", "https://idp.example/end#x", "https://idp example/"})
    void addressThatIsNoHttpsAddressSpoilsTheDocument(String address) {
        assertThat(read("\"issuer\":\"https://idp.example\",\"end_session_endpoint\":\"" + address + "\",")).isInstanceOf(Read.Invalid.class);
    }
}
