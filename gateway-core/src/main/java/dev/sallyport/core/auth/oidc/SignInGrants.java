package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.auth.oidc.IdTokenCheck.Checked;
import dev.sallyport.core.auth.oidc.IssuerTokens.Verified;
import dev.sallyport.core.oauth.call.BoundedCalls;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.TokenAnswer;
import dev.sallyport.core.oauth.provider.TokenResponse;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.session.Session.Renewal;
import dev.sallyport.core.state.session.Session;
import dev.sallyport.core.state.session.SignedIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Turns a code, and later a refresh token, into who is signed in. Each has a bound of its own: anybody can come with a code,
 * and must not keep from the provider those who are signed in.
 */
public final class SignInGrants {
    /** Codes redeemed at once. */
    static final int MAX_REDEMPTIONS = 128;

    /** Sessions renewed at once. */
    static final int MAX_RENEWALS = 256;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OidcRules rules;
    private final OpenIdProvider provider;
    private final IssuerTokens issuerTokens;
    private final IdTokenCheck check;
    private final SignedInUser users;
    private final BoundedCalls redemptions;
    private final BoundedCalls renewals;

    /** What a code gave. */
    public sealed interface Redeemed {
        /** @param providerSession {@code sid} of the provider's session */
        record User(SignedIn who, Optional<String> providerSession) implements Redeemed {}

        /** The provider took the code, and nobody is signed in all the same. */
        record Rejected(Rejection rejection) implements Redeemed {}

        /** The provider did not take the code, as far as is known: it may be anybody's invention. */
        record NotTaken(Rejection rejection) implements Redeemed {}
    }

    public SignInGrants(OidcRules rules, OpenIdProvider provider, IssuerTokens issuerTokens, GatewayEvents events) {
        this.rules = rules;
        this.provider = provider;
        this.issuerTokens = issuerTokens;
        this.check = new IdTokenCheck(rules);
        this.users = new SignedInUser(rules);
        this.redemptions = new BoundedCalls("oidc_redemptions", MAX_REDEMPTIONS, events);
        this.renewals = new BoundedCalls("oidc_renewals", MAX_RENEWALS, events);
    }

    /** RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5. */
    public CompletionStage<Redeemed> redeem(String code, SignInAttempt attempt, Instant now) {
        return redemptions.begin(() -> exchange(code, attempt, now))
                .orElseGet(() -> notTaken(unavailable(MAX_REDEMPTIONS + " sign-ins wait for the provider")));
    }

    private CompletionStage<Redeemed> exchange(String code, SignInAttempt attempt, Instant now) {
        Map<String, String> form = Map.of(
                "grant_type", "authorization_code", "code", code, "redirect_uri", attempt.redirectUri(), "code_verifier", attempt.verifier());
        return provider.ask(form, now).thenCompose(grant -> switch (grant) {
            case TokenAnswer.Given(TokenResponse tokens) -> verify(tokens, attempt, now);
            case TokenAnswer.Declined declined when isOfTheGrant(declined) -> notTaken(Rejection.of(RejectReason.SIGN_IN_REFUSED, told(declined)));
            case TokenAnswer.Declined declined -> notTaken(unavailable(told(declined)));
            case TokenAnswer.Invalid(String why) -> answerInvalid(why);
            case TokenAnswer.Failed(String why) -> notTaken(unavailable(why));
        });
    }

    private CompletionStage<Redeemed> verify(TokenResponse tokens, SignInAttempt attempt, Instant now) {
        if (tokens.idToken().isEmpty()) {
            return answerInvalid("the token answer has no `id_token`");
        }
        return issuerTokens.verify(tokens.idToken().get(), rules.issuer(), now).thenCompose(verified -> switch (verified) {
            case Verified.Invalid(String why) -> answerInvalid("the ID token: " + why);
            case Verified.Unavailable(String why) -> rejected(unavailable(why));
            case Verified.Signed(var jws) -> switch (check.check(jws, Optional.of(attempt.nonce()), tokens.accessTokenText(), now)) {
                case Checked.Invalid(String why) -> answerInvalid("the ID token: " + why);
                case Checked.Valid valid -> complete(tokens, valid, now);
            };
        });
    }

    private CompletionStage<Redeemed> complete(TokenResponse tokens, Checked.Valid idToken, Instant now) {
        return switch (rules.userInformation()) {
            case NOT_ASKED -> CompletableFuture.completedStage(signedIn(tokens, idToken, Map.of(), now));
            case ASKED_AT_SIGN_IN -> provider.userInfo(tokens.accessToken(), now).thenApply(told -> {
                if (told.isEmpty()) {
                    return new Redeemed.Rejected(unavailable("the user information cannot be had"));
                }
                // OpenID Connect Core §5.3.2: else it may be anybody's, put in the place of the user's own.
                return idToken.subject().equals(told.get().get("sub"))
                        ? signedIn(tokens, idToken, told.get(), now)
                        : new Redeemed.Rejected(Rejection.of(
                                RejectReason.SIGN_IN_ANSWER_INVALID, "the user information is about another `sub` than the ID token"));
            });
        };
    }

    private Redeemed signedIn(TokenResponse tokens, Checked.Valid idToken, Map<String, Object> told, Instant now) {
        SignedIn who = users.of(tokens, idToken, told, now);
        return KeptSize.fits(who)
                ? new Redeemed.User(who, idToken.providerSession())
                : new Redeemed.Rejected(Rejection.of(RejectReason.SIGN_IN_ANSWER_INVALID, KeptSize.tooMuch(who)));
    }

    /** RFC 6749 §6. */
    CompletionStage<Renewal> renew(SignedIn who, Instant now) {
        return renewals.begin(() -> refresh(who, now))
                .orElseGet(() -> renewal(new Renewal.Unavailable(MAX_RENEWALS + " renewals wait for the provider")));
    }

    private CompletionStage<Renewal> refresh(SignedIn who, Instant now) {
        String token = new String(Session.refreshToken(who).reveal(), StandardCharsets.UTF_8);
        return provider.ask(Map.of("grant_type", "refresh_token", "refresh_token", token), now).thenCompose(grant -> switch (grant) {
            case TokenAnswer.Given(TokenResponse tokens) -> renewed(who, tokens, now);
            case TokenAnswer.Declined declined when isOfTheGrant(declined) -> renewal(new Renewal.Refused(told(declined)));
            case TokenAnswer.Declined declined -> renewal(new Renewal.Unavailable(told(declined)));
            // What it gave cannot be read, and what we had is spent.
            case TokenAnswer.Invalid(String why) -> renewal(new Renewal.Refused(why));
            case TokenAnswer.Failed(String why) -> renewal(new Renewal.Unavailable(why));
        });
    }

    /** Else it refuses the gateway, which says nothing of the user. */
    private static boolean isOfTheGrant(TokenAnswer.Declined declined) {
        return declined.error().equals(TokenAnswer.INVALID_GRANT);
    }

    private static String told(TokenAnswer.Declined declined) {
        return "the token endpoint answers " + declined.status() + ": " + declined.error();
    }

    /** An ID token that comes along is about the same user (OpenID Connect Core §12.2), and may say something new of them. */
    private CompletionStage<Renewal> renewed(SignedIn who, TokenResponse tokens, Instant now) {
        if (tokens.idToken().isEmpty()) {
            return renewal(kept(users.renewed(who, tokens, now)));
        }
        return issuerTokens.verify(tokens.idToken().get(), rules.issuer(), now).thenApply(verified -> switch (verified) {
            case Verified.Invalid(String why) -> new Renewal.Refused("the ID token of the renewal: " + why);
            // The refresh token is spent, so what came with it is kept; who the user is stays what it was.
            case Verified.Unavailable _ -> kept(users.renewed(who, tokens, now));
            case Verified.Signed(var jws) -> switch (check.check(jws, Optional.empty(), tokens.accessTokenText(), now)) {
                case Checked.Invalid(String why) -> new Renewal.Refused("the ID token of the renewal: " + why);
                case Checked.Valid valid when !valid.subject().equals(who.identity().subject()) ->
                        new Renewal.Refused("the ID token of the renewal is another subject's");
                case Checked.Valid valid when !isOfTheSignIn(valid, who) -> new Renewal.Refused("the ID token of the renewal has another `nonce`");
                case Checked.Valid valid -> kept(users.renewed(who, tokens, valid, now));
            };
        });
    }

    private static Renewal kept(SignedIn who) {
        return KeptSize.fits(who) ? new Renewal.Renewed(who) : new Renewal.Refused(KeptSize.tooMuch(who));
    }

    /** The nonce may be left out then, and is else that of the sign-in (OpenID Connect Core §12.2). */
    private static boolean isOfTheSignIn(Checked.Valid idToken, SignedIn who) {
        Object nonce = idToken.claims().values().get("nonce");
        return nonce == null || nonce.equals(who.identity().claims().get("nonce"));
    }

    private static CompletionStage<Renewal> renewal(Renewal renewal) {
        return CompletableFuture.completedStage(renewal);
    }

    private static CompletionStage<Redeemed> rejected(Rejection rejection) {
        return CompletableFuture.completedStage(new Redeemed.Rejected(rejection));
    }

    private static CompletionStage<Redeemed> answerInvalid(String why) {
        return rejected(Rejection.of(RejectReason.SIGN_IN_ANSWER_INVALID, why));
    }

    private static CompletionStage<Redeemed> notTaken(Rejection rejection) {
        return CompletableFuture.completedStage(new Redeemed.NotTaken(rejection));
    }

    private static Rejection unavailable(String why) {
        return Rejection.of(RejectReason.PROVIDER_UNAVAILABLE, why).withRetryAfter(PAUSE);
    }
}
