package dev.sallyport.core.auth.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.jwt.JwtRules;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntrospectionAuthenticatorTest {
    private static final Instant NOW = Requests.NOW;
    private static final Duration CACHE_FOR = Duration.ofSeconds(30);
    private static final Duration NEGATIVE_FOR = Duration.ofSeconds(5);
    private static final String BASE = "\"active\":true,\"iss\":\"https://idp.example\",\"aud\":[\"other\",\"api\"],\"sub\":\"anna\"";
    private static final String GOOD = "{" + BASE + ",\"scope\":\"read write\",\"jti\":\"j1\"}";

    private final Provider provider = new Provider();
    private final IntrospectionAuthenticator opaque = new IntrospectionAuthenticator(
            "opaque", rules(), SenderConstraint.of("opaque", SenderConstraint.Mode.NONE, SenderConstraint.Nonce.NOT_ASKED, new SameThread()), provider,
            new SameThread(), GatewayEvents.IGNORED);

    @Test
    void activeTokenNamesItsSubjectScopesAndId() {
        Identity identity = accepted(first("t", GOOD));
        assertThat(identity.subject()).isEqualTo("anna");
        assertThat(identity.scopes()).containsExactlyInAnyOrder("read", "write");
        assertThat(identity.credentialId()).contains("j1");
        assertThat(identity.issuer()).contains("https://idp.example");
        assertThat(identity.proofs()).extracting(proof -> proof.method()).containsExactly(AuthMethod.INTROSPECTION);
    }

    @Test
    void providerIsAskedWithTheTokenAndOurCredentials() {
        ask(NOW, "a.b-c~d+/==");
        HttpFetcher.Call.PostForm call = (HttpFetcher.Call.PostForm) provider.requests.getFirst().call();
        assertThat(new String(call.form().reveal(), StandardCharsets.UTF_8)).isEqualTo("token=a.b-c%7Ed%2B%2F%3D%3D&token_type_hint=access_token");
        // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        assertThat(new String(call.authorization().orElseThrow().reveal(), StandardCharsets.UTF_8)).isEqualTo("Basic Z2F0ZXdheTpzJTNBZWNyZXQ=");
        assertThat(provider.requests.getFirst().toString()).doesNotContain("a.b-c").doesNotContain("Z2F0");
    }

    @Test
    void activeTokenIsAskedAboutOnceWithinItsTime() {
        first("t", GOOD);
        accepted(ask(NOW.plus(CACHE_FOR).minusMillis(1), "t"));
        assertThat(provider.requests).hasSize(1);
        ask(NOW.plus(CACHE_FOR), "t");
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void endOfTheTokenEndsWhatIsRemembered() {
        first("t", "{" + BASE + ",\"exp\":" + NOW.plusSeconds(10).getEpochSecond() + "}");
        accepted(ask(NOW.plusSeconds(9), "t"));
        assertThat(provider.requests).hasSize(1);
        ask(NOW.plusSeconds(10), "t");
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void clockThatWasSetBackEndsIt() {
        first("t", GOOD);
        first("u", "{\"active\":false}");
        ask(NOW.minusSeconds(3600), "t");
        ask(NOW.minusSeconds(3600), "u");
        assertThat(provider.requests).hasSize(4);
    }

    @Test
    void inactiveTokenIsRefusedAndAskedAboutAgainSoon() {
        assertRejected(first("t", "{\"active\":false}"), RejectReason.TOKEN_INACTIVE);
        assertRejected(ask(NOW.plus(NEGATIVE_FOR).minusMillis(1), "t"), RejectReason.TOKEN_INACTIVE);
        assertThat(provider.requests).hasSize(1);
        Verdict again = ask(NOW.plus(NEGATIVE_FOR), "t");
        provider.answer(GOOD);
        accepted(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "not json", "{}", "{\"active\":\"true\"}", "{\"active\":1}", "{\"active\":null}",
        "{\"active\":false,\"active\":true}", "{\"active\":true}{}", "eyJhbGciOiJub25lIn0.e30."})
    void answerThatSaysNothingIsNobodysFaultAndForgotten(String answer) {
        assertRejected(first("t", answer), RejectReason.INTROSPECTION_UNAVAILABLE);
        Verdict again = ask(NOW, "t");
        provider.answer(GOOD);
        accepted(again);
    }

    @Test
    void errorIsNeverRemembered() {
        Verdict verdict = ask(NOW, "t");
        provider.fail();
        assertRejected(verdict, RejectReason.INTROSPECTION_UNAVAILABLE);
        Verdict again = ask(NOW, "t");
        provider.answer(GOOD);
        accepted(again);
    }

    @Test
    void callersWithOneTokenShareOneCall() {
        List<Verdict> verdicts = new ArrayList<>();
        for (int caller = 0; caller < 35; caller++) {
            verdicts.add(ask(NOW, "t"));
        }
        provider.answer(GOOD);
        assertThat(provider.requests).hasSize(1);
        verdicts.forEach(IntrospectionAuthenticatorTest::accepted);
    }

    @Test
    void callsUnderWayAreBounded() {
        for (int token = 0; token < IntrospectionAuthenticator.MAX_CALLS; token++) {
            ask(NOW, "t" + token);
        }
        assertRejected(ask(NOW, "more"), RejectReason.INTROSPECTION_UNAVAILABLE);
        assertThat(provider.requests).hasSize(IntrospectionAuthenticator.MAX_CALLS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"iss\":\"https://evil.example\"", "\"iss\":\"https://idp.example/\"", "\"iss\":1", "\"x\":1"})
    void issuerMustBeTheOneThatIsWritten(String issuer) {
        assertRejected(first("t", "{\"active\":true,\"aud\":\"api\",\"sub\":\"anna\"," + issuer + "}"), RejectReason.TOKEN_ISSUER_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"aud\":\"other\"", "\"aud\":[]", "\"aud\":\"api \"", "\"x\":1"})
    void audienceMustBeOurs(String audience) {
        assertRejected(first("t", "{\"active\":true,\"iss\":\"https://idp.example\",\"sub\":\"anna\"," + audience + "}"), RejectReason.TOKEN_AUDIENCE_MISMATCH);
    }

    @Test
    void timesAreHeldWithTheSkew() {
        long now = NOW.getEpochSecond();
        assertRejected(first("a", "{" + BASE + ",\"exp\":" + (now - 30) + "}"), RejectReason.TOKEN_EXPIRED);
        assertRejected(first("b", "{" + BASE + ",\"nbf\":" + (now + 31) + "}"), RejectReason.TOKEN_NOT_YET_VALID);
        assertRejected(first("c", "{" + BASE + ",\"iat\":" + (now + 31) + "}"), RejectReason.TOKEN_NOT_YET_VALID);
        accepted(first("d", "{" + BASE + ",\"exp\":" + (now - 29) + ",\"nbf\":" + (now + 30) + "}"));
        ask(NOW, "d"); // over but for the skew, so it is not remembered
        assertThat(provider.requests).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"cnf\":{\"jkt\":\"x\"}", "\"cnf\":null", "\"token_type\":\"DPoP\"", "\"token_type\":\"dpop\""})
    void boundTokenIsNoBearerToken(String binding) {
        assertRejected(first("t", "{" + BASE + "," + binding + "}"), RejectReason.TOKEN_BINDING_REQUIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"typ\":\"Refresh\"", "\"typ\":\"ID\"", "\"token_use\":\"refresh_token\"", "\"events\":{}", "\"nonce\":\"n\""})
    void activeTokenOfAnotherKindIsRefused(String kind) {
        assertRejected(first("t", "{" + BASE + "," + kind + "}"), RejectReason.TOKEN_TYPE_NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"exp\":\"soon\"", "\"exp\":-1", "\"scope\":7", "\"jti\":\"\""})
    void mistypedAnswerIsRefused(String member) {
        assertRejected(first("t", "{" + BASE + "," + member + "}"), RejectReason.TOKEN_MALFORMED);
    }

    @Test
    void answerWithoutASubjectIsRefused() {
        assertRejected(first("t", "{\"active\":true,\"iss\":\"https://idp.example\",\"aud\":\"api\",\"client_id\":\"anna\"}"), RejectReason.TOKEN_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "a=b", "a&token=b", "a\"b", "ä", "a;b"})
    void whatIsNoTokenIsNotAskedAbout(String token) {
        assertRejected(ask(NOW, token), RejectReason.TOKEN_MALFORMED);
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void hugeTokenIsNotAskedAbout() {
        assertRejected(ask(NOW, "a".repeat(IntrospectionAuthenticator.MAX_TOKEN_BYTES + 1)), RejectReason.TOKEN_MALFORMED);
        ask(NOW, "a".repeat(IntrospectionAuthenticator.MAX_TOKEN_BYTES));
        assertThat(provider.requests).hasSize(1);
    }

    @Test
    void twoTokensAreAmbiguousAndAnotherSchemeIsAbsent() {
        assertRejected(opaque.authenticate(Requests.get("/", "Authorization", "Bearer a", "Authorization", "Bearer a")), RejectReason.CREDENTIALS_AMBIGUOUS);
        assertRejected(opaque.authenticate(Requests.get("/", "Authorization", "Bearer a, b")), RejectReason.CREDENTIALS_AMBIGUOUS);
        assertThat(opaque.authenticate(Requests.get("/", "Authorization", "Basic YTpi"))).isInstanceOf(Verdict.NotClaimed.class);
        assertThat(opaque.authenticate(Requests.get("/"))).isInstanceOf(Verdict.NotClaimed.class);
    }

    private static IntrospectionRules rules() {
        return new IntrospectionRules(
                URI.create("https://idp.example/introspect"), new ClientAuthentication.SharedSecret("gateway", Secret.ofText("s:ecret")),
                Optional.of("https://idp.example"), Set.of("api"), CACHE_FOR, NEGATIVE_FOR, Duration.ofSeconds(5), Duration.ofSeconds(30),
                "sub", List.of("scope"), JwtRules.BEARER, Optional.empty());
    }

    private Verdict ask(Instant now, String token) {
        return opaque.authenticate(Requests.at(now, Requests.get("/", "Authorization", "Bearer " + token)));
    }

    private Verdict first(String token, String answer) {
        Verdict verdict = ask(NOW, token);
        provider.answer(answer);
        return verdict;
    }

    private static Verdict.Final last(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Final last -> last;
            case Verdict.Pending(CompletionStage<Verdict.Final> settled) -> settled.toCompletableFuture().getNow(
                    new Verdict.Rejected(dev.sallyport.core.reject.Rejection.of(RejectReason.INTERNAL_ERROR, "still asking")));
            case Verdict.NotClaimed _, Verdict.NeedsBody _ -> throw new AssertionError(verdict);
        };
    }

    private static Identity accepted(Verdict verdict) {
        assertThat(last(verdict)).isInstanceOf(Verdict.Authenticated.class);
        return ((Verdict.Authenticated) last(verdict)).identity();
    }

    private static void assertRejected(Verdict verdict, RejectReason reason) {
        assertThat(last(verdict)).isInstanceOf(Verdict.Rejected.class);
        assertThat(((Verdict.Rejected) last(verdict)).rejection().reason()).isEqualTo(reason);
    }

    /** Answers when the test says so. */
    private static final class Provider implements HttpFetcher {
        private final List<Request> requests = new ArrayList<>();
        private final List<CompletableFuture<Result>> open = new ArrayList<>();

        @Override
        public CompletionStage<Result> fetch(Request request) {
            requests.add(request);
            CompletableFuture<Result> result = new CompletableFuture<>();
            open.add(result);
            return result;
        }

        void answer(String body) {
            open.removeFirst().complete(new Result.Fetched(body.getBytes(StandardCharsets.UTF_8), Optional.empty()));
        }

        void fail() {
            open.removeFirst().complete(new Result.Failed("the answer's status is 401"));
        }
    }

    private record SameThread() implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    }
}
