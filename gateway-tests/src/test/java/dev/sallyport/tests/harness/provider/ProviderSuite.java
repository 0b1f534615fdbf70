package dev.sallyport.tests.harness.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tests.harness.RawClient;
import dev.sallyport.tests.harness.Reply;
import dev.sallyport.tests.harness.Requests;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken;
import dev.sallyport.tests.harness.provider.Misbehaviour.Broken.How;
import dev.sallyport.tests.harness.provider.Misbehaviour.Endpoint;
import dev.sallyport.tests.harness.token.DpopProofs;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The provider is judged, for one that lets everything pass would show nothing. */
final class ProviderSuite {
    private static final String VERIFIER = "verifier-0123456789-0123456789-0123456789-0123";
    private static final String CALLBACK = "https://api.example.com/oauth2/callback";
    private final OpenIdProvider provider = new OpenIdProvider();

    @AfterEach
    void stop() {
        provider.close();
    }

    private Reply send(String method, String target, String content, String... fields) {
        try (RawClient client = RawClient.plain(provider.port())) {
            return client.exchange(Requests.lines(method + " " + target + " HTTP/1.1", "Host: localhost", "Content-Length: " + content.length(), String.join("\r\n", fields)) + content);
        }
    }

    private Reply token(String form) {
        String pair = encoded(OpenIdProvider.CLIENT_ID) + ":" + encoded(OpenIdProvider.CLIENT_SECRET);
        return send("POST", "/token", form, "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private String code() {
        Reply reply = send("GET", "/authorize?response_type=code&client_id=gateway&redirect_uri=" + encoded(CALLBACK) + "&scope=openid&state=s+1&nonce=n1&code_challenge_method=S256"
                + "&code_challenge=" + DpopProofs.sha256(VERIFIER), "");
        String location = reply.field("Location").orElseThrow();
        assertThat(location).startsWith(CALLBACK + "?");
        assertThat(ProviderCall.parameters(URI.create(location).getRawQuery())).containsEntry("state", "s 1").containsEntry("iss", provider.issuer());
        return ProviderCall.parameters(URI.create(location).getRawQuery()).getOrDefault("code", "");
    }

    private static String redeeming(String code, String verifier) {
        return "grant_type=authorization_code&code=" + code + "&redirect_uri=" + encoded(CALLBACK) + "&code_verifier=" + verifier;
    }

    private static String refreshing(Reply tokens) {
        return "grant_type=refresh_token&refresh_token=" + tokens.json().path("refresh_token").asText();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void codeIsTakenOnceWithItsVerifierAndByItsClient() {
        String code = code();
        Reply tokens = token(redeeming(code, VERIFIER));
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.json().path("id_token").asText().split("\\.", -1)).hasSize(3);
        assertThat(token(redeeming(code, VERIFIER)).json().path("error").asText()).isEqualTo("invalid_grant");
        assertThat(token(redeeming(code(), "x".repeat(43))).json().path("error").asText()).isEqualTo("invalid_grant");
        assertThat(send("POST", "/token", redeeming(code(), VERIFIER)).status()).isEqualTo(401);
        provider.misbehave(Misbehaviour.Grants.CODES_LAST);
        String lasting = code();
        assertThat(token(redeeming(lasting, VERIFIER)).status()).isEqualTo(200);
        assertThat(token(redeeming(lasting, VERIFIER)).status()).isEqualTo(200);
    }

    @Test
    void refreshTokenThatComesTwiceEndsItsFamily() {
        Reply first = token(redeeming(code(), VERIFIER));
        Reply second = token(refreshing(first));
        assertThat(second.status()).isEqualTo(200);
        assertThat(token(refreshing(first)).status()).isEqualTo(400);
        assertThat(token(refreshing(second)).status()).isEqualTo(400);
        assertThat(provider.refreshTokensReused()).isEqualTo(1);
        assertThat(provider.granted("refresh_token")).hasSize(3);
    }

    @Test
    void holderOfAnAccessTokenIsTold() {
        Reply tokens = token(redeeming(code(), VERIFIER));
        String bearer = "Authorization: Bearer " + tokens.json().path("access_token").asText();
        assertThat(send("GET", "/userinfo", "", bearer).json().path("sub").asText()).isEqualTo("alice");
        assertThat(send("GET", "/userinfo", "", "Authorization: Bearer x").status()).isEqualTo(401);
    }

    @Test
    void brokenEndpointsAreBrokenAsTheySay() {
        for (How how : How.values()) {
            provider.misbehave(new Broken(Endpoint.DISCOVERY, how));
            if (how == How.HANGS_UP) {
                assertThatThrownBy(() -> send("GET", "/.well-known/openid-configuration", "")).isInstanceOf(UncheckedIOException.class);
            } else {
                Reply reply = send("GET", "/.well-known/openid-configuration", "");
                assertThat(reply.status() == 200 && reply.text().length() < 5_000 && reply.text().endsWith("}") && how != How.NAMES_A_MEMBER_TWICE).as(how.name()).isFalse();
            }
            provider.behave();
            assertThat(send("GET", "/jwks", "").json().path("keys")).hasSize(3);
        }
    }

    @Test
    void providerDiesAndComesBackOnItsPort() {
        provider.die();
        assertThatThrownBy(() -> send("GET", "/jwks", "")).isInstanceOf(UncheckedIOException.class);
        provider.comeBack();
        assertThat(send("GET", "/jwks", "").status()).isEqualTo(200);
    }
}
