package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenHandles;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.client.AuthenticatedClient;
import dev.sallyport.core.token.client.OAuthClients;
import dev.sallyport.core.token.client.OAuthForm;
import dev.sallyport.core.token.client.OAuthRefusal;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import dev.sallyport.core.token.refresh.RefreshFamily;
import dev.sallyport.core.token.refresh.RefreshToken;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells about tokens (RFC 7662): to the client that has one, and of access tokens to whoever may ask about their audience.
 * Everybody else learns what is said of a token that never was: it is not active.
 */
public record TokenIntrospection(
        String issuer, AccessTokens tokens, Optional<RefreshFamilies> families, OAuthClients clients, Revocations revocations)
        implements ClientEndpoint.Action {
    private static final Map<String, Object> INACTIVE = Map.of("active", false);

    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request, OAuthForm form, AuthenticatedClient client) throws OAuthRefusal {
        String token = form.required("token");
        Instant now = request.receivedAt();
        Map<String, Object> told = RefreshToken.parse(token)
                .map(refresh -> families.flatMap(known -> known.findCurrent(client.id(), refresh, now))
                        .filter(family -> !revocations.covers(family.handles(), now))
                        .map(this::refreshing))
                .orElseGet(() -> tokens.read(token, now).filter(read -> concerns(read.claims(), client)).flatMap(read -> bearing(read, now)))
                .orElse(INACTIVE);
        Optional<String> tokenId = told.get("jti") instanceof String known ? Optional.of(known) : Optional.empty();
        return CompletableFuture.completedStage(new Destination.Answer.Given(
                JsonDocument.answer(told), Optional.of(ClientEndpoint.caller(client, tokenId, "introspection"))));
    }

    private Map<String, Object> refreshing(RefreshFamily family) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("active", true);
        told.put("iss", issuer);
        told.put("client_id", family.client());
        told.put("aud", family.audiences());
        told.put("scope", String.join(" ", family.scopes()));
        told.put("exp", family.until().getEpochSecond());
        return told;
    }

    private static boolean concerns(TokenClaims claims, AuthenticatedClient client) {
        try {
            boolean isOwn = claims.text("client_id").equals(Optional.of(client.id()));
            return isOwn || claims.texts("aud").orElse(List.of()).stream().anyMatch(client.entry().introspects()::contains);
        } catch (TokenClaims.Mistyped _) {
            return false;
        }
    }

    private Optional<Map<String, Object>> bearing(AccessTokens.Read read, Instant now) {
        TokenClaims claims = read.claims();
        try {
            String holder = claims.text("client_id").orElse("");
            Optional<String> family = claims.text("sid");
            boolean isEnded = family.isPresent() && families.flatMap(known -> known.find(holder, family.get(), now)).isEmpty();
            boolean isCalledBack = revocations.covers(TokenHandles.of(claims, claims.text("sub").orElse(""), TokenTimes.of(claims)), now)
                    || revocations.covers(TokenHandles.ofKey(read.keyId(), issuer), now);
            if (isEnded || isCalledBack || clients.find(holder).isEmpty()) {
                return Optional.empty();
            }
        } catch (TokenClaims.Mistyped _) {
            return Optional.empty();
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("active", true);
        told.put("token_type", claims.values().get("cnf") instanceof Map<?, ?> cnf && cnf.containsKey(AuthenticatedClient.PROOF_KEY) ? "DPoP" : "Bearer");
        told.putAll(claims.values());
        return Optional.of(told);
    }
}
