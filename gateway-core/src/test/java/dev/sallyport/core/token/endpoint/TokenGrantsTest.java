package dev.sallyport.core.token.endpoint;

import static dev.sallyport.core.token.endpoint.MadeTokenService.ISSUER;
import static dev.sallyport.core.token.endpoint.MadeTokenService.ORDERS;
import static dev.sallyport.core.token.endpoint.MadeTokenService.SECRET;
import static dev.sallyport.core.token.endpoint.MadeTokenService.STOCK;
import static dev.sallyport.core.token.endpoint.MadeTokenService.given;
import static dev.sallyport.core.token.endpoint.MadeTokenService.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.Revoker;
import dev.sallyport.core.token.client.ClientEntry.Activity;
import dev.sallyport.core.token.client.ClientEntry.Proof;
import dev.sallyport.core.token.client.ClientEntry.RefreshTokens;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenGrantsTest {
    private static final String APP = "client_id=app&client_secret=" + SECRET;
    private static final String PLAIN = "client_id=plain&client_secret=" + SECRET;

    private final MadeTokenService service = new MadeTokenService();

    private Answer grant(String form) {
        return service.ask(ServerUrls.TOKEN, form);
    }

    private Map<String, Object> issued(String form) {
        return given(grant(form));
    }

    private String refreshToken(String form) {
        return String.valueOf(issued(form).get("refresh_token"));
    }

    private Answer refresh(String token) {
        return grant(APP + "&grant_type=refresh_token&refresh_token=" + token);
    }

    private static Map<String, Object> claims(Map<String, Object> issued) {
        return jws(issued).claims();
    }

    private static CompactJws jws(Map<String, Object> issued) {
        return ((CompactJws.Parsed.Token) CompactJws.parse(String.valueOf(issued.get("access_token")))).jws();
    }

    private static long seconds(CompactJws jws, String claim) {
        return jws.claims().get(claim) instanceof Number seconds ? seconds.longValue() : 0;
    }

    private static void assertRefused(Answer answer, RejectReason reason, String error) {
        Rejection rejection = refused(answer);
        assertThat(rejection.reason()).as(rejection.logDetail()).isEqualTo(reason);
        assertThat(rejection.status()).isEqualTo(400);
        assertThat(rejection.oauthError()).contains(error);
    }

    @Test
    void accessTokenIsOneOfRfc9068AndVerifiesUnderThePublishedKey() {
        Map<String, Object> issued = issued(PLAIN + "&grant_type=client_credentials&scope=read&resource=" + STOCK);
        assertThat(issued).containsEntry("token_type", "Bearer").containsEntry("expires_in", 900).containsEntry("scope", "read").doesNotContainKey("refresh_token");
        CompactJws jws = jws(issued);
        assertThat(jws.type()).contains("at+jwt");
        assertThat(JwsVerifier.verifies(service.keys.current(service.now).verification(), jws)).isTrue();
        assertThat(jws.claims().keySet()).containsExactlyInAnyOrder("iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope");
        assertThat(jws.claims())
                .containsEntry("iss", ISSUER).containsEntry("sub", "plain").containsEntry("client_id", "plain").containsEntry("aud", STOCK)
                .containsEntry("scope", "read");
        assertThat(seconds(jws, "exp") - seconds(jws, "iat")).isEqualTo(900);
    }

    @Test
    void answerIsForNoCacheAndTheLogKnowsWhoGotWhat() {
        Answer.Given answer = (Answer.Given) grant(APP + "&grant_type=client_credentials");
        assertThat(answer.response().fields()).contains(new ResponseField("Cache-Control", "no-store"), new ResponseField("Pragma", "no-cache"));
        assertThat(answer.caller().orElseThrow().subject()).isEqualTo("app");
        assertThat(answer.caller().orElseThrow().credentialId()).contains(String.valueOf(claims(given(answer)).get("jti")));
        assertThat(answer.caller().orElseThrow().detail()).contains("client_secret_post").doesNotContain(SECRET);
    }

    @Test
    void twoTokensHaveTwoIds() {
        assertThat(claims(issued(APP + "&grant_type=client_credentials")).get("jti"))
                .isNotEqualTo(claims(issued(APP + "&grant_type=client_credentials")).get("jti"));
    }

    @Test
    void allScopesAndTheOnlyAudienceAreGivenWhereNothingIsAsked() {
        assertThat(claims(issued(APP + "&grant_type=client_credentials"))).containsEntry("scope", "read write").containsEntry("aud", ORDERS);
    }

    @Test
    void severalAudiencesAreGivenWhereTheyAreAsked() {
        Object audience = claims(issued(PLAIN + "&grant_type=client_credentials&resource=" + ORDERS + "&resource=" + STOCK)).get("aud");
        assertThat((Collection<?>) audience).isEqualTo(List.of(ORDERS, STOCK));
        assertThat(claims(issued(PLAIN + "&grant_type=client_credentials&audience=" + ORDERS))).containsEntry("aud", ORDERS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "resource=https://api.example/stock&scope=read+admin | GRANT_SCOPE_NOT_ALLOWED | invalid_scope",
        "resource=https://api.example/stock&scope=READ | GRANT_SCOPE_NOT_ALLOWED | invalid_scope",
        "resource=https://api.example/other | GRANT_TARGET_NOT_ALLOWED | invalid_target",
        "resource=https://api.example/orders%23a | GRANT_TARGET_NOT_ALLOWED | invalid_target",
        "audience=https://api.example/stock&resource=https://api.example/other | GRANT_TARGET_NOT_ALLOWED | invalid_target",
        "resource= | GRANT_TARGET_NOT_ALLOWED | invalid_target"})
    void moreThanTheClientMayIsRefusedAndNotCut(String asked, RejectReason reason, String error) {
        assertRefused(grant(PLAIN + "&grant_type=client_credentials&" + asked), reason, error);
    }

    @Test
    void ofSeveralAudiencesOneMustBeNamed() {
        assertRefused(grant(PLAIN + "&grant_type=client_credentials"), RejectReason.GRANT_TARGET_NOT_ALLOWED, "invalid_target");
    }

    @Test
    void resourceThatIsNoUriIsRefusedThoughItIsAnAudience() {
        service.client(new ClientEntry("plain", new Proof.Secrets(List.of()), Set.of("orders"), Set.of(), Set.of(), RefreshTokens.NONE, Activity.ACTIVE), service.means("plain"));
        assertRefused(grant(PLAIN + "&grant_type=client_credentials&resource=orders"), RejectReason.GRANT_TARGET_NOT_ALLOWED, "invalid_target");
        assertThat(claims(issued(PLAIN + "&grant_type=client_credentials&audience=orders"))).containsEntry("aud", "orders").doesNotContainKey("scope");
    }

    @Test
    void grantThatTheClientIsNotRegisteredForIsRefused() {
        assertRefused(grant("client_id=watcher&client_secret=" + SECRET + "&grant_type=client_credentials"), RejectReason.GRANT_NOT_ALLOWED, "unauthorized_client");
        assertRefused(grant(PLAIN + "&grant_type=refresh_token&refresh_token=x"), RejectReason.GRANT_NOT_ALLOWED, "unauthorized_client");
        assertRefused(grant(PLAIN + "&grant_type=password"), RejectReason.GRANT_TYPE_UNSUPPORTED, "unsupported_grant_type");
        assertRefused(grant(PLAIN), RejectReason.OAUTH_REQUEST_MALFORMED, "invalid_request");
        assertRefused(grant(APP + "&grant_type=refresh_token"), RejectReason.OAUTH_REQUEST_MALFORMED, "invalid_request");
    }

    @Test
    void refreshTokenIsReplacedEachTimeAndTheAccessTokensAreOfOneSession() {
        Map<String, Object> first = issued(APP + "&grant_type=client_credentials&scope=read");
        Map<String, Object> second = given(refresh(String.valueOf(first.get("refresh_token"))));
        assertThat(second.get("refresh_token")).isNotEqualTo(first.get("refresh_token"));
        assertThat(second).containsEntry("scope", "read").containsEntry("expires_in", 900);
        assertThat(claims(second).get("sid")).isEqualTo(claims(first).get("sid"));
        assertThat(claims(second).get("jti")).isNotEqualTo(claims(first).get("jti"));
    }

    @Test
    void replacedRefreshTokenCallsBackAllThatCameOfItsGrant() {
        Map<String, Object> first = issued(APP + "&grant_type=client_credentials");
        String spent = String.valueOf(first.get("refresh_token"));
        String next = String.valueOf(given(refresh(spent)).get("refresh_token"));
        assertRefused(refresh(spent + "&scope=none"), RejectReason.REFRESH_TOKEN_REUSED, "invalid_grant");
        assertRefused(refresh(next), RejectReason.REFRESH_TOKEN_UNKNOWN, "invalid_grant");
        assertThat(service.ledger.orElseThrow().all()).containsExactly(
                Revocation.session(String.valueOf(claims(first).get("sid")), service.now.plus(Duration.ofMinutes(15))).by(new Revoker.Client("app")));
    }

    @Test
    void refreshTokenIsForItsOwnClientAlone() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        service.client(new ClientEntry("plain", new Proof.Secrets(List.of()), Set.of(ORDERS), Set.of(), Set.of(), RefreshTokens.ISSUED, Activity.ACTIVE), service.means("plain"));
        assertRefused(grant(PLAIN + "&grant_type=refresh_token&refresh_token=" + token), RejectReason.REFRESH_TOKEN_UNKNOWN, "invalid_grant");
        assertThat(refresh(token)).isInstanceOf(Answer.Given.class);
        assertRefused(refresh("nonsense"), RejectReason.REFRESH_TOKEN_UNKNOWN, "invalid_grant");
    }

    @Test
    void refreshedTokenHasNoMoreThanWasGrantedAndWhatIsAskedAmissSpendsNothing() {
        String token = refreshToken(APP + "&grant_type=client_credentials&scope=read");
        assertRefused(refresh(token + "&scope=write"), RejectReason.GRANT_SCOPE_NOT_ALLOWED, "invalid_scope");
        assertRefused(refresh(token + "&resource=" + STOCK), RejectReason.GRANT_TARGET_NOT_ALLOWED, "invalid_target");
        assertThat(given(refresh(token + "&resource=" + ORDERS))).containsEntry("scope", "read");
    }

    @Test
    void narrowerTokenDoesNotNarrowTheNextRefresh() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        Map<String, Object> narrow = given(refresh(token + "&scope=read"));
        assertThat(narrow).containsEntry("scope", "read");
        assertThat(given(refresh(String.valueOf(narrow.get("refresh_token"))))).containsEntry("scope", "read write");
    }

    @Test
    void whatTheClientLostIsNotRefreshed() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        service.client(new ClientEntry("app", new Proof.Secrets(List.of()), Set.of(ORDERS), Scopes.inOrder(List.of("write")), Set.of(), RefreshTokens.ISSUED, Activity.ACTIVE), service.means("app"));
        Map<String, Object> less = given(refresh(token));
        assertThat(less).containsEntry("scope", "write");
        service.client(new ClientEntry("app", new Proof.Secrets(List.of()), Set.of(STOCK), Set.of(), Set.of(), RefreshTokens.ISSUED, Activity.ACTIVE), service.means("app"));
        assertRefused(refresh(String.valueOf(less.get("refresh_token"))), RejectReason.GRANT_TARGET_NOT_ALLOWED, "invalid_target");
    }

    @Test
    void accessTokenEndsWithItsFamily() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        service.now = service.now.plus(RefreshFamilies.LIFETIME).minusSeconds(60);
        assertThat(given(refresh(token))).containsEntry("expires_in", 60);
    }

    @Test
    void familyOfACalledBackClientIsRefreshedNoMore() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        service.now = service.now.plusSeconds(2);
        service.revocations().revoke(Revocation.client("app", service.now), service.now);
        assertRefused(refresh(token), RejectReason.REFRESH_TOKEN_UNKNOWN, "invalid_grant");
        assertThat(refresh(refreshToken(APP + "&grant_type=client_credentials"))).isInstanceOf(Answer.Given.class);
    }

    @Test
    void whatIsSpentStaysSpentOverARestart() {
        String first = refreshToken(APP + "&grant_type=client_credentials");
        String second = String.valueOf(given(refresh(first)).get("refresh_token"));
        service.restart();
        assertThat(refresh(second)).isInstanceOf(Answer.Given.class);
        assertRefused(refresh(first), RejectReason.REFRESH_TOKEN_REUSED, "invalid_grant");
        service.restart();
        assertRefused(refresh(second), RejectReason.REFRESH_TOKEN_UNKNOWN, "invalid_grant");
    }

    @Test
    void withoutADiskNothingIsPromised() {
        String token = refreshToken(APP + "&grant_type=client_credentials");
        service.journals.failure = Optional.of("full");
        for (Answer answer : List.of(grant(APP + "&grant_type=client_credentials"), refresh(token), refresh(token))) {
            assertThat(refused(answer).reason()).isEqualTo(RejectReason.STATE_UNAVAILABLE);
            assertThat(refused(answer).status()).isEqualTo(503);
        }
        assertThat(grant(PLAIN + "&grant_type=client_credentials&resource=" + ORDERS)).isInstanceOf(Answer.Given.class);
    }

    @Test
    void withoutRoomToSignNothingIsGiven() {
        service.isFull = true;
        assertThat(refused(grant(APP + "&grant_type=client_credentials")).reason()).isEqualTo(RejectReason.OVERLOADED);
    }
}
