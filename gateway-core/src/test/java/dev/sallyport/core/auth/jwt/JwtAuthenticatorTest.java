package dev.sallyport.core.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.uri.RequestTarget;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.key.KeyHealth;
import dev.sallyport.core.key.KeySet;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.Lookup;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.revocation.Revocation;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.RevokedCredentials;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8725 clause by clause, times and lifetimes at their edges, and what a cached token may still be refused for. */
class JwtAuthenticatorTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final String TIMES = "\"iat\":1700000000,\"exp\":1700000600";
    private static final String BASE = "\"iss\":\"https://idp.example\",\"sub\":\"anna\",\"aud\":\"api\"";
    private static final String GOOD = "{" + BASE + "," + TIMES + ",\"jti\":\"j1\",\"scope\":\"read write\"}";
    private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"at+jwt\"}";
    private static final ECKey KEY = ecKey();
    private static final JwtRules RULES = rules(Optional.empty(), JwtRules.TokenId.OPTIONAL);

    private final Keys keys = new Keys();
    private final Worker worker = new Worker();
    private final JwtAuthenticator users = authenticator(RULES);

    @Test
    void goodTokenNamesItsSubjectScopesAndId() {
        Identity identity = accepted(check(GOOD));
        assertThat(identity.subject()).isEqualTo("anna");
        assertThat(identity.scopes()).containsExactlyInAnyOrder("read", "write");
        assertThat(identity.credentialId()).contains("j1");
        assertThat(identity.issuer()).contains("https://idp.example");
        assertThat(identity.expiresAt()).contains(NOW.plusSeconds(600));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "HS256", "RS256", "ES384", "es256", "ES256 ", "", "dir", "PBES2-HS256+A128KW"})
    void algorithmThatIsNotConfiguredIsRefused(String algorithm) {
        assertRejected(checkToken(forged("{\"alg\":\"" + algorithm + "\",\"kid\":\"k\"}", GOOD)), RejectReason.TOKEN_ALGORITHM_NOT_ALLOWED);
        assertThat(keys.asked).isZero();
    }

    @Test
    void publicKeyUsedAsHmacSecretIsRefused() throws JOSEException {
        JWSObject token = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k").build(), new Payload(GOOD));
        token.sign(new MACSigner(KEY.toECPublicKey().getEncoded()));
        assertRejected(checkToken(token.serialize()), RejectReason.TOKEN_ALGORITHM_NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"alg\":\"ES256\",\"kid\":\"k\",\"jwk\":{}}", "{\"alg\":\"ES256\",\"kid\":\"k\",\"jku\":\"https://evil.example\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k\",\"x5u\":\"https://evil.example\"}", "{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}",
        "{\"alg\":\"ES256\",\"kid\":\"' OR 1=1\"}", "{\"alg\":\"ES256\"}"})
    void keysThatTheTokenNamesAreNeverUsed(String header) {
        assertRejected(checkToken(forged(header, GOOD)),
                header.contains("..") || header.contains("OR") ? RejectReason.TOKEN_KEY_UNKNOWN : RejectReason.TOKEN_SIGNATURE_INVALID);
    }

    @Test
    void changedPayloadIsRefused() {
        String token = sign(HEADER, GOOD);
        String[] parts = token.split("\\.", -1);
        assertRejected(checkToken(parts[0] + "." + part(GOOD.replace("anna", "root")) + "." + parts[2]), RejectReason.TOKEN_SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", "opaque", "x.y", "{}", "e30.e30.AA", "eyJ4IjoxfQ.e30."})
    void whatIsNoTokenOfOursIsNotClaimedAndThenRefused(String text) {
        assertThat(checkToken(text)).isInstanceOf(Verdict.NotClaimed.class);
        assertThat(users.refuseUnclaimed(bearer(text))).get().extracting(Rejection::reason).isEqualTo(RejectReason.TOKEN_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://idp.example/", "https://IDP.example", "https://evil.example", ""})
    void tokenOfAnotherIssuerIsNotClaimedAndCausesNoLookUp(String issuer) {
        String token = sign(HEADER, GOOD.replace("https://idp.example", issuer));
        assertThat(checkToken(token)).isInstanceOf(Verdict.NotClaimed.class);
        assertThat(users.refuseUnclaimed(bearer(token))).get().extracting(Rejection::reason).isEqualTo(RejectReason.TOKEN_ISSUER_MISMATCH);
        assertThat(keys.asked).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Bearerx y", "DPoP abc", "Beare r"})
    void anotherSchemeIsAbsent(String value) {
        assertThat(users.authenticate(request("Authorization", value))).isInstanceOf(Verdict.NotClaimed.class);
        assertThat(users.refuseUnclaimed(request("Authorization", value))).isEmpty();
    }

    @Test
    void schemeIsComparedWithoutCase() {
        accepted(users.authenticate(request("authorization", "bEARER  " + sign(HEADER, GOOD))));
    }

    @Test
    void severalTokensAreAmbiguous() {
        String token = sign(HEADER, GOOD);
        for (RequestView request : List.of(
                request("Authorization", "Bearer " + token, "Authorization", "Bearer " + token),
                request("Authorization", "Bearer " + token, "Authorization", "Basic YTpi"),
                request("Authorization", "Bearer " + token + ", Bearer " + token),
                request("Authorization", "Bearer " + token + "," + token),
                request("Authorization", "Bearer " + token + " x"))) {
            assertRejected(users.authenticate(request), RejectReason.CREDENTIALS_AMBIGUOUS);
        }
    }

    @ParameterizedTest
    @CsvSource({"1699999971,accepted", "1699999970,token_expired", "1699999000,token_expired", "0,token_expired"})
    void expiryHoldsUpToTheClockSkew(long expiry, String outcome) {
        assertOutcome(check("{" + BASE + ",\"iat\":" + Math.max(0, expiry - 60) + ",\"exp\":" + expiry + "}"), outcome);
    }

    @ParameterizedTest
    @CsvSource({"nbf,1700000030,accepted", "nbf,1700000031,token_not_yet_valid", "iat,1700000030,accepted", "iat,1700000031,token_not_yet_valid"})
    void tokenOfTheFutureIsRefusedBeyondTheClockSkew(String claim, long time, String outcome) {
        assertOutcome(check("{" + BASE + ",\"exp\":1700000600,\"" + claim + "\":" + time + "}"), outcome);
    }

    @ParameterizedTest
    @CsvSource({"1699999990,1700000890,accepted", "1699999990,1700000891,token_lifetime_too_long", "1700000000,253402300799,token_lifetime_too_long"})
    void lifetimeIsBoundedWithoutSkew(long issued, long expiry, String outcome) {
        assertOutcome(check("{" + BASE + ",\"iat\":" + issued + ",\"exp\":" + expiry + "}"), outcome);
    }

    @Test
    void lifetimeWithoutTimeOfIssueCountsFromNow() {
        accepted(check("{" + BASE + ",\"exp\":1700000900}"));
        assertRejected(check("{" + BASE + ",\"exp\":1700000901}"), RejectReason.TOKEN_LIFETIME_TOO_LONG);
    }

    @Test
    void lifetimeRefusalNamesBothNumbersAndTheKey() {
        Verdict.Rejected rejected = (Verdict.Rejected) settled(check("{" + BASE + ",\"iat\":1700000000,\"exp\":1700003600}"));
        assertThat(rejected.rejection().logDetail()).contains("it lives 60m", "`jwt.maxLifetime: 15m`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"exp\":\"1700000600\"|token_malformed", "\"exp\":null|token_malformed", "\"exp\":-1|token_malformed", "\"exp\":1e30|token_malformed",
        "\"exp\":99999999999999999999|token_malformed", "\"exp\":{}|token_malformed", "\"exp\":true|token_malformed", "\"exp\":1700000600.5|accepted",
        "\"nope\":1|token_expiry_missing", "\"exp\":1700000600,\"nbf\":\"x\"|token_malformed", "\"exp\":1700000600,\"iat\":[]|token_malformed"})
    void timesOfTheWrongTypeAreMalformed(String times, String outcome) {
        assertOutcome(check("{" + BASE + "," + times + "}"), outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"api\"|accepted", "[\"x\",\"api\"]|accepted", "\"other\"|token_audience_mismatch", "[]|token_audience_mismatch", "\"\"|token_audience_mismatch",
        "[\"API\"]|token_audience_mismatch", "\"api x\"|token_audience_mismatch", "[1,\"api\"]|token_malformed", "{\"api\":1}|token_malformed", "null|token_malformed"})
    void audienceMustBeOurs(String audience, String outcome) {
        assertOutcome(check(GOOD.replace("\"aud\":\"api\"", "\"aud\":" + audience)), outcome);
    }

    @Test
    void missingAudienceIsRefused() {
        assertRejected(check(GOOD.replace("\"aud\":\"api\",", "")), RejectReason.TOKEN_AUDIENCE_MISMATCH);
    }

    @ParameterizedTest
    @CsvSource({"at+jwt,accepted", "AT+JWT,accepted", "application/at+jwt,accepted", "JWT,accepted", "logout+jwt,token_type_not_allowed",
        "dpop+jwt,token_type_not_allowed", "secevent+jwt,token_type_not_allowed", "application/SecEvent+JWT,token_type_not_allowed", "kb+jwt,token_type_not_allowed"})
    void tokensOfAnotherKindAreRefused(String type, String outcome) {
        assertOutcome(checkToken(sign("{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"" + type + "\"}", GOOD)), outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"nonce\":\"n\"|token_type_not_allowed", "\"at_hash\":\"h\"|token_type_not_allowed", "\"nonce\":\"n\",\"scope\":\"read\"|accepted",
        "\"events\":{}|token_type_not_allowed", "\"cnf\":{\"jkt\":\"x\"}|token_binding_required", "\"cnf\":null|token_binding_required",
        "\"scope\":1|token_malformed", "\"scope\":[\"a\",\"b\"]|accepted", "\"jti\":5|token_malformed"})
    void claimsTellTheKind(String claim, String outcome) {
        assertOutcome(check("{" + BASE + "," + TIMES + "," + claim + "}"), outcome);
    }

    @Test
    void configuredTypeIsRequired() {
        JwtAuthenticator typed = authenticator(rules(Optional.of("at+jwt"), JwtRules.TokenId.OPTIONAL));
        accepted(typed.authenticate(bearer(sign(HEADER, GOOD))));
        assertRejected(typed.authenticate(bearer(sign("{\"alg\":\"ES256\",\"kid\":\"k\"}", GOOD))), RejectReason.TOKEN_TYPE_NOT_ALLOWED);
        assertRejected(typed.authenticate(bearer(sign("{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\"}", GOOD))), RejectReason.TOKEN_TYPE_NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"sub\":\"\",", "\"sub\":1,", "\"sub\":null,"})
    void tokenWithoutSubjectIsMalformed(String subject) {
        assertRejected(check(GOOD.replace("\"sub\":\"anna\",", subject)), RejectReason.TOKEN_MALFORMED);
    }

    @Test
    void tokenIdIsNeededWhereTheConfigurationSaysSo() {
        JwtAuthenticator strict = authenticator(rules(Optional.empty(), JwtRules.TokenId.REQUIRED));
        accepted(strict.authenticate(bearer(sign(HEADER, GOOD))));
        assertRejected(strict.authenticate(bearer(sign(HEADER, GOOD.replace("\"jti\":\"j1\",", "")))), RejectReason.TOKEN_MALFORMED);
    }

    @Test
    void tokenWithoutScopesHasNone() {
        assertThat(accepted(check("{" + BASE + "," + TIMES + "}")).scopes()).isEmpty();
    }

    @Test
    void secondSightOfATokenIsDecidedAtOnceByTheSameVerdict() {
        RequestView request = bearer(sign(HEADER, GOOD));
        Verdict first = settled(users.authenticate(request));
        Verdict second = users.authenticate(request);
        assertThat(second).isSameAs(first).isInstanceOf(Verdict.Authenticated.class);
        assertThat(worker.submitted).isEqualTo(1);
    }

    @Test
    void cachedTokenExpires() {
        String token = sign(HEADER, GOOD);
        accepted(checkToken(token));
        assertRejected(users.authenticate(at(NOW.plusSeconds(630), token)), RejectReason.TOKEN_EXPIRED);
    }

    @Test
    void cachedTokenIsRefusedOnceItIsRevoked() {
        RequestView request = bearer(sign(HEADER, GOOD));
        accepted(users.authenticate(request));
        for (RevocationList revoked : List.of(
                RevokedCredentials.of(List.of(Revocation.token("j1", Instant.MAX))), RevokedCredentials.of(List.of(Revocation.subject("anna", NOW.plusSeconds(1)))))) {
            Verdict verdict = users.withRevocations(revoked).authenticate(request);
            assertRejected(verdict, RejectReason.TOKEN_REVOKED);
            assertThat(((Verdict.Rejected) verdict).credentialId()).contains("j1");
        }
        assertThat(worker.submitted).isEqualTo(1);
        accepted(users.withRevocations(RevokedCredentials.of(List.of(Revocation.subject("anna", NOW)))).authenticate(request));
    }

    /** Whether it names its key or not. */
    @Test
    void tokenCanBeCalledBackByTheKeyThatSignedItOfItsIssuer() {
        for (String header : List.of(HEADER, "{\"alg\":\"ES256\"}")) {
            String token = sign(header, GOOD);
            for (String name : List.of("k", "k of https://idp.example")) {
                assertRejected(calledBack(name).authenticate(bearer(token)), RejectReason.TOKEN_REVOKED);
            }
            for (String name : List.of("k2", "k of https://other.example", "j1")) {
                accepted(calledBack(name).authenticate(bearer(token)));
            }
        }
    }

    private JwtAuthenticator calledBack(String key) {
        return users.withRevocations(RevokedCredentials.of(List.of(Revocation.key(key))));
    }

    @Test
    void revokedTokenIsRefusedAtFirstSightAndThroughTheSkew() {
        RevocationList untilItsEnd = RevokedCredentials.of(List.of(Revocation.token("j1", NOW.plusSeconds(600))));
        assertRejected(users.withRevocations(untilItsEnd).authenticate(bearer(sign(HEADER, GOOD))), RejectReason.TOKEN_REVOKED);
        assertRejected(users.withRevocations(untilItsEnd).authenticate(at(NOW.plusSeconds(620), sign(HEADER, GOOD))), RejectReason.TOKEN_REVOKED);
    }

    @Test
    void tokenWithoutTimeOfIssueIsOlderThanAnyRevocation() {
        String undated = sign(HEADER, "{" + BASE + ",\"exp\":1700000600}");
        RevocationList ofOld = RevokedCredentials.of(List.of(Revocation.subject("anna", NOW.minusSeconds(86_400))));
        assertRejected(users.withRevocations(ofOld).authenticate(bearer(undated)), RejectReason.TOKEN_REVOKED);
        accepted(users.withRevocations(ofOld).authenticate(bearer(sign(HEADER, GOOD))));
    }

    @Test
    void cachedTokenIsNotYetValidOnceTheClockWentBack() {
        String token = sign(HEADER, "{" + BASE + ",\"exp\":1700000600,\"nbf\":1700000030}");
        accepted(checkToken(token));
        assertRejected(users.authenticate(at(NOW.minusSeconds(1), token)), RejectReason.TOKEN_NOT_YET_VALID);
    }

    @Test
    void cachedTokenIsRefusedOnceItsKeyIsWithdrawn() {
        RequestView request = bearer(sign(HEADER, GOOD));
        accepted(users.authenticate(request));
        keys.set = new KeySet(2, List.of());
        assertRejected(users.authenticate(request), RejectReason.TOKEN_KEY_UNKNOWN);
    }

    @Test
    void unavailableKeysAreNobodysFault() {
        keys.set = KeySet.NONE;
        Verdict.Rejected rejected = (Verdict.Rejected) settled(check(GOOD));
        assertThat(rejected.rejection().reason()).isEqualTo(RejectReason.KEYS_UNAVAILABLE);
        assertThat(rejected.rejection().fields()).extracting("name").containsExactly("Retry-After");
    }

    @Test
    void fullQueueIsOverloaded() {
        worker.full = true;
        assertRejected(check(GOOD), RejectReason.OVERLOADED);
    }

    private Verdict check(String claims) {
        return checkToken(sign(HEADER, claims));
    }

    private Verdict checkToken(String token) {
        return users.authenticate(bearer(token));
    }

    private static Verdict settled(Verdict verdict) {
        return verdict instanceof Verdict.Pending(CompletionStage<Verdict.Final> stage) ? stage.toCompletableFuture().join() : verdict;
    }

    private static Identity accepted(Verdict verdict) {
        assertThat(settled(verdict)).isInstanceOf(Verdict.Authenticated.class);
        return ((Verdict.Authenticated) settled(verdict)).identity();
    }

    private static void assertRejected(Verdict verdict, RejectReason reason) {
        assertOutcome(verdict, reason.label());
    }

    private static void assertOutcome(Verdict verdict, String outcome) {
        String was = switch (settled(verdict)) {
            case Verdict.Authenticated _ -> "accepted";
            case Verdict.Rejected(Rejection rejection, var _) -> rejection.reason().label();
            case Verdict other -> other.toString();
        };
        assertThat(was).isEqualTo(outcome);
    }

    private JwtAuthenticator authenticator(JwtRules rules) {
        return new JwtAuthenticator("users", rules, keys, RevocationList.NONE, SenderConstraint.of("users", SenderConstraint.Mode.NONE, SenderConstraint.Nonce.NOT_ASKED, worker), worker, GatewayEvents.IGNORED);
    }

    private static JwtRules rules(Optional<String> type, JwtRules.TokenId tokenId) {
        return new JwtRules("https://idp.example", Set.of("api"), Set.of(JwsAlgorithm.ES256), Optional.of(Duration.ofMinutes(15)),
                Duration.ofSeconds(30), tokenId, type, "sub", List.of("scope", "scp"), JwtRules.BEARER);
    }

    private static String sign(String header, String claims) {
        try {
            JWSObject token = new JWSObject(JWSHeader.parse(header), new Payload(claims));
            token.sign(new ECDSASigner(KEY));
            return token.serialize();
        } catch (JOSEException | ParseException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private static String forged(String header, String claims) {
        return part(header) + "." + part(claims) + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ECKey ecKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        } catch (JOSEException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private static RequestView bearer(String token) {
        return request("Authorization", "Bearer " + token);
    }

    private static RequestView at(Instant instant, String token) {
        RequestView request = bearer(token);
        return new RequestView(request.head(), request.peer(), instant);
    }

    private static RequestView request(String... fields) {
        RequestTarget target = new RequestTarget("/", "/", "/", Optional.empty(), Set.of());
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), 1, "https", new Peer.Transport.Tls("TLSv1.3", List.of()));
        return new RequestView(new RequestHead("GET", target, "api", "api", HeaderFields.of(fields), BodyLength.NONE), peer, NOW);
    }

    private static final class Keys implements KeySource {
        private KeySet set = new KeySet(1, List.of(verification()));
        private int asked;

        private static KeyMaterial verification() {
            try {
                return new KeyMaterial.Verification(Optional.of("k"), JwsAlgorithm.ES256, KEY.toECPublicKey());
            } catch (JOSEException problem) {
                throw new IllegalStateException(problem);
            }
        }

        @Override
        public KeySet current(Instant now) {
            return set;
        }

        @Override
        public Lookup find(Optional<String> keyId, JwsAlgorithm algorithm, Instant now) {
            asked++;
            List<KeyMaterial> candidates = set.candidates(keyId, algorithm);
            if (!candidates.isEmpty()) {
                return new Lookup.Found(candidates, set.generation());
            }
            Lookup.Answer answer = set.isNone() ? new Lookup.Unavailable("down", Duration.ofSeconds(3)) : new Lookup.Unknown("no key");
            return new Lookup.Fetching(CompletableFuture.completedStage(answer));
        }

        @Override
        public KeyHealth health(Instant now) {
            return new KeyHealth(KeyHealth.State.FRESH, Optional.empty(), set.keys().size(), 0, Optional.empty());
        }

        @Override
        public void start() {}

        @Override
        public void retire() {}
    }

    private static final class Worker implements CpuWorker {
        private int submitted;
        private boolean full;

        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            submitted++;
            return full ? Optional.empty() : Optional.of(CompletableFuture.completedStage(computation.get()));
        }
    }
}
