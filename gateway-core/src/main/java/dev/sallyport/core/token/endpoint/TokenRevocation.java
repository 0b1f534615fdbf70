package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.http.LocalResponse;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.ResponseField;
import dev.sallyport.core.port.Journal.Appended;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.client.AuthenticatedClient;
import dev.sallyport.core.token.client.OAuthForm;
import dev.sallyport.core.token.client.OAuthRefusal;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import dev.sallyport.core.token.refresh.RefreshToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Calls tokens back (RFC 7009). With a refresh token goes all that came of its grant; what is no token, or none any more,
 * is called back already. One that just ended is called back too: whose clock is behind takes it still.
 */
public record TokenRevocation(AccessTokens tokens, Optional<RefreshFamilies> families, CallingBack callingBack) implements ClientEndpoint.Action {

    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request, OAuthForm form, AuthenticatedClient client) throws OAuthRefusal {
        String token = form.required("token");
        Instant now = request.receivedAt();
        Optional<RefreshToken> refresh = RefreshToken.parse(token);
        Optional<TokenClaims> access = refresh.isPresent() ? Optional.empty() : tokens.read(token, now.minus(Revocations.GRACE)).map(AccessTokens.Read::claims);
        CompletionStage<Appended> kept = refresh.isPresent() ? family(client, refresh.get(), now)
                : access.isPresent() ? access(client, access.get(), now)
                : nothing();
        return KeptAnswer.once(kept, client, () -> done(client, refresh.map(RefreshToken::family).or(() -> access.flatMap(TokenRevocation::tokenId))));
    }

    /** By whichever token of it, one that was replaced too. */
    private CompletionStage<Appended> family(AuthenticatedClient client, RefreshToken token, Instant now) {
        return families.flatMap(known -> known.revoke(client.id(), token.family()))
                .map(ended -> KeptAnswer.both(ended, callingBack.family(client, token.family(), now)))
                .orElseGet(TokenRevocation::nothing);
    }

    private CompletionStage<Appended> access(AuthenticatedClient client, TokenClaims claims, Instant now) throws OAuthRefusal {
        try {
            // RFC 7009 §2.1: nobody calls another's token back.
            if (!claims.text("client_id").equals(Optional.of(client.id()))) {
                throw OAuthRefusal.of(RejectReason.TOKEN_NOT_REVOCABLE, "invalid_grant", "it was issued to another client");
            }
            if (!callingBack.isPossible()) {
                throw OAuthRefusal.of(RejectReason.TOKEN_NOT_REVOCABLE, "unsupported_token_type", "an access token, and no `revocation.journal`");
            }
            return callingBack.token(client, claims.text("jti").orElseThrow(), claims.time("exp").orElseThrow(), now);
        } catch (TokenClaims.Mistyped mistyped) {
            throw new IllegalStateException("a token that we signed is well-formed", mistyped);
        }
    }

    private static CompletionStage<Appended> nothing() {
        return CompletableFuture.completedStage(Appended.KEPT);
    }

    private static Optional<String> tokenId(TokenClaims claims) {
        return claims.values().get("jti") instanceof String tokenId ? Optional.of(tokenId) : Optional.empty();
    }

    private static Destination.Answer done(AuthenticatedClient client, Optional<String> token) {
        LocalResponse empty = new LocalResponse(200, List.of(new ResponseField("Cache-Control", "no-store")), new byte[0]);
        return new Destination.Answer.Given(empty, Optional.of(ClientEndpoint.caller(client, token, "revocation")));
    }
}
