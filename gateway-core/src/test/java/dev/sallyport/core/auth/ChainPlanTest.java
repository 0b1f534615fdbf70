package dev.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.core.Requests;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.revocation.RevocationList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainPlanTest {
    private static final AuthChain KEY = new AuthChain.One(new Scripted("partners", "X-Key", Speed.INLINE));
    private static final AuthChain TOKEN = new AuthChain.One(new Scripted("users", "Authorization", Speed.INLINE));
    private static final AuthChain ANY = new AuthChain.Any(List.of(TOKEN, KEY));
    private static final AuthChain ALL = new AuthChain.All(List.of(TOKEN, KEY));

    enum Speed { INLINE, LATER, AFTER_BODY }

    @Test
    void nothingPresentedGetsEveryChallengeWithoutError() {
        ChainVerdict.Refused refused = refused(ANY);
        assertThat(refused.rejection().reason()).isEqualTo(RejectReason.CREDENTIALS_MISSING);
        assertThat(challenges(refused)).containsExactly("Bearer realm=\"r\"", "ApiKey realm=\"r\", header=\"X-Key\"");
    }

    @ParameterizedTest
    @EnumSource(value = Speed.class, names = {"INLINE", "LATER"})
    void goodCredentialIsAcceptedAndBadOneRefused(Speed speed) {
        AuthChain one = new AuthChain.One(new Scripted("users", "Authorization", speed));
        assertThat(accepted(one, "Authorization", "good").identity().subject()).isEqualTo("users");
        ChainVerdict.Refused refused = refused(one, "Authorization", "bad");
        assertThat(refused.rejection().reason()).isEqualTo(RejectReason.TOKEN_EXPIRED);
        assertThat(challenges(refused)).containsExactly("Bearer realm=\"r\", error=\"invalid_token\"");
    }

    @ParameterizedTest
    @EnumSource(value = Speed.class, names = {"INLINE", "LATER"})
    void badCredentialIsNeverSkippedForAGoodOne(Speed speed) {
        AuthChain slow = new AuthChain.One(new Scripted("users", "Authorization", speed));
        for (AuthChain chain : List.of(new AuthChain.Any(List.of(KEY, slow)), new AuthChain.Any(List.of(slow, KEY)), new AuthChain.All(List.of(slow, KEY)))) {
            assertThat(refused(chain, "Authorization", "bad", "X-Key", "good").rejection().reason()).isEqualTo(RejectReason.TOKEN_EXPIRED);
            assertThat(refused(chain, "Authorization", "good", "X-Key", "bad").rejection().status()).isEqualTo(401);
        }
    }

    @Test
    void whatIsLeftOverIsClaimedAloneByWhoTakesIt() {
        AuthChain rest = new AuthChain.One(new LeftOver());
        for (AuthChain chain : List.of(new AuthChain.Any(List.of(rest, TOKEN)), new AuthChain.Any(List.of(TOKEN, rest)))) {
            assertThat(accepted(chain, "Authorization", "good").identity().subject()).isEqualTo("users");
            assertThat(accepted(chain, "Authorization", "good").identity().proofs()).hasSize(1);
            assertThat(refused(chain, "Authorization", "bad").rejection().reason()).isEqualTo(RejectReason.TOKEN_EXPIRED);
            assertThat(accepted(chain, "Authorization", "foreign").identity().subject()).isEqualTo("opaque");
        }
    }

    @Test
    void sessionThatIsRenewedHoldsUpThoseAloneWhoComeByIt() {
        AuthChain session = new AuthChain.One(new Renewing());
        String[] both = {"Cookie", Renewing.COOKIE + "=x", "X-Key", "good"};
        AuthChain any = new AuthChain.Any(List.of(session, KEY));
        assertThat(ChainPlan.of("r", any).run(Requests.get("/", both), RevocationList.NONE))
                .isInstanceOfSatisfying(ChainVerdict.Accepted.class, accepted -> assertThat(accepted.identity().subject()).isEqualTo("partners"));
        assertThat(ChainPlan.of("r", any).run(Requests.get("/", "Cookie", Renewing.COOKIE + "=x"), RevocationList.NONE)).isInstanceOf(ChainVerdict.Pending.class);
        assertThat(ChainPlan.of("r", new AuthChain.All(List.of(session, KEY))).run(Requests.get("/", both), RevocationList.NONE)).isInstanceOf(ChainVerdict.Pending.class);
    }

    @Test
    void firstInOrderIsTheIdentityOfAny() {
        assertThat(accepted(ANY, "X-Key", "good", "Authorization", "good").identity().subject()).isEqualTo("users");
        assertThat(accepted(ANY, "X-Key", "good").identity().proofs()).containsExactly(new Proof(AuthMethod.API_KEY, "partners"));
    }

    @Test
    void allListsEveryProofAndTheFirstNamedSpeaks() {
        Identity identity = accepted(ALL, "X-Key", "good", "Authorization", "good").identity();
        assertThat(identity.subject()).isEqualTo("users");
        assertThat(identity.proofs()).extracting(Proof::authenticator).containsExactly("users", "partners");
        assertThat(refused(ALL, "X-Key", "good").rejection().reason()).isEqualTo(RejectReason.CREDENTIALS_MISSING);
    }

    @Test
    void contentIsAskedForOnlyWhenNothingInlineRefuses() {
        AuthChain signed = new AuthChain.One(new Scripted("payments", "X-Sig", Speed.AFTER_BODY));
        AuthChain both = new AuthChain.All(List.of(signed, KEY));
        assertThat(run(both, "X-Sig", "good", "X-Key", "good")).isEqualTo(new ChainVerdict.NeedsBody(10));
        assertThat(refused(both, "X-Sig", "good", "X-Key", "bad").rejection().status()).isEqualTo(401);
        RequestView withBody = Requests.get("/", "X-Sig", "good", "X-Key", "good").withBody(new byte[1]);
        assertThat(ChainPlan.of("r", both).run(withBody, RevocationList.NONE)).isInstanceOf(ChainVerdict.Accepted.class);
    }

    @Test
    void bearerTokenThatNobodyClaimsIsRefused() {
        assertThat(refused(ANY, "Authorization", "foreign").rejection().reason()).isEqualTo(RejectReason.TOKEN_ISSUER_MISMATCH);
        assertThat(refused(ANY, "Authorization", "foreign", "X-Key", "good").rejection().reason()).isEqualTo(RejectReason.TOKEN_ISSUER_MISMATCH);
    }

    @Test
    void stageThatFailsNeverAccepts() {
        AuthChain broken = new AuthChain.One(new Scripted("users", "Authorization", Speed.LATER));
        assertThat(ChainPlan.of("r", broken).run(Requests.get("/", "Authorization", "broken"), RevocationList.NONE))
                .isInstanceOfSatisfying(ChainVerdict.Pending.class, it -> assertThat(it.settled().toCompletableFuture()).isCompletedExceptionally());
    }

    @Test
    void authenticatorThatThrowsIsNamed() {
        Authenticator users = new Scripted("users", "Authorization", Speed.INLINE);
        assertThatExceptionOfType(AuthenticatorDefect.class)
                .isThrownBy(() -> run(new AuthChain.Any(List.of(KEY, new AuthChain.One(users))), "X-Key", "good", "Authorization", "throw"))
                .satisfies(defect -> assertThat(defect.authenticator()).isEqualTo(users));
    }

    @Test
    void whatIsFoundOutBehindTheVerdictIsToldOfTheOneAtFault() {
        ChainPlan plan = ChainPlan.of("r", ANY);
        RequestView request = Requests.get("/", "Authorization", "good", "X-Key", "good");
        Rejection replayed = Rejection.of(RejectReason.DPOP_PROOF_REPLAYED, "");
        assertThat(plan.refuse("users", request, replayed).fields()).extracting(field -> field.value())
                .containsExactly("Bearer realm=\"r\", error=\"invalid_dpop_proof\"", "ApiKey realm=\"r\", header=\"X-Key\"");
        for (String other : List.of("partners", "nobody")) {
            assertThat(plan.refuse(other, request, replayed).fields()).extracting(field -> field.value())
                    .containsExactly("Bearer realm=\"r\"", "ApiKey realm=\"r\", header=\"X-Key\"");
        }
    }

    @Test
    void certificateAloneIsForbiddenWithoutChallenge() {
        AuthChain mesh = new AuthChain.One(new Certificate());
        ChainVerdict.Refused refused = refused(mesh);
        assertThat(refused.rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_MISSING);
        assertThat(refused.rejection().status()).isEqualTo(403);
        assertThat(challenges(refused)).isEmpty();
        AuthChain meshAndToken = new AuthChain.All(List.of(mesh, TOKEN));
        assertThat(refused(meshAndToken, "Authorization", "good").rejection().reason()).isEqualTo(RejectReason.CERTIFICATE_MISSING);
        assertThat(refused(meshAndToken, "Authorization", "good").rejection().status()).isEqualTo(401);
        assertThat(refused(meshAndToken).rejection().reason()).isEqualTo(RejectReason.CREDENTIALS_MISSING);
        AuthChain nested = new AuthChain.Any(List.of(meshAndToken, KEY));
        assertThat(accepted(nested, "X-Key", "good").identity().subject()).isEqualTo("partners");
    }

    @ParameterizedTest
    @EnumSource(value = Speed.class, names = {"INLINE", "LATER"})
    void credentialThatTheGatewayCalledBackIsRefusedWhoeverHoldsIt(Speed speed) {
        RevocationList bearer = (handles, _) -> handles.contains(new RevocationHandle.KeyId("users"));
        AuthChain slow = new AuthChain.One(new Scripted("users", "Authorization", speed));
        for (AuthChain chain : List.of(slow, new AuthChain.Any(List.of(KEY, slow)), new AuthChain.All(List.of(KEY, slow)))) {
            ChainVerdict.Refused refused = (ChainVerdict.Refused) run(bearer, chain, "Authorization", "good", "X-Key", "good");
            assertThat(refused.rejection().reason()).isEqualTo(RejectReason.TOKEN_REVOKED);
            assertThat(refused.credentialId()).contains("id of users");
        }
        assertThat(((ChainVerdict.Accepted) run(bearer, KEY, "X-Key", "good")).identity().subject()).isEqualTo("partners");
    }

    @Test
    void proofThatTwoAuthenticatorsTookOfOneRequestIsSpentOnce() {
        AuthChain others = new AuthChain.One(new Scripted("others", "Authorization", Speed.INLINE));
        assertThat(accepted(new AuthChain.All(List.of(TOKEN, others)), "Authorization", "once").spends()).singleElement()
                .extracting(OneTimeUse::authenticator).isEqualTo("users");
    }

    private static ChainVerdict run(AuthChain chain, String... fields) {
        return run(RevocationList.NONE, chain, fields);
    }

    private static ChainVerdict run(RevocationList revocations, AuthChain chain, String... fields) {
        ChainVerdict verdict = ChainPlan.of("r", chain).run(Requests.get("/", fields), revocations);
        return verdict instanceof ChainVerdict.Pending(var settled) ? settled.toCompletableFuture().join() : verdict;
    }

    private static ChainVerdict.Accepted accepted(AuthChain chain, String... fields) {
        return (ChainVerdict.Accepted) run(chain, fields);
    }

    private static ChainVerdict.Refused refused(AuthChain chain, String... fields) {
        return (ChainVerdict.Refused) run(chain, fields);
    }

    private static List<String> challenges(ChainVerdict.Refused refused) {
        return refused.rejection().fields().stream().map(field -> field.value()).toList();
    }

    private static Identity identity(AuthMethod method, String name) {
        return new Identity(
                name, List.of(new Proof(method, name)), Set.of(), Optional.of("id of " + name), Optional.empty(), Map.of(), Optional.empty(),
                List.of(new RevocationHandle.KeyId(name)));
    }

    /** Says what the header's value tells it to say. */
    private record Scripted(String name, String header, Speed speed) implements Authenticator {
        @Override
        public AuthMethod method() {
            return header.equals("Authorization") ? AuthMethod.JWT : AuthMethod.API_KEY;
        }

        @Override
        public Verdict authenticate(RequestView request) {
            String word = request.fields().findFirst(header).orElse("foreign");
            if (word.equals("foreign")) {
                return Verdict.NOT_CLAIMED;
            }
            if (speed == Speed.AFTER_BODY && request.body().isEmpty()) {
                return new Verdict.NeedsBody(10);
            }
            if (word.equals("throw")) {
                throw new IllegalStateException();
            }
            if (word.equals("broken")) {
                return new Verdict.Pending(CompletableFuture.failedFuture(new IllegalStateException()));
            }
            Verdict.Final last = word.equals("good") || word.equals("once")
                    ? new Verdict.Authenticated(identity(method(), name), Optional.of(new OneTimeUse(name, "a proof", Requests.NOW)).filter(_ -> word.equals("once")))
                    : new Verdict.Rejected(Rejection.of(RejectReason.TOKEN_EXPIRED, "scripted"));
            return speed == Speed.LATER ? new Verdict.Pending(CompletableFuture.completedFuture(last)) : last;
        }

        @Override
        public Optional<Rejection> refuseUnclaimed(RequestView request) {
            return request.fields().contains(header) && method() == AuthMethod.JWT
                    ? Optional.of(Rejection.of(RejectReason.TOKEN_ISSUER_MISMATCH, "scripted"))
                    : Optional.empty();
        }

        @Override
        public Set<CredentialLocation> locations() {
            return Set.of(new CredentialLocation.Field(header));
        }

        @Override
        public List<Challenge> challenges(String realm) {
            return List.of(method() == AuthMethod.JWT ? Challenge.bearer(realm) : Challenge.apiKey(realm, header));
        }
    }

    /** Takes every token that nobody else takes. */
    private record LeftOver() implements Authenticator {
        @Override
        public String name() {
            return "opaque";
        }

        @Override
        public AuthMethod method() {
            return AuthMethod.INTROSPECTION;
        }

        @Override
        public Precedence precedence() {
            return Precedence.LEFT_OVER;
        }

        @Override
        public Verdict authenticate(RequestView request) {
            return new Verdict.Authenticated(identity(AuthMethod.INTROSPECTION, "opaque"), Optional.empty());
        }

        @Override
        public Set<CredentialLocation> locations() {
            return Set.of(new CredentialLocation.Field("Authorization"));
        }

        @Override
        public List<Challenge> challenges(String realm) {
            return List.of(Challenge.bearer(realm));
        }
    }

    /** A session whose provider never answers. */
    private record Renewing() implements Authenticator {
        static final String COOKIE = "__Host-sallyport.people";

        @Override
        public String name() {
            return "people";
        }

        @Override
        public AuthMethod method() {
            return AuthMethod.OIDC;
        }

        @Override
        public Carriage carriage() {
            return Carriage.AMBIENT;
        }

        @Override
        public Verdict authenticate(RequestView request) {
            return new Verdict.Pending(new CompletableFuture<>());
        }

        @Override
        public Set<CredentialLocation> locations() {
            return Set.of(new CredentialLocation.Cookie(COOKIE));
        }

        @Override
        public List<Challenge> challenges(String realm) {
            return List.of();
        }
    }

    private record Certificate() implements Authenticator {
        @Override
        public String name() {
            return "mesh";
        }

        @Override
        public AuthMethod method() {
            return AuthMethod.MTLS;
        }

        @Override
        public Carriage carriage() {
            return Carriage.AMBIENT;
        }

        @Override
        public Verdict authenticate(RequestView request) {
            return new Verdict.Authenticated(identity(AuthMethod.MTLS, "mesh"), Optional.empty());
        }

        @Override
        public Set<CredentialLocation> locations() {
            return Set.of();
        }

        @Override
        public List<Challenge> challenges(String realm) {
            return List.of();
        }
    }
}
