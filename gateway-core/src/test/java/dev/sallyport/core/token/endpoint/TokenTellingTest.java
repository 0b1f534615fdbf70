package dev.sallyport.core.token.endpoint;

import static dev.sallyport.core.token.endpoint.MadeTokenService.ISSUER;
import static dev.sallyport.core.token.endpoint.MadeTokenService.ORDERS;
import static dev.sallyport.core.token.endpoint.MadeTokenService.SECRET;
import static dev.sallyport.core.token.endpoint.MadeTokenService.STOCK;
import static dev.sallyport.core.token.endpoint.MadeTokenService.given;
import static dev.sallyport.core.token.endpoint.MadeTokenService.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.endpoint.ServerMetadata.Grants;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is called back, and what is told of tokens. */
class TokenTellingTest {
    private static final Map<String, Object> INACTIVE = Map.of("active", false);

    private final MadeTokenService service = new MadeTokenService();

    private static String of(String client) {
        return "client_id=" + client + "&client_secret=" + SECRET;
    }

    private Map<String, Object> issued(String client) {
        return given(service.ask(ServerUrls.TOKEN, of(client) + "&grant_type=client_credentials&resource=" + ORDERS));
    }

    private static String access(Map<String, Object> issued) {
        return String.valueOf(issued.get("access_token"));
    }

    private static String refresh(Map<String, Object> issued) {
        return String.valueOf(issued.get("refresh_token"));
    }

    private Answer revoke(String client, String token) {
        return service.ask(ServerUrls.REVOCATION, of(client) + "&token=" + token);
    }

    private Map<String, Object> told(String client, String token) {
        return given(service.ask(ServerUrls.INTROSPECTION, of(client) + "&token=" + token));
    }

    private Answer refreshed(String token) {
        return service.ask(ServerUrls.TOKEN, of("app") + "&grant_type=refresh_token&refresh_token=" + token);
    }

    @Test
    void activeTokenIsToldToItsClientAndToWhoeverMayAskAboutItsAudience() {
        String token = access(issued("app"));
        for (String asking : List.of("app", "watcher")) {
            assertThat(told(asking, token)).containsEntry("active", true).containsEntry("iss", ISSUER).containsEntry("client_id", "app")
                    .containsEntry("aud", ORDERS).containsEntry("scope", "read write").containsEntry("token_type", "Bearer").containsKeys("exp", "iat", "jti", "sub");
        }
        assertThat(told("plain", token)).isEqualTo(INACTIVE);
        String elsewhere = access(given(service.ask(ServerUrls.TOKEN, of("plain") + "&grant_type=client_credentials&resource=" + STOCK)));
        assertThat(told("watcher", elsewhere)).isEqualTo(INACTIVE);
    }

    @Test
    void refreshTokenIsToldToItsClientAloneAndWhileItIsTheGoodOne() {
        String token = refresh(issued("app"));
        assertThat(told("app", token)).containsEntry("active", true).containsEntry("client_id", "app").containsEntry("scope", "read write");
        assertThat(told("watcher", token)).isEqualTo(INACTIVE);
        String next = refresh(given(refreshed(token)));
        assertThat(told("app", token)).isEqualTo(INACTIVE);
        assertThat(told("app", next)).containsEntry("active", true);
    }

    @Test
    void whatIsNoTokenOfOursOrEndedIsNotActive() {
        String token = access(issued("app"));
        Map<String, Object> claims = new LinkedHashMap<>(Map.of(
                "iss", ISSUER, "client_id", "app", "sub", "app", "aud", ORDERS, "exp", service.now.getEpochSecond() + 60, "jti", "x"));
        assertThat(told("app", "nonsense")).isEqualTo(INACTIVE);
        assertThat(told("app", TokenSigner.generate("k").sign(claims))).isEqualTo(INACTIVE);
        assertThat(told("app", service.keys.current(service.now).sign("JWT", claims))).isEqualTo(INACTIVE);
        assertThat(told("app", service.keys.current(service.now).sign("at+jwt", claims))).containsEntry("active", true);
        String another = service.keys.current(service.now).sign("at+jwt", Map.of("x", 1));
        assertThat(told("app", token.substring(0, token.lastIndexOf('.')) + another.substring(another.lastIndexOf('.')))).isEqualTo(INACTIVE);
        claims.put("iss", "https://other.example");
        assertThat(told("app", service.keys.current(service.now).sign("at+jwt", claims))).isEqualTo(INACTIVE);
        service.now = service.now.plusSeconds(900);
        assertThat(told("app", token)).isEqualTo(INACTIVE);
    }

    @Test
    void tokenOfARevokedClientIsNotActive() {
        String token = access(issued("plain"));
        service.client(new ClientEntry("plain", new Proof.Secrets(List.of()), Set.of(ORDERS), Set.of(), Set.of(), RefreshTokens.NONE, Activity.REVOKED), service.means("plain"));
        assertThat(told("watcher", token)).isEqualTo(INACTIVE);
    }

    @Test
    void tokenOfAKeyThatWasCalledBackIsNotActive() {
        String token = access(issued("app"));
        String keyId = ((CompactJws.Parsed.Token) CompactJws.parse(token)).jws().keyId().orElseThrow();
        service.revocations().revoke(Revocation.key(keyId), service.now);
        assertThat(told("app", token)).isEqualTo(INACTIVE);
    }

    @Test
    void accessTokenThatWasCalledBackIsNotActiveAndNoOtherIsTouched() {
        Map<String, Object> one = issued("app");
        Map<String, Object> other = issued("app");
        assertThat(given(revoke("app", access(one)))).isEmpty();
        assertThat(told("app", access(one))).isEqualTo(INACTIVE);
        assertThat(told("app", access(other))).containsEntry("active", true);
        assertThat(given(refreshed(refresh(one)))).containsKey("access_token");
    }

    @Test
    void accessTokenThatIsTakenForTheSkewAfterItsEndIsCalledBackToo() {
        String token = access(issued("app"));
        service.now = service.now.plusSeconds(910);
        assertThat(told("app", token)).isEqualTo(INACTIVE);
        assertThat(given(revoke("app", token))).isEmpty();
        assertThat(service.ledger.orElseThrow().all()).singleElement().satisfies(revocation -> assertThat(
                service.revocations().covers(List.of(new RevocationHandle.TokenId(revocation.name())), service.now)).isTrue());
        service.now = service.now.plus(Revocations.GRACE);
        assertThat(given(revoke("app", access(issued("app"))))).isEmpty();
        assertThat(service.ledger.orElseThrow().all()).hasSize(1);
    }

    @Test
    void refreshTokenOfACalledBackClientIsNotActive() {
        String token = refresh(issued("app"));
        assertThat(told("app", token)).containsEntry("active", true);
        service.now = service.now.plusSeconds(2);
        service.revocations().revoke(Revocation.client("app", service.now), service.now);
        assertThat(told("app", token)).isEqualTo(INACTIVE);
    }

    @Test
    void refreshTokenTakesAllThatCameOfItsGrantWithIt() {
        Map<String, Object> first = issued("app");
        Map<String, Object> second = given(refreshed(refresh(first)));
        // One that was replaced does too: whoever has it had the family.
        assertThat(given(revoke("app", refresh(first)))).isEmpty();
        assertThat(refused(refreshed(refresh(second))).reason()).isEqualTo(RejectReason.REFRESH_TOKEN_UNKNOWN);
        assertThat(told("app", access(first))).isEqualTo(INACTIVE);
        assertThat(told("watcher", access(second))).isEqualTo(INACTIVE);
        assertThat(service.ledger.orElseThrow().all()).hasSize(1);
    }

    @Test
    void nobodyCallsAnothersTokenBack() {
        Map<String, Object> issued = issued("app");
        assertThat(refused(revoke("plain", access(issued))).oauthError()).contains("invalid_grant");
        assertThat(given(revoke("plain", refresh(issued)))).isEmpty();
        assertThat(told("app", access(issued))).containsEntry("active", true);
        assertThat(given(refreshed(refresh(issued)))).containsKey("access_token");
    }

    @Test
    void whatIsNoTokenIsCalledBackAlready() {
        assertThat(given(revoke("app", "nonsense"))).isEmpty();
        assertThat(refused(service.ask(ServerUrls.REVOCATION, of("app"))).reason()).isEqualTo(RejectReason.OAUTH_REQUEST_MALFORMED);
        assertThat(refused(service.ask(ServerUrls.INTROSPECTION, of("app"))).reason()).isEqualTo(RejectReason.OAUTH_REQUEST_MALFORMED);
    }

    @Test
    void withoutAJournalAccessTokensAreNotCalledBackAndRefreshTokensAre() {
        service.ledger = Optional.empty();
        Map<String, Object> issued = issued("app");
        assertThat(refused(revoke("app", access(issued))).oauthError()).contains("unsupported_token_type");
        assertThat(given(revoke("app", refresh(issued)))).isEmpty();
        assertThat(refused(refreshed(refresh(issued))).reason()).isEqualTo(RejectReason.REFRESH_TOKEN_UNKNOWN);
    }

    @Test
    void nothingIsCalledBackThatIsNotKept() {
        Map<String, Object> issued = issued("app");
        service.journals.failure = Optional.of("full");
        assertThat(refused(revoke("app", access(issued))).reason()).isEqualTo(RejectReason.STATE_UNAVAILABLE);
        assertThat(refused(revoke("app", refresh(issued))).reason()).isEqualTo(RejectReason.STATE_UNAVAILABLE);
    }

    /** Not as if the disk had failed, and with what it may still do: nobody's room is filled but its own. */
    @Test
    void clientThatFilledItsRoomIsToldSoAndIsCalledBackAllTheSame() {
        Map<String, Object> issued = issued("app");
        String another = access(issued("plain"));
        for (int each = 0; each < RevocationLedger.MAX_PER_CLIENT; each++) {
            given(revoke("app", service.keys.current(service.now).sign("at+jwt", Map.of(
                    "iss", ISSUER, "client_id", "app", "sub", "app", "aud", ORDERS, "exp", service.now.getEpochSecond() + 60, "jti", "j" + each))));
        }
        for (String token : List.of(access(issued), refresh(issued))) {
            Rejection refused = refused(revoke("app", token));
            assertThat(refused.reason()).isEqualTo(RejectReason.STATE_UNAVAILABLE);
            assertThat(refused.logDetail()).contains("the bound on revocations is reached");
        }
        assertThat(given(revoke("plain", another))).isEmpty();
        service.revocations().revoke(Revocation.client("app", service.now.plusSeconds(2)), service.now);
        assertThat(service.revocations().covers(List.of(new RevocationHandle.ClientIssued("app", service.now)), service.now)).isTrue();
    }

    @Test
    void metadataNamesEndpointsOfTheIssuerAndNoAuthorizationEndpoint() {
        ServerUrls urls = new ServerUrls(URI.create("https://auth.example:8443/tenant"));
        Map<String, Object> metadata = StrictJson.object(ServerMetadata.of(urls, Grants.CLIENT_CREDENTIALS).json().getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(metadata).containsEntry("issuer", "https://auth.example:8443/tenant")
                .containsEntry("token_endpoint", "https://auth.example:8443/oauth2/token")
                .containsEntry("jwks_uri", "https://auth.example:8443/oauth2/jwks")
                .containsEntry("response_types_supported", List.of())
                .containsEntry("grant_types_supported", List.of("client_credentials"))
                .doesNotContainKey("authorization_endpoint");
        assertThat(urls.metadataPath()).isEqualTo("/.well-known/oauth-authorization-server/tenant");
        assertThat(new ServerUrls(URI.create("https://auth.example/")).metadataPath()).isEqualTo("/.well-known/oauth-authorization-server");
        for (String other : List.of("http://auth.example", "https:auth", "https://a@auth.example", "https://auth.example?a", "https://auth.example#a", "auth.example")) {
            assertThat(new ServerUrls(URI.create(other)).isIssuer()).as(other).isFalse();
        }
    }
}
