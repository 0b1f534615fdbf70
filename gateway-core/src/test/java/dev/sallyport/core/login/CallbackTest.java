package dev.sallyport.core.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.Invitation;
import dev.sallyport.core.auth.oidc.IssuerTokens;
import dev.sallyport.core.auth.oidc.OidcAuthenticator;
import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.auth.oidc.SignIn;
import dev.sallyport.core.auth.oidc.SignInGrants;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.StaticKeySource;
import dev.sallyport.core.oauth.lending.MadeProvider;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.oauth.provider.ProviderRules;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Destination.Answer;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.session.SessionRules;
import dev.sallyport.core.state.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackTest {
    private static final String ISSUER = "https://idp.example";
    private static final String METADATA = """
            {"issuer":"%1$s","authorization_endpoint":"%1$s/a","token_endpoint":"%1$s/t"}""".formatted(ISSUER);
    private static final OidcRules RULES = new OidcRules(
            "people", ISSUER, "gateway", List.of("openid"), new OidcRules.Paths("/cb", "/out", "/back", "/"), Set.of(JwsAlgorithm.ES256),
            Duration.ofSeconds(30), OidcRules.UserInformation.NOT_ASKED, OidcRules.AccessToken.WITHHELD);

    private final MadeProvider provider = new MadeProvider();
    private final OpenIdProvider openId = new OpenIdProvider(
            new ProviderRules(
                    ISSUER, new ClientAuthentication.SharedSecret("gateway", Secret.ofText("s")), Duration.ofSeconds(5), Optional.empty(),
                    ProviderMetadata.Transport.HTTPS_ONLY),
            provider, provider);
    private final SignIn signIn = new SignIn(RULES, openId);
    private final SignInGrants grants = new SignInGrants(
            RULES, openId, new IssuerTokens(RULES.algorithms(), StaticKeySource.of(), provider), GatewayEvents.IGNORED);
    private final Sessions sessions = new Sessions(new SessionRules(Duration.ofMinutes(30), Duration.ofHours(12), 3), GatewayEvents.IGNORED);
    private final InMemoryReplayStore spent = new InMemoryReplayStore(2, GatewayEvents.IGNORED);
    private final Callback callback = new Callback(RULES, openId, signIn, grants, sessions, spent);

    /** One that is under way, as its browser knows it. */
    private record Attempt(String cookie, String state) {}

    private Attempt begun() {
        CompletableFuture<Invitation> invitation = new OidcAuthenticator(RULES, sessions, signIn, grants)
                .invite(Requests.get("/app", "Sec-Fetch-Mode", "navigate")).orElseThrow().toCompletableFuture();
        if (!invitation.isDone()) {
            provider.answer(METADATA);
        }
        LocalResponse away = ((Invitation.Elsewhere) invitation.join()).response();
        String cookie = field(away, "Set-Cookie").replaceFirst(";.*", "");
        return new Attempt(cookie, field(away, "Location").replaceFirst(".*[?&]state=([^&]*).*", "$1"));
    }

    private static String field(LocalResponse response, String name) {
        return response.fields().stream().filter(field -> field.name().equals(name)).map(ResponseField::value).findFirst().orElseThrow();
    }

    private CompletionStage<Answer> answer(Attempt attempt, String parameters) {
        return callback.answer(Requests.get("/cb?state=" + attempt.state() + parameters, "Cookie", attempt.cookie()));
    }

    private static RejectReason reason(CompletionStage<Answer> answer) {
        assertThat(answer.toCompletableFuture()).isDone();
        return ((Answer.Refused) answer.toCompletableFuture().join()).rejection().reason();
    }

    private int tokensAsked() {
        return (int) provider.requests.stream().filter(request -> request.uri().getPath().equals("/t")).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"&error=access_denied", "&error=x&code=c", ""})
    void answerWithoutACodeSpendsNothingHoweverOftenItComes(String parameters) {
        Attempt attempt = begun();
        for (int each = 0; each < 3; each++) {
            assertThat(reason(answer(attempt, parameters))).isEqualTo(RejectReason.SIGN_IN_REFUSED);
            assertThat(reason(answer(begun(), parameters))).isEqualTo(RejectReason.SIGN_IN_REFUSED);
        }
        assertThat(spent.size()).isZero();
        assertThat(tokensAsked()).isZero();
    }

    @Test
    void codeThatTheProviderDoesNotTakeSpendsNothing() {
        for (int each = 0; each < 3; each++) {
            CompletionStage<Answer> answer = answer(begun(), "&code=made-up");
            provider.decline(400, "{\"error\":\"invalid_grant\"}");
            assertThat(reason(answer)).isEqualTo(RejectReason.SIGN_IN_REFUSED);
        }
        CompletionStage<Answer> answer = answer(begun(), "&code=c");
        provider.fail();
        assertThat(reason(answer)).isEqualTo(RejectReason.PROVIDER_UNAVAILABLE);
        assertThat(spent.size()).isZero();
    }

    @Test
    void secondAnswerGoesNotToTheProviderWhileTheFirstIsUnderWayNorAfterIt() {
        Attempt attempt = begun();
        CompletionStage<Answer> first = answer(attempt, "&code=c");
        assertThat(reason(answer(attempt, "&code=d"))).isEqualTo(RejectReason.SIGN_IN_STATE_INVALID);
        assertThat(tokensAsked()).isEqualTo(1);
        // It took the code, and says nothing of the user.
        provider.answer("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
        assertThat(reason(first)).isEqualTo(RejectReason.SIGN_IN_ANSWER_INVALID);
        assertThat(reason(answer(attempt, "&code=d"))).isEqualTo(RejectReason.SIGN_IN_STATE_INVALID);
        assertThat(tokensAsked()).isEqualTo(1);
    }
}
