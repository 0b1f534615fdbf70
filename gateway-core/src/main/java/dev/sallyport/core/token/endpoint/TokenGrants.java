package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.token.client.AuthenticatedClient;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.OAuthForm;
import dev.sallyport.core.token.client.OAuthRefusal;
import dev.sallyport.core.token.endpoint.AccessTokens.Grant;
import dev.sallyport.core.token.endpoint.AccessTokens.Minted;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import dev.sallyport.core.token.refresh.RefreshFamily;
import dev.sallyport.core.token.refresh.RefreshToken;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gives out tokens: {@code client_credentials} (RFC 6749 §4.4) and {@code refresh_token} (§6).
 *
 * @param families absent where no state is configured, and then no client has refresh tokens
 */
public record TokenGrants(AccessTokens tokens, Optional<RefreshFamilies> families, CallingBack callingBack) implements ClientEndpoint.Action {

    @Override
    public CompletionStage<Destination.Answer> answer(RequestView request, OAuthForm form, AuthenticatedClient client) throws OAuthRefusal {
        Instant now = request.receivedAt();
        return switch (form.required("grant_type")) {
            case "client_credentials" -> first(form, client, now);
            case "refresh_token" -> again(form, client, now);
            default -> throw OAuthRefusal.of(RejectReason.GRANT_TYPE_UNSUPPORTED, "unsupported_grant_type", "`grant_type` is another");
        };
    }

    private CompletionStage<Destination.Answer> first(OAuthForm form, AuthenticatedClient client, Instant now) throws OAuthRefusal {
        ClientEntry entry = client.entry();
        if (entry.audiences().isEmpty()) {
            throw notAllowed("the client has no `audiences`");
        }
        RequestedGrant requested = RequestedGrant.first(form, entry.scopes(), entry.audiences());
        Optional<RefreshFamilies> refreshing = refreshing(entry);
        return refreshing.isPresent()
                ? settle(refreshing.get().begin(client.id(), requested.scopes(), requested.audiences(), now), client, requested, now)
                : CompletableFuture.completedStage(issued(client, requested, Optional.empty(), now));
    }

    private CompletionStage<Destination.Answer> again(OAuthForm form, AuthenticatedClient client, Instant now) throws OAuthRefusal {
        ClientEntry entry = client.entry();
        RefreshFamilies known = refreshing(entry).orElseThrow(() -> notAllowed("the client does not set `refreshTokens`"));
        RefreshToken presented = RefreshToken.parse(form.required("refresh_token")).orElseThrow(() -> unknown("it has not the form of one"));
        Optional<RefreshFamily> family = known.findCurrent(client.id(), presented, now);
        if (family.isPresent() && callingBack.revocations().covers(family.get().handles(), now)) {
            throw unknown("its client or family was called back");
        }
        // What is asked amiss is refused before the token is spent; a token that was spent before ends its family whatever is asked.
        RequestedGrant requested = family.isPresent()
                ? RequestedGrant.again(form, common(entry.scopes(), family.get().scopes()), common(entry.audiences(), family.get().audiences()))
                : RequestedGrant.NOTHING;
        return settle(known.rotate(client.id(), presented, now), client, requested, now);
    }

    private Optional<RefreshFamilies> refreshing(ClientEntry entry) {
        return entry.refreshTokens() == ClientEntry.RefreshTokens.ISSUED ? families : Optional.empty();
    }

    /** What was granted, as far as the client may still have it. */
    private static Set<String> common(Set<String> allowed, Set<String> granted) {
        Set<String> both = new LinkedHashSet<>(granted);
        both.retainAll(allowed);
        return Scopes.inOrder(both);
    }

    private CompletionStage<Destination.Answer> settle(RefreshFamilies.Outcome outcome, AuthenticatedClient client, RequestedGrant requested, Instant now)
            throws OAuthRefusal {
        return switch (outcome) {
            case RefreshFamilies.Outcome.Issued issued -> {
                Destination.Answer answer = issued(client, requested, Optional.of(issued), now);
                yield KeptAnswer.once(issued.kept(), client, () -> answer);
            }
            case RefreshFamilies.Outcome.Reused(RefreshFamily family, var kept) -> {
                OAuthRefusal refusal = invalidGrant(RejectReason.REFRESH_TOKEN_REUSED, "all of family `" + family.id() + "` is called back");
                yield KeptAnswer.once(KeptAnswer.both(kept, callingBack.family(client, family.id(), now)), client, () -> refused(refusal, client));
            }
            case RefreshFamilies.Outcome.Unknown() -> throw unknown("no such token of this client is good");
            case RefreshFamilies.Outcome.Full() -> throw OAuthRefusal.of(KeptAnswer.unavailable("the bound on refresh tokens is reached"));
        };
    }

    private Destination.Answer issued(AuthenticatedClient client, RequestedGrant requested, Optional<RefreshFamilies.Outcome.Issued> refresh, Instant now) {
        Optional<RefreshFamily> family = refresh.map(RefreshFamilies.Outcome.Issued::family);
        Minted minted = tokens.mint(new Grant(client.id(), requested.scopes(), requested.audiences(), family, client.confirmation()), now);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("access_token", minted.text());
        members.put("token_type", client.confirmation().containsKey(AuthenticatedClient.PROOF_KEY) ? "DPoP" : "Bearer");
        members.put("expires_in", minted.lifetime().toSeconds());
        if (!requested.scopes().isEmpty()) {
            members.put("scope", String.join(" ", requested.scopes()));
        }
        refresh.ifPresent(issued -> members.put("refresh_token", issued.token().text()));
        String what = "a token for " + String.join(" ", requested.audiences());
        return new Destination.Answer.Given(JsonDocument.answer(members), Optional.of(ClientEndpoint.caller(client, Optional.of(minted.tokenId()), what)));
    }

    private static Destination.Answer refused(OAuthRefusal refusal, AuthenticatedClient client) {
        return new Destination.Answer.Refused(refusal.rejection(), Optional.of(ClientEndpoint.caller(client, Optional.empty(), "")));
    }

    private static OAuthRefusal notAllowed(String detail) {
        return OAuthRefusal.of(RejectReason.GRANT_NOT_ALLOWED, "unauthorized_client", detail);
    }

    private static OAuthRefusal unknown(String detail) {
        return invalidGrant(RejectReason.REFRESH_TOKEN_UNKNOWN, detail);
    }

    private static OAuthRefusal invalidGrant(RejectReason reason, String detail) {
        return OAuthRefusal.of(reason, "invalid_grant", detail);
    }
}
