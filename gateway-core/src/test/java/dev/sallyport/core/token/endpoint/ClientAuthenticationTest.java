package dev.sallyport.core.token.endpoint;

import static dev.sallyport.core.token.endpoint.MadeTokenService.ISSUER;
import static dev.sallyport.core.token.endpoint.MadeTokenService.OLD_SECRET;
import static dev.sallyport.core.token.endpoint.MadeTokenService.ORDERS;
import static dev.sallyport.core.token.endpoint.MadeTokenService.ROBOT;
import static dev.sallyport.core.token.endpoint.MadeTokenService.SECRET;
import static dev.sallyport.core.token.endpoint.MadeTokenService.given;
import static dev.sallyport.core.token.endpoint.MadeTokenService.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.sallyport.core.auth.binding.Thumbprint;
import dev.sallyport.core.gateway.compile.MadeAuthority;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.revocation.Revocation;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAuthenticationTest {
    private static final String GRANT = "grant_type=client_credentials&resource=" + ORDERS;
    private static final String ASSERTION = GRANT + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=";
    private static final MadeAuthority AUTHORITY = new MadeAuthority("Clients");

    private final MadeTokenService service = new MadeTokenService();

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Answer grant(String form, String... fields) {
        return service.ask(ServerUrls.TOKEN, form, fields);
    }

    private static void assertRefused(Answer answer, RejectReason reason, String error, int status) {
        Rejection rejection = refused(answer);
        assertThat(rejection.reason()).as(rejection.logDetail()).isEqualTo(reason);
        assertThat(rejection.oauthError()).contains(error);
        assertThat(rejection.status()).isEqualTo(status);
        assertThat(rejection.fields().contains(new ResponseField("WWW-Authenticate", "Basic realm=\"" + ISSUER + "\""))).isEqualTo(status == 401);
        assertThat(rejection.logDetail()).doesNotContain(SECRET);
    }

    private static void assertNoClient(Answer answer, RejectReason reason) {
        assertRefused(answer, reason, "invalid_client", 401);
    }

    private static void assertInvalid(Answer answer) {
        assertRefused(answer, RejectReason.OAUTH_REQUEST_MALFORMED, "invalid_request", 400);
    }

    @Test
    void secretPassesInTheHeaderAndInTheFormAndSoDoesTheOneThatItReplaces() {
        for (String secret : List.of(SECRET, OLD_SECRET)) {
            given(grant(GRANT, "Authorization", basic("app:" + secret)));
            given(grant(GRANT, "Authorization", basic("%61pp:" + secret).replace("Basic", "bAsIc")));
            given(grant(GRANT + "&client_id=app", "Authorization", basic("app:" + secret)));
            given(grant(GRANT + "&client_id=app&client_secret=" + secret));
        }
    }

    @Test
    void wrongSecretAndUnknownClientAreToldAlikeAndLoggedApart() {
        Answer wrong = grant(GRANT, "Authorization", basic("app:" + SECRET + "x"));
        Answer unknown = grant(GRANT, "Authorization", basic("nobody:" + SECRET));
        assertNoClient(wrong, RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(unknown, RejectReason.CLIENT_UNKNOWN);
        assertNoClient(grant(GRANT, "Authorization", basic("gone:" + SECRET)), RejectReason.CLIENT_UNKNOWN);
        assertNoClient(grant(GRANT, "Authorization", basic("robot:" + SECRET)), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(GRANT, "Authorization", basic("mesh:")), RejectReason.CLIENT_PROOF_INVALID);
        assertThat(refused(wrong).fields()).isEqualTo(refused(unknown).fields());
    }

    @Test
    void clientThatShowsNothingIsRefused() {
        assertNoClient(grant(GRANT), RejectReason.CREDENTIALS_MISSING);
        assertNoClient(grant(GRANT + "&client_id=app"), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(GRANT + "&client_id=nobody"), RejectReason.CLIENT_UNKNOWN);
        assertNoClient(grant(GRANT + "&client_id=mesh"), RejectReason.CERTIFICATE_MISSING);
    }

    @Test
    void severalWaysAtOnceAreRefusedThoughEachHolds() {
        String good = basic("app:" + SECRET);
        for (Answer answer : List.of(
                grant(GRANT + "&client_id=app&client_secret=" + SECRET, "Authorization", good),
                grant(GRANT, "Authorization", good, "Authorization", good),
                grant(ASSERTION + assertion(_ -> {}), "Authorization", good),
                grant(ASSERTION + assertion(_ -> {}) + "&client_id=robot&client_secret=" + SECRET))) {
            assertRefused(answer, RejectReason.CREDENTIALS_AMBIGUOUS, "invalid_request", 400);
        }
        assertInvalid(grant(GRANT + "&client_id=plain", "Authorization", good));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Basic", "Basic !!!", "Basic YXBw", "Basic OnNlY3JldA==", "Digest a=b", ""})
    void headerThatIsNoPairIsRefusedAndNeverSkipped(String authorization) {
        assertNoClient(grant(GRANT, "Authorization", authorization), RejectReason.CLIENT_PROOF_INVALID);
    }

    @Test
    void pairThatIsNotFormEncodedIsRefused() {
        assertNoClient(grant(GRANT, "Authorization", basic("app:%zz")), RejectReason.CLIENT_PROOF_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "grant_type=client_credentials&grant_type=client_credentials", "grant_type=client_credentials&grant_type=", "scope=read&scope=read", "x=1&x=2",
        "client_id=app&client_id=app", "grant_type=%zz", "grant_type=%4", "grant_type=%ff", "grant_type=client_credentials\u0000", "grant_type=é",
        "grant_type=client_credentials&scope=%0a", "grant_type=client_credentials&note=%g0%90%80%80"})
    void formThatCanBeReadInTwoWaysIsRefused(String form) {
        assertInvalid(grant(form, "Authorization", basic("app:" + SECRET)));
    }

    @Test
    void endlessFormAndAnotherTypeAreRefused() {
        StringBuilder many = new StringBuilder("grant_type=client_credentials");
        for (int each = 0; each < 50; each++) {
            many.append("&p").append(each).append("=1");
        }
        assertInvalid(grant(many.toString(), "Authorization", basic("app:" + SECRET)));
        assertInvalid(grant(GRANT, "Authorization", basic("app:" + SECRET), "Content-Type", "application/x-www-form-urlencoded", "Content-Type", "application/x-www-form-urlencoded"));
        given(grant(GRANT, "Authorization", basic("app:" + SECRET), "Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"));
        Answer json = service.ask(ServerUrls.TOKEN, "{}", "Authorization", basic("app:" + SECRET), "Content-Type", "application/json");
        assertInvalid(json);
    }

    @Test
    void unknownParametersAreIgnoredWhateverTheyHold() {
        given(grant(GRANT + "&note=%C3%A9&empty=", "Authorization", basic("app:" + SECRET)));
    }

    private String assertion(Consumer<Map<String, Object>> change) {
        return assertion(ROBOT, "JWT", change);
    }

    private String assertion(TokenSigner signer, String type, Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = new LinkedHashMap<>(Map.of(
                "iss", "robot", "sub", "robot", "aud", ISSUER, "jti", "j-1", "iat", service.now.getEpochSecond(), "exp", service.now.getEpochSecond() + 60));
        change.accept(claims);
        return signer.sign(type, claims);
    }

    @ParameterizedTest
    @ValueSource(strings = {ISSUER, ISSUER + "/oauth2/token"})
    void assertionForTheServerPassesOnce(String audience) {
        String form = ASSERTION + assertion(claims -> claims.put("aud", audience));
        given(grant(form));
        assertNoClient(grant(form), RejectReason.CLIENT_ASSERTION_REPLAYED);
        assertNoClient(grant(ASSERTION + assertion(claims -> claims.put("exp", service.now.getEpochSecond() + 61))), RejectReason.CLIENT_ASSERTION_REPLAYED);
        given(grant(ASSERTION + assertion(claims -> claims.put("jti", "j-2")) + "&client_id=robot"));
    }

    @Test
    void assertionIsSpentThoughTheRequestFails() {
        String assertion = ASSERTION + assertion(_ -> {});
        assertRefused(grant(assertion + "&scope=admin"), RejectReason.GRANT_SCOPE_NOT_ALLOWED, "invalid_scope", 400);
        assertNoClient(grant(assertion), RejectReason.CLIENT_ASSERTION_REPLAYED);
    }

    static Stream<Arguments> broken() {
        List<Arguments> all = new ArrayList<>();
        add(all, "another audience", claims -> claims.put("aud", "https://other.example"));
        add(all, "the introspection endpoint", claims -> claims.put("aud", ISSUER + "/oauth2/introspect"));
        add(all, "two audiences", claims -> claims.put("aud", List.of(ISSUER, "https://other.example")));
        add(all, "no audience", claims -> claims.remove("aud"));
        add(all, "another issuer", claims -> claims.put("iss", "app"));
        add(all, "no issuer", claims -> claims.remove("iss"));
        add(all, "no id", claims -> claims.remove("jti"));
        add(all, "an endless id", claims -> claims.put("jti", "j".repeat(257)));
        add(all, "no end", claims -> claims.remove("exp"));
        add(all, "expired", claims -> claims.put("exp", 1_000));
        add(all, "too long", claims -> claims.put("exp", issuedAt(claims) + 400));
        add(all, "from the future", claims -> claims.put("iat", issuedAt(claims) + 90));
        add(all, "not yet", claims -> claims.put("nbf", issuedAt(claims) + 90));
        add(all, "of the wrong type", claims -> claims.put("exp", "soon"));
        return all.stream();
    }

    private static long issuedAt(Map<String, Object> claims) {
        return claims.get("iat") instanceof Number seconds ? seconds.longValue() : 0;
    }

    private static void add(List<Arguments> all, String name, Consumer<Map<String, Object>> change) {
        all.add(arguments(name, change));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void assertionThatDoesNotHoldIsRefused(String name, Consumer<Map<String, Object>> change) {
        assertNoClient(grant(ASSERTION + assertion(change)), RejectReason.CLIENT_PROOF_INVALID);
    }

    @Test
    void assertionOfAnotherKeyKindOrClientIsRefused() {
        assertNoClient(grant(ASSERTION + assertion(TokenSigner.generate("r1"), "JWT", _ -> {})), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(ASSERTION + assertion(ROBOT, "at+jwt", _ -> {})), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(ASSERTION + assertion(claims -> claims.putAll(Map.of("sub", "app", "iss", "app")))), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(ASSERTION + assertion(claims -> claims.putAll(Map.of("sub", "x", "iss", "x")))), RejectReason.CLIENT_UNKNOWN);
        assertNoClient(grant(ASSERTION + assertion(claims -> claims.remove("sub"))), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(grant(ASSERTION + "x.y.z"), RejectReason.CLIENT_PROOF_INVALID);
        assertInvalid(grant(ASSERTION + assertion(_ -> {}) + "&client_id=app"));
        assertInvalid(grant((ASSERTION + assertion(_ -> {})).replace("jwt-bearer", "saml2-bearer")));
        given(grant(ASSERTION + assertion(ROBOT, "client-authentication+jwt", _ -> {})));
    }

    private Answer presenting(X509Certificate certificate, String form) {
        return service.ask(List.of(certificate), ServerUrls.TOKEN, form);
    }

    @Test
    void certificatePassesAndBindsTheTokensToItself() {
        X509Certificate certificate = AUTHORITY.client("CN=mesh").certificate();
        Map<String, Object> issued = given(presenting(certificate, GRANT + "&client_id=mesh"));
        Object confirmation = ((CompactJws.Parsed.Token) CompactJws.parse(String.valueOf(issued.get("access_token")))).jws().claims().get("cnf");
        assertThat(confirmation).isEqualTo(Map.of("x5t#S256", Thumbprint.of(certificate)));
        assertThat(issued).containsEntry("token_type", "Bearer");
    }

    @Test
    void anothersOrARevokedCertificateIsRefused() {
        assertNoClient(presenting(AUTHORITY.client("CN=other").certificate(), GRANT + "&client_id=mesh"), RejectReason.CERTIFICATE_NOT_ALLOWED);
        X509Certificate certificate = AUTHORITY.client("CN=mesh").certificate();
        service.revocations().revoke(Revocation.certificate(
                certificate.getSerialNumber().toString(16), Optional.of(certificate.getIssuerX500Principal().getName(X500Principal.CANONICAL))), service.now);
        assertNoClient(presenting(certificate, GRANT + "&client_id=mesh"), RejectReason.CERTIFICATE_REVOKED);
        assertNoClient(presenting(certificate, GRANT + "&client_id=app"), RejectReason.CLIENT_PROOF_INVALID);
        assertNoClient(presenting(certificate, GRANT + "&client_id=nobody"), RejectReason.CLIENT_UNKNOWN);
    }

    @Test
    void certificateBesideASecretProvesNothingAndBindsNothing() {
        Map<String, Object> issued = given(presenting(AUTHORITY.client("CN=mesh").certificate(), GRANT + "&client_id=app&client_secret=" + SECRET));
        assertThat(((CompactJws.Parsed.Token) CompactJws.parse(String.valueOf(issued.get("access_token")))).jws().claims()).doesNotContainKey("cnf");
    }

    private String proof(ECKey key, String method, String url, String id) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt")).jwk(key.toPublicJWK()).build();
            JWSObject proof = new JWSObject(header, new Payload(Map.of("htm", method, "htu", url, "iat", service.now.getEpochSecond(), "jti", id)));
            proof.sign(new ECDSASigner(key));
            return proof.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void proofOfAKeyBindsTheTokenToItAndIsGoodOnce() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String form = GRANT + "&client_id=app&client_secret=" + SECRET;
        String proof = proof(key, "POST", ISSUER + ServerUrls.TOKEN, "p-1");
        Map<String, Object> issued = given(grant(form, "DPoP", proof));
        assertThat(issued).containsEntry("token_type", "DPoP");
        assertThat(((CompactJws.Parsed.Token) CompactJws.parse(String.valueOf(issued.get("access_token")))).jws().claims().get("cnf"))
                .isEqualTo(Map.of("jkt", key.computeThumbprint().toString()));
        assertRefused(grant(form, "DPoP", proof), RejectReason.DPOP_PROOF_REPLAYED, "invalid_dpop_proof", 400);
        String other = proof(key, "POST", ISSUER + ServerUrls.TOKEN, "p-2");
        assertRefused(grant(form, "DPoP", other, "DPoP", other), RejectReason.CREDENTIALS_AMBIGUOUS, "invalid_dpop_proof", 400);
        for (String bad : List.of("x", proof(key, "GET", ISSUER + ServerUrls.TOKEN, "p-3"), proof(key, "POST", ISSUER + "/oauth2/other", "p-4"))) {
            assertRefused(grant(form, "DPoP", bad), RejectReason.DPOP_PROOF_INVALID, "invalid_dpop_proof", 400);
        }
    }

    @Test
    void proofAndAssertionAreOnTheAccountOfTheirClient() throws JOSEException {
        service.spent = new InMemoryReplayStore(new InMemoryReplayStore.Room("proofs", 100, 1), GatewayEvents.IGNORED);
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String app = GRANT + "&client_id=app&client_secret=" + SECRET;
        given(grant(app, "DPoP", proof(key, "POST", ISSUER + ServerUrls.TOKEN, "p-1")));
        assertThat(refused(grant(app, "DPoP", proof(key, "POST", ISSUER + ServerUrls.TOKEN, "p-2"))).reason()).isEqualTo(RejectReason.REPLAY_STORE_FULL);
        String plain = GRANT + "&client_id=plain&resource=" + MadeTokenService.ORDERS + "&client_secret=" + SECRET;
        given(grant(plain, "DPoP", proof(key, "POST", ISSUER + ServerUrls.TOKEN, "p-3")));
        given(grant(ASSERTION + assertion(_ -> {})));
        assertThat(refused(grant(ASSERTION + assertion(claims -> claims.put("jti", "j-2")))).reason()).isEqualTo(RejectReason.REPLAY_STORE_FULL);
    }

    private final List<OneTimeUse> givenBack = new ArrayList<>();

    private ReplayStore answering(CompletionStage<ReplayStore.Outcome> answer) {
        return new ReplayStore() {
            @Override
            public CompletionStage<ReplayStore.Outcome> spend(List<OneTimeUse> uses, Instant now) {
                return answer;
            }

            @Override
            public void giveBack(List<OneTimeUse> uses) {
                givenBack.addAll(uses);
            }
        };
    }

    @Test
    void assertionThatTheDiskDoesNotTakeIsNoReplayAndGetsNothing() {
        service.spent = answering(CompletableFuture.completedStage(new ReplayStore.Outcome.Unkept(new OneTimeUse("robot", "k", service.now), "no space left")));
        Rejection refused = refused(grant(ASSERTION + assertion(_ -> {})));
        assertThat(refused).isEqualTo(Rejection.of(RejectReason.STATE_UNAVAILABLE, "no space left").with("Retry-After", "1"));
    }

    /** The thread on which a store answers is the journal's. */
    @Test
    void tokenIsSignedByAWorkerThoughTheStoreAnswersLater() {
        CompletableFuture<ReplayStore.Outcome> later = new CompletableFuture<>();
        service.spent = answering(later);
        CompletionStage<Answer> asked = service.asked(List.of(), ServerUrls.TOKEN, ASSERTION + assertion(_ -> {}));
        service.isFull = true;
        later.complete(ReplayStore.Outcome.SPENT);
        assertThat(refused(asked.toCompletableFuture().join()).reason()).isEqualTo(RejectReason.OVERLOADED);
        assertThat(givenBack).as("so that it may come again").hasSize(1);
    }

    @Test
    void certificateAndProofBindTheTokenToBoth() throws JOSEException {
        X509Certificate certificate = AUTHORITY.client("CN=mesh").certificate();
        String proof = proof(new ECKeyGenerator(Curve.P_256).generate(), "POST", ISSUER + ServerUrls.TOKEN, "p-5");
        Map<String, Object> issued = given(service.ask(List.of(certificate), ServerUrls.TOKEN, GRANT + "&client_id=mesh", "DPoP", proof));
        assertThat(((CompactJws.Parsed.Token) CompactJws.parse(String.valueOf(issued.get("access_token")))).jws().claims().get("cnf"))
                .isInstanceOfSatisfying(Map.class, cnf -> assertThat(cnf.size()).isEqualTo(2));
    }
}
