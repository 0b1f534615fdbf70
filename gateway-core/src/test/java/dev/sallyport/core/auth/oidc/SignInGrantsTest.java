package dev.sallyport.core.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.Requests;
import dev.sallyport.core.auth.oidc.SignInGrants.Redeemed;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.StaticKeySource;
import dev.sallyport.core.oauth.lending.MadeProvider;
import dev.sallyport.core.oauth.provider.ClientAuthentication;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.oauth.provider.ProviderRules;
import dev.sallyport.core.port.LimitsReached;
import dev.sallyport.core.port.Secret;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.session.Session.Renewal;
import dev.sallyport.core.state.session.SignedIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SignInGrantsTest {
    private static final Instant NOW = Requests.NOW;
    private static final String ISSUER = "https://idp.example";
    private static final OidcRules RULES = new OidcRules(
            "people", ISSUER, "gateway", List.of("openid"), new OidcRules.Paths("/cb", "/out", "/back", "/"), Set.of(JwsAlgorithm.ES256),
            Duration.ofSeconds(30), OidcRules.UserInformation.NOT_ASKED, OidcRules.AccessToken.WITHHELD);
    private static final SignedIn ADA = new SignedIn(
            new Identity("ada", List.of(new Proof(AuthMethod.OIDC, "people")), Set.of(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), List.of()),
            NOW, Secret.ofText("a"), NOW, Optional.of(Secret.ofText("r")));

    private final LimitsReached reached = new LimitsReached();
    private final MadeProvider provider = new MadeProvider();
    private final SignInGrants grants = grants();

    @Test
    void codesThatAnybodyCanSendLeaveRoomForTheSessionsThatAreRenewed() {
        redeem("code");
        provider.answer("{\"issuer\":\"" + ISSUER + "\",\"authorization_endpoint\":\"" + ISSUER + "/a\",\"token_endpoint\":\"" + ISSUER + "/t\"}");
        for (int each = 1; each < SignInGrants.MAX_REDEMPTIONS; each++) {
            redeem("code");
        }
        int asked = provider.requests.size();
        assertThat(redeem("one more").toCompletableFuture()).isCompletedWithValueMatching(redeemed ->
                redeemed instanceof Redeemed.NotTaken(var rejection) && rejection.reason() == RejectReason.PROVIDER_UNAVAILABLE);
        assertThat(provider.requests).hasSize(asked);
        assertThat(reached.all()).containsExactly("oidc_redemptions");
        for (int each = 0; each < SignInGrants.MAX_RENEWALS; each++) {
            grants.renew(ADA, NOW);
        }
        assertThat(provider.form()).contains("grant_type=refresh_token");
        assertThat(provider.requests).hasSize(asked + SignInGrants.MAX_RENEWALS);
        assertThat(grants.renew(ADA, NOW).toCompletableFuture()).isCompletedWithValueMatching(Renewal.Unavailable.class::isInstance);
        assertThat(reached.all()).containsExactly("oidc_redemptions", "oidc_renewals");
        provider.fail();
        redeem("there is room again");
        assertThat(provider.requests).hasSize(asked + SignInGrants.MAX_RENEWALS + 1);
    }

    @Test
    void renewalThatIsTooLongToKeepEndsTheSession() {
        CompletionStage<Renewal> renewal = grants.renew(ADA, NOW);
        provider.answer("{\"issuer\":\"" + ISSUER + "\",\"authorization_endpoint\":\"" + ISSUER + "/a\",\"token_endpoint\":\"" + ISSUER + "/t\"}");
        String half = "x".repeat(KeptSize.MAX / 2);
        provider.answer("{\"access_token\":\"" + half + "\",\"token_type\":\"Bearer\",\"refresh_token\":\"" + half + "\"}");
        assertThat(renewal.toCompletableFuture().join()).isInstanceOf(Renewal.Refused.class);
        CompletionStage<Renewal> shorter = grants.renew(ADA, NOW);
        provider.answer("{\"access_token\":\"" + half + "\",\"token_type\":\"Bearer\",\"refresh_token\":\"r\"}");
        assertThat(shorter.toCompletableFuture().join()).isInstanceOf(Renewal.Renewed.class);
    }

    private CompletionStage<Redeemed> redeem(String code) {
        return grants.redeem(code, SignInAttempt.begin("https://app.example/cb", "/", NOW), NOW);
    }

    private SignInGrants grants() {
        ProviderRules rules = new ProviderRules(
                ISSUER, new ClientAuthentication.SharedSecret("gateway", Secret.ofText("s")), Duration.ofSeconds(5), Optional.empty(),
                ProviderMetadata.Transport.HTTPS_ONLY);
        IssuerTokens tokens = new IssuerTokens(RULES.algorithms(), StaticKeySource.of(), provider);
        return new SignInGrants(RULES, new OpenIdProvider(rules, provider, provider), tokens, reached);
    }
}
