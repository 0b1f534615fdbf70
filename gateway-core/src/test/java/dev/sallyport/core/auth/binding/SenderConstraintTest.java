package dev.sallyport.core.auth.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.SenderConstraint.Mode;
import dev.sallyport.core.auth.binding.SenderConstraint.Nonce;
import dev.sallyport.core.auth.token.TokenPlace;
import dev.sallyport.core.gateway.compile.MadeAuthority;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenderConstraintTest {
    private static final CredentialLocation BEARER = new CredentialLocation.Scheme("Authorization", "Bearer");
    private static final String TOKEN = "some.bound.token";
    private static final Instant NOW = Requests.NOW;
    private static final ECKey KEY = key();
    private static final ECKey OTHER = key();
    private static final X509Certificate CERTIFICATE = new MadeAuthority("Clients").client("CN=holder").certificate();

    private final CpuWorker worker = new CpuWorker() {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    };

    @Test
    void tokenIsNotPrintedWithItsBinding() {
        assertThat(new DpopCheck.BoundToken(TOKEN, "print")).asString().contains("print").doesNotContain(TOKEN);
    }

    /** A proof that holds, before a test breaks it. */
    private record Draft(Map<String, Object> header, Map<String, Object> claims) {
        static Draft good() {
            Map<String, Object> header = new LinkedHashMap<>(Map.of("typ", "dpop+jwt", "alg", "ES256", "jwk", KEY.toPublicJWK().toJSONObject()));
            Map<String, Object> claims = new LinkedHashMap<>(Map.of(
                    "htm", "GET", "htu", "https://api.example/a/b", "iat", NOW.getEpochSecond(), "jti", "proof-1", "ath", Thumbprint.of(TOKEN.getBytes(StandardCharsets.US_ASCII))));
            return new Draft(header, claims);
        }

        String sign(ECKey key) {
            try {
                String input = Base64URL.encode(JSONObjectUtils.toJSONString(header)) + "." + Base64URL.encode(JSONObjectUtils.toJSONString(claims));
                return input + "." + new ECDSASigner(key).sign(
                        new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static Stream<Arguments> broken() {
        List<Arguments> all = new ArrayList<>();
        add(all, "another typ", draft -> draft.header.put("typ", "JWT"));
        add(all, "no typ", draft -> draft.header.remove("typ"));
        add(all, "alg none", draft -> draft.header.put("alg", "none"));
        add(all, "a shared algorithm", draft -> draft.header.put("alg", "HS256"));
        add(all, "an algorithm that the key does not fit", draft -> draft.header.put("alg", "ES384"));
        add(all, "no jwk", draft -> draft.header.remove("jwk"));
        add(all, "a jwk that is no object", draft -> draft.header.put("jwk", "x"));
        add(all, "a private jwk", draft -> draft.header.put("jwk", KEY.toJSONObject()));
        add(all, "a symmetric jwk", draft -> draft.header.put("jwk", Map.of("kty", "oct", "k", "AAAA")));
        add(all, "a jwk off its curve", draft -> draft.header.put("jwk", Map.of("kty", "EC", "crv", "P-256", "x", "AQ", "y", "AQ")));
        add(all, "a critical member", draft -> draft.header.put("crit", List.of("x")));
        add(all, "another method", draft -> draft.claims.put("htm", "POST"));
        add(all, "a method in another case", draft -> draft.claims.put("htm", "get"));
        add(all, "no method", draft -> draft.claims.remove("htm"));
        add(all, "another path", draft -> draft.claims.put("htu", "https://api.example/a/c"));
        add(all, "another host", draft -> draft.claims.put("htu", "https://other.example/a/b"));
        add(all, "another scheme", draft -> draft.claims.put("htu", "http://api.example/a/b"));
        add(all, "another port", draft -> draft.claims.put("htu", "https://api.example:8443/a/b"));
        add(all, "no authority", draft -> draft.claims.put("htu", "/a/b"));
        add(all, "user information", draft -> draft.claims.put("htu", "https://x@api.example/a/b"));
        add(all, "no URL", draft -> draft.claims.remove("htu"));
        add(all, "a URL of the wrong type", draft -> draft.claims.put("htu", List.of("https://api.example/a/b")));
        add(all, "too old", draft -> draft.claims.put("iat", NOW.getEpochSecond() - 61));
        add(all, "too new", draft -> draft.claims.put("iat", NOW.getEpochSecond() + 61));
        add(all, "no time", draft -> draft.claims.remove("iat"));
        add(all, "a time of the wrong type", draft -> draft.claims.put("iat", "now"));
        add(all, "no id", draft -> draft.claims.remove("jti"));
        add(all, "an empty id", draft -> draft.claims.put("jti", ""));
        add(all, "an id of the wrong type", draft -> draft.claims.put("jti", 1));
        add(all, "an endless id", draft -> draft.claims.put("jti", "j".repeat(257)));
        add(all, "another token's hash", draft -> draft.claims.put("ath", Thumbprint.of(new byte[0])));
        add(all, "no hash of the token", draft -> draft.claims.remove("ath"));
        return all.stream();
    }

    private static void add(List<Arguments> all, String name, Consumer<Draft> change) {
        Draft draft = Draft.good();
        change.accept(draft);
        all.add(arguments(name, draft.sign(KEY)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void proofThatDoesNotHoldIsRefused(String name, String proof) {
        assertRefused(dpop(Mode.DPOP, proof), RejectReason.DPOP_PROOF_INVALID);
    }

    @Test
    void proofThatHoldsIsSpentByKeyAndId() {
        OneTimeUse spent = accepted(dpop(Mode.DPOP, Draft.good().sign(KEY))).spend().orElseThrow();
        assertThat(spent.until()).isEqualTo(NOW.plusSeconds(60));
        assertThat(spent.replayed()).isEqualTo(RejectReason.DPOP_PROOF_REPLAYED);
        assertThat(spent.key()).startsWith("dpop:").hasSizeLessThan(120).doesNotContain("proof-1");
        Draft another = Draft.good();
        another.claims.put("jti", "proof-2");
        assertThat(accepted(dpop(Mode.DPOP, another.sign(KEY))).spend().orElseThrow().key()).isNotEqualTo(spent.key());
    }

    @Test
    void proofThatOneAuthenticatorTookIsSpentForAllOthers() {
        String proof = Draft.good().sign(KEY);
        RequestView request = request("Authorization", "DPoP " + TOKEN, "DPoP", proof);
        SenderConstraint another = SenderConstraint.of("others", Mode.ANY, Nonce.NOT_ASKED, worker);
        assertThat(accepted(settled(hold(another, bound(), request))).spend().orElseThrow().key())
                .isEqualTo(accepted(dpop(Mode.DPOP, proof)).spend().orElseThrow().key());
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 0, 60})
    void proofHoldsAMinuteEitherWay(long off) {
        Draft draft = Draft.good();
        draft.claims.put("iat", NOW.getEpochSecond() + off);
        accepted(dpop(Mode.ANY, draft.sign(KEY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTPS://API.example/a/b", "https://api.example:443/a/b", "https://api.example/a/%62", "https://api.example/a/b?q=1", "https://api.example/a/b#top",
        "https://api.example/a/./b", "https://api.example/x/../a/b"})
    void spellingsOfOneUrlAreOne(String url) {
        Draft draft = Draft.good();
        draft.claims.put("htu", url);
        accepted(dpop(Mode.DPOP, draft.sign(KEY)));
    }

    /** With slashes merged, as it goes up, the one is /b; with slashes kept, as the client may have meant it, /a/b. */
    @ParameterizedTest
    @ValueSource(strings = {"https://api.example/b", "https://api.example/a/b"})
    void proofForOneReadingOfAPathIsNoneForTheOther(String url) {
        Draft draft = Draft.good();
        draft.claims.put("htu", url);
        assertRefused(
                hold(Mode.DPOP, bound(), Requests.get("/a//../b", "Authorization", "DPoP " + TOKEN, "DPoP", draft.sign(KEY))), RejectReason.DPOP_PROOF_INVALID);
        draft.claims.put("htu", "https://api.example/a//../b");
        accepted(hold(Mode.DPOP, bound(), Requests.get("/a//../b", "Authorization", "DPoP " + TOKEN, "DPoP", draft.sign(KEY))));
    }

    @Test
    void proofUnderAnotherKeyThanItsOwnIsRefused() {
        assertRefused(dpop(Mode.DPOP, Draft.good().sign(OTHER)), RejectReason.DPOP_PROOF_INVALID);
    }

    @Test
    void proofOfAnotherKeyThanTheTokensIsRefused() {
        Draft draft = Draft.good();
        draft.header.put("jwk", OTHER.toPublicJWK().toJSONObject());
        assertRefused(dpop(Mode.DPOP, draft.sign(OTHER)), RejectReason.TOKEN_BINDING_MISMATCH);
    }

    @Test
    void missingAndSecondProofsAreRefused() {
        assertRefused(hold(Mode.DPOP, bound(), request("Authorization", "DPoP " + TOKEN)), RejectReason.DPOP_PROOF_MISSING);
        String proof = Draft.good().sign(KEY);
        assertRefused(hold(Mode.DPOP, bound(), request("Authorization", "DPoP " + TOKEN, "DPoP", proof, "DPoP", proof)), RejectReason.CREDENTIALS_AMBIGUOUS);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void boundTokenIsNeverABearerToken(Mode mode) {
        assertRefused(hold(mode, bound(), request("Authorization", "Bearer " + TOKEN, "DPoP", Draft.good().sign(KEY))), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = {"DPOP", "MTLS", "ANY"})
    void unboundTokenIsRefusedWhereABindingIsAskedFor(Mode mode) {
        assertRefused(hold(mode, Map.of(), request("Authorization", "Bearer " + TOKEN)), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = {"DPOP", "ANY"})
    void unboundTokenUnderDpopIsRefused(Mode mode) {
        assertRefused(hold(mode, Map.of(), request("Authorization", "DPoP " + TOKEN, "DPoP", Draft.good().sign(KEY))), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @Test
    void unboundTokenPassesWhereNoneIsAskedFor() {
        accepted(hold(Mode.NONE, Map.of(), request("Authorization", "Bearer " + TOKEN)));
    }

    static Stream<Arguments> unknown() {
        return Stream.of(
                Map.of("cnf", Map.of()), Map.of("cnf", "x"), Map.of("cnf", Map.of("kid", "k")), Map.of("cnf", Map.of("jkt", 1)),
                Map.of("cnf", Map.of("jkt", "")), Map.of("cnf", Map.of("jkt", thumbprint(), "kid", "k")), Map.of("cnf", Map.of("unregistered", "x")),
                Map.of("token_type", "dpop"), Map.of("token_type", "DPoP", "cnf", Map.of("unregistered", "x")))
                .map(claims -> arguments((Object) claims));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void bindingThatIsNotUnderstoodIsRefused(Map<String, Object> claims) {
        for (Mode mode : Mode.values()) {
            assertRefused(hold(mode, claims, request("Authorization", "Bearer " + TOKEN)), RejectReason.TOKEN_BINDING_REQUIRED);
        }
        assertRefused(hold(Mode.ANY, claims, request("Authorization", "DPoP " + TOKEN, "DPoP", Draft.good().sign(KEY))), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @Test
    void memberThatIsRegisteredNowhereIsIgnoredBesideABinding() {
        Map<String, Object> claims = Map.of("cnf", Map.of("jkt", thumbprint(), "kc-jkt-type", "DPoP"));
        accepted(hold(Mode.DPOP, claims, request("Authorization", "DPoP " + TOKEN, "DPoP", Draft.good().sign(KEY))));
        assertRefused(hold(Mode.DPOP, claims, request("Authorization", "Bearer " + TOKEN)), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @Test
    void tokenBoundToACertificateComesWithIt() {
        Map<String, Object> claims = Map.of("cnf", Map.of("x5t#S256", Thumbprint.of(encoded())));
        for (Mode mode : List.of(Mode.MTLS, Mode.ANY)) {
            accepted(hold(mode, claims, over(Optional.of(CERTIFICATE))));
            assertRefused(hold(mode, claims, over(Optional.empty())), RejectReason.TOKEN_BINDING_REQUIRED);
            assertRefused(
                    hold(mode, Map.of("cnf", Map.of("x5t#S256", Thumbprint.of(new byte[1]))), over(Optional.of(CERTIFICATE))),
                    RejectReason.TOKEN_BINDING_MISMATCH);
        }
        assertRefused(hold(Mode.DPOP, claims, over(Optional.of(CERTIFICATE))), RejectReason.TOKEN_BINDING_REQUIRED);
        assertRefused(hold(Mode.NONE, claims, over(Optional.of(CERTIFICATE))), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @Test
    void tokenCanBeCalledBackByTheCertificateToWhichItIsBoundAndByNoOther() {
        Map<String, Object> claims = Map.of("cnf", Map.of("x5t#S256", Thumbprint.of(encoded())));
        assertThat(accepted(hold(Mode.ANY, claims, over(Optional.of(CERTIFICATE)))).identity().revocationHandles())
                .containsExactly(RevocationHandle.CertificateSerial.of(CERTIFICATE));
        assertThat(accepted(hold(Mode.NONE, Map.of(), over(Optional.of(CERTIFICATE)))).identity().revocationHandles()).isEmpty();
    }

    @Test
    void tokenBoundTwiceNeedsBoth() {
        Map<String, Object> claims = Map.of("cnf", Map.of("x5t#S256", Thumbprint.of(encoded()), "jkt", thumbprint()));
        assertRefused(hold(Mode.ANY, claims, request("Authorization", "DPoP " + TOKEN, "DPoP", Draft.good().sign(KEY))), RejectReason.TOKEN_BINDING_REQUIRED);
        assertRefused(hold(Mode.ANY, claims, over(Optional.of(CERTIFICATE))), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @Test
    void nonceIsAskedForGivenOutAndRotated() {
        SenderConstraint constraint = SenderConstraint.of("users", Mode.DPOP, Nonce.REQUIRED, worker);
        Rejection first = refused(constraint, Draft.good(), NOW);
        assertThat(first.reason()).isEqualTo(RejectReason.DPOP_NONCE_REQUIRED);
        Draft draft = Draft.good();
        draft.claims.put("nonce", nonce(first));
        assertThat(verdict(constraint, draft, NOW)).isInstanceOf(Verdict.Authenticated.class);
        Instant next = NOW.plus(DpopNonces.WINDOW);
        draft.claims.put("iat", next.getEpochSecond());
        assertThat(verdict(constraint, draft, next)).isInstanceOf(Verdict.Authenticated.class);
        Instant last = next.plus(DpopNonces.WINDOW);
        draft.claims.put("iat", last.getEpochSecond());
        Rejection old = refused(constraint, draft, last);
        assertThat(old.reason()).isEqualTo(RejectReason.DPOP_NONCE_REQUIRED);
        assertThat(nonce(old)).isNotEqualTo(nonce(first));
        draft.claims.put("nonce", "made-up");
        assertThat(refused(constraint, draft, last).reason()).isEqualTo(RejectReason.DPOP_NONCE_REQUIRED);
    }

    private static String nonce(Rejection rejection) {
        return rejection.fields().stream().filter(field -> field.name().equals("DPoP-Nonce")).map(ResponseField::value).findFirst().orElseThrow();
    }

    @Test
    void fullQueueIsOverloaded() {
        CpuWorker full = new CpuWorker() {
            @Override
            public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
                return Optional.empty();
            }
        };
        SenderConstraint constraint = SenderConstraint.of("users", Mode.DPOP, Nonce.NOT_ASKED, full);
        assertThat(refused(constraint, Draft.good(), NOW).reason()).isEqualTo(RejectReason.OVERLOADED);
    }

    @Test
    void proofsAreStrippedWithTheTokens() {
        SenderConstraint any = SenderConstraint.of("users", Mode.ANY, Nonce.NOT_ASKED, worker);
        assertThat(any.locations(BEARER)).contains(
                BEARER, new CredentialLocation.Scheme("Authorization", "DPoP"), new CredentialLocation.Field("DPoP"));
        assertThat(any.challenges("r")).extracting(Object::toString).containsExactly(
                "Bearer realm=\"r\"", "DPoP realm=\"r\", algs=\"ES256 ES384 ES512 EdDSA PS256 RS256\"");
    }

    private Rejection refused(SenderConstraint constraint, Draft draft, Instant at) {
        return ((Verdict.Rejected) verdict(constraint, draft, at)).rejection();
    }

    private Verdict verdict(SenderConstraint constraint, Draft draft, Instant at) {
        return settled(hold(constraint, bound(), Requests.at(at, request("Authorization", "DPoP " + TOKEN, "DPoP", draft.sign(KEY)))));
    }

    private static RequestView request(String... fields) {
        return Requests.get("/a/b", fields);
    }

    private static RequestView over(Optional<X509Certificate> possessed) {
        Peer peer = new Peer(Requests.STRANGER, 4711, "https", new Peer.Transport.Tls("TLSv1.3", List.of(), possessed));
        return new RequestView(Requests.head("GET", "api.example", "/a/b", "Authorization", "Bearer " + TOKEN), peer, NOW);
    }

    private Verdict dpop(Mode mode, String proof) {
        return hold(mode, bound(), request("Authorization", "DPoP " + TOKEN, "DPoP", proof));
    }

    private Verdict hold(Mode mode, Map<String, Object> claims, RequestView request) {
        return settled(hold(SenderConstraint.of("users", mode, Nonce.NOT_ASKED, worker), claims, request));
    }

    private static Verdict hold(SenderConstraint constraint, Map<String, Object> claims, RequestView request) {
        List<CredentialLocation> places = List.of(BEARER, new CredentialLocation.Scheme("Authorization", "DPoP"));
        TokenPlace.Found.At at = (TokenPlace.Found.At) TokenPlace.find(request.fields(), places);
        Identity identity = new Identity(
                "alice", List.of(new Proof(AuthMethod.JWT, "users")), Set.of(), Optional.of("t1"), Optional.empty(), claims, Optional.empty(), List.of());
        return constraint.hold(new Verdict.Authenticated(identity, Optional.empty()), request, at);
    }

    private static Verdict settled(Verdict verdict) {
        return verdict instanceof Verdict.Pending(var settled) ? settled.toCompletableFuture().join() : verdict;
    }

    private static Verdict.Authenticated accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Authenticated.class);
        return (Verdict.Authenticated) verdict;
    }

    private static void assertRefused(Verdict verdict, RejectReason reason) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.rejection().reason()).as(rejected.rejection().logDetail()).isEqualTo(reason);
            assertThat(rejected.credentialId()).contains("t1");
        });
    }

    private static Map<String, Object> bound() {
        return Map.of("cnf", Map.of("jkt", thumbprint()));
    }

    private static String thumbprint() {
        try {
            return KEY.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded() {
        try {
            return CERTIFICATE.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
