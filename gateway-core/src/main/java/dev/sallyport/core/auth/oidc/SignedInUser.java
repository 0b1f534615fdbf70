package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.oauth.provider.TokenResponse;
import dev.sallyport.core.state.session.SignedIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who a session is, from what the provider said. */
final class SignedInUser {
    /** An access token is renewed a tenth of its life ahead of its end, and no more than this. */
    private static final Duration LONGEST_AHEAD = Duration.ofSeconds(10);

    /** Of an access token where the provider does not say: else a session of a user who is locked out there would go on. */
    static final Duration UNTOLD = Duration.ofMinutes(5);

    private final OidcRules rules;
    private final List<Proof> proofs;

    SignedInUser(OidcRules rules) {
        this.rules = rules;
        this.proofs = List.of(new Proof(AuthMethod.OIDC, rules.name()));
    }

    /** @param told user information; the ID token's own claims come first */
    SignedIn of(TokenResponse tokens, IdTokenCheck.Checked.Valid idToken, Map<String, Object> told, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>(told);
        claims.putAll(idToken.claims().values());
        Identity identity = new Identity(
                idToken.subject(), proofs, scopes(tokens, Set.copyOf(rules.scopes())), idToken.providerSession(), Optional.of(rules.issuer()),
                Collections.unmodifiableMap(claims), Optional.empty(), handles(idToken), Optional.of(tokens.accessToken()));
        return new SignedIn(identity, idToken.issuedAt(), tokens.accessToken(), freshUntil(tokens, now), tokens.refreshToken());
    }

    private List<RevocationHandle> handles(IdTokenCheck.Checked.Valid idToken) {
        String issuer = rules.issuer();
        Instant issuedAt = idToken.issuedAt();
        List<RevocationHandle> handles = new ArrayList<>();
        handles.add(new RevocationHandle.SubjectIssued(idToken.subject(), issuedAt));
        handles.add(new RevocationHandle.SubjectIssued(RevocationHandle.ofIssuer(idToken.subject(), issuer), issuedAt));
        handles.add(new RevocationHandle.ClientIssued(rules.clientId(), issuedAt));
        idToken.providerSession().ifPresent(sid -> {
            handles.add(new RevocationHandle.SessionId(sid));
            handles.add(new RevocationHandle.SessionId(RevocationHandle.ofIssuer(sid, issuer)));
        });
        return List.copyOf(handles);
    }

    /** The tokens alone are new. */
    SignedIn renewed(SignedIn before, TokenResponse tokens, Instant now) {
        return renewed(before, tokens, before.identity().claims(), now);
    }

    SignedIn renewed(SignedIn before, TokenResponse tokens, IdTokenCheck.Checked.Valid idToken, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>(before.identity().claims());
        claims.putAll(idToken.claims().values());
        return renewed(before, tokens, Collections.unmodifiableMap(claims), now);
    }

    /** By what it can be called back stays that of the sign-in: a renewal makes no session younger. */
    private SignedIn renewed(SignedIn before, TokenResponse tokens, Map<String, Object> claims, Instant now) {
        Identity was = before.identity();
        Identity identity = new Identity(
                was.subject(), was.proofs(), scopes(tokens, was.scopes()), was.credentialId(), was.issuer(), claims, was.expiresAt(),
                was.revocationHandles(), Optional.of(tokens.accessToken()));
        // Without rotation the provider means the old one to be used again (RFC 6749 §6).
        return new SignedIn(
                identity, before.issuedAt(), tokens.accessToken(), freshUntil(tokens, now), tokens.refreshToken().or(before::refreshToken));
    }

    /** Left out, it is what was asked for (RFC 6749 §5.1), or had before (§6). */
    private static Set<String> scopes(TokenResponse tokens, Set<String> otherwise) {
        return Scopes.inOrder(tokens.scope()
                .map(text -> List.of(text.split(" ", -1)).stream().filter(scope -> !scope.isEmpty()).collect(Collectors.toSet()))
                .orElse(otherwise));
    }

    private static Instant freshUntil(TokenResponse tokens, Instant now) {
        Duration holds = tokens.holds().orElse(UNTOLD);
        Duration tenth = holds.dividedBy(10);
        return now.plus(holds).minus(tenth.compareTo(LONGEST_AHEAD) < 0 ? tenth : LONGEST_AHEAD);
    }
}
