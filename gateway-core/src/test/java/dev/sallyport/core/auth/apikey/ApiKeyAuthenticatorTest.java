package dev.sallyport.core.auth.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyEntry.Activity;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.InMemoryApiKeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyAuthenticatorTest {
    private static final Instant NOW = Requests.NOW;
    private static final String OURS = ApiKeyFormat.create("ours", new SecureRandom());

    private final ApiKeyUsage usage = new ApiKeyUsage();
    private final ApiKeyAuthenticator partners = new ApiKeyAuthenticator("partners", "X-API-Key", InMemoryApiKeyStore.of(List.of(
            entry("plain", "a key of another make", Optional.empty(), Optional.empty(), Activity.ACTIVE),
            entry("ours", OURS, Optional.empty(), Optional.empty(), Activity.ACTIVE),
            entry("bounded", "bounded", Optional.of(NOW), Optional.of(NOW.plusSeconds(60)), Activity.ACTIVE),
            entry("revoked", "revoked", Optional.empty(), Optional.empty(), Activity.REVOKED),
            entry("bytes", "sch\u00f6n", Optional.empty(), Optional.empty(), Activity.ACTIVE))), usage);

    @ParameterizedTest
    @CsvSource({"a key of another make,plain", "sch\u00f6n,bytes"})
    void keyOfAnyMakeIsKnownByItsHash(String key, String id) {
        assertThat(accepted(key, NOW).credentialId()).contains(id);
    }

    @Test
    void identitySaysWhoByWhatAndForHowLong() {
        Identity identity = accepted("bounded", NOW);
        assertThat(identity).isEqualTo(new Identity(
                "acme", List.of(new Proof(AuthMethod.API_KEY, "partners")), Set.of("read"), Optional.of("bounded"), Optional.empty(), Map.of(),
                Optional.of(NOW.plusSeconds(60)), List.of(new RevocationHandle.KeyId("bounded"))));
    }

    @Test
    void requestWithoutTheHeaderIsNotClaimed() {
        assertThat(partners.authenticate(Requests.get("/", "X-Other", "plain"))).isEqualTo(Verdict.NOT_CLAIMED);
        assertThat(partners.locations()).containsExactly(new CredentialLocation.Field("X-API-Key"));
    }

    @Test
    void headerNameHasNoCase() {
        assertThat(partners.authenticate(Requests.get("/", "x-aPI-key", OURS))).isInstanceOf(Verdict.Authenticated.class);
    }

    @Test
    void headerTwiceIsAmbiguousWhateverItHolds() {
        assertRejected(partners.authenticate(Requests.get("/", "X-API-Key", OURS, "x-api-key", OURS)), RejectReason.CREDENTIALS_AMBIGUOUS);
        assertRejected(partners.authenticate(Requests.get("/", "X-API-Key", OURS, "X-Between", "", "X-API-Key", "")), RejectReason.CREDENTIALS_AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain,plain", "plain,", ",", "plain, other"})
    void listIsAmbiguous(String value) {
        assertRejected(check(value, NOW), RejectReason.CREDENTIALS_AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "a key of another mak", "a key of another make.", "wrong"})
    void otherBytesAreUnknown(String value) {
        assertRejected(check(value, NOW), RejectReason.API_KEY_UNKNOWN);
    }

    @Test
    void typingErrorInAKeyOfOursIsToldFromAnUnknownKey() {
        char last = OURS.charAt(OURS.length() - 1);
        assertRejected(check(OURS.substring(0, OURS.length() - 1) + (last == 'a' ? 'b' : 'a'), NOW), RejectReason.API_KEY_MALFORMED);
        assertRejected(check(ApiKeyFormat.create("ours", new SecureRandom()), NOW), RejectReason.API_KEY_UNKNOWN);
    }

    @Test
    void datesHoldToTheirEdges() {
        assertRejected(check("bounded", NOW.minusNanos(1)), RejectReason.API_KEY_NOT_YET_VALID);
        assertThat(check("bounded", NOW)).isInstanceOf(Verdict.Authenticated.class);
        assertThat(check("bounded", NOW.plusSeconds(60).minusNanos(1))).isInstanceOf(Verdict.Authenticated.class);
        assertRejected(check("bounded", NOW.plusSeconds(60)), RejectReason.API_KEY_EXPIRED);
    }

    @Test
    void revokedKeyIsInactive() {
        assertRejected(check("revoked", NOW), RejectReason.API_KEY_INACTIVE);
    }

    @Test
    void refusalNeverQuotesTheKey() {
        for (String key : List.of("revoked", "bounded", "unknown-but-secret", OURS + "x", OURS + "," + OURS)) {
            Verdict verdict = check(key, NOW.plusSeconds(100));
            assertThat(((Verdict.Rejected) verdict).rejection().logDetail()).doesNotContain(OURS, "unknown-but-secret");
        }
    }

    @Test
    void onlyWhatWentOnIsCountedAsUse() {
        check("bounded", NOW);
        assertThat(usage.uses()).isEmpty();
        partners.accepted(accepted("bounded", NOW), NOW);
        partners.accepted(accepted("bounded", NOW), NOW.plusSeconds(1));
        assertThat(usage.uses()).containsExactly(Map.entry("bounded", new ApiKeyUsage.Use(2, NOW.plusSeconds(1))));
    }

    /** Nothing has a hash like any other key. */
    @Test
    void emptyAndOverlongKeysAreMalformed() {
        assertRejected(check("", NOW), RejectReason.API_KEY_MALFORMED);
        assertRejected(check("x".repeat(513), NOW), RejectReason.API_KEY_MALFORMED);
    }

    private Verdict check(String key, Instant now) {
        return partners.authenticate(Requests.at(now, Requests.get("/", "X-API-Key", key)));
    }

    private Identity accepted(String key, Instant now) {
        return ((Verdict.Authenticated) check(key, now)).identity();
    }

    private static void assertRejected(Verdict verdict, RejectReason reason) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.rejection().reason()).isEqualTo(reason));
    }

    private static ApiKeyEntry entry(String id, String key, Optional<Instant> notBefore, Optional<Instant> expiresAt, Activity activity) {
        return new ApiKeyEntry(id, ApiKeyFormat.sha256(key), "acme", Set.of("read"), notBefore, expiresAt, activity);
    }
}
