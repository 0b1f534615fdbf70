package dev.sallyport.core.token.endpoint;

import dev.sallyport.core.auth.token.RandomText;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenKind;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.token.refresh.RefreshFamily;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Access tokens as JWTs (RFC 9068), signed and read. */
public final class AccessTokens {
    private static final String TYPE = "at+jwt";

    private final String issuer;
    private final Duration lifetime;
    private final SigningRing keys;
    private final SecureRandom random = new SecureRandom();

    public AccessTokens(String issuer, Duration lifetime, SigningRing keys) {
        this.issuer = issuer;
        this.lifetime = lifetime;
        this.keys = keys;
    }

    /**
     * What is given to a client.
     *
     * @param family of the refresh token beside it
     * @param confirmation members of {@code cnf}
     */
    record Grant(String client, Set<String> scopes, Set<String> audiences, Optional<RefreshFamily> family, Map<String, String> confirmation) {}

    record Minted(String text, String tokenId, Duration lifetime) {
        /** The token stays out of it. */
        @Override
        public String toString() {
            return "Minted[" + tokenId + "]";
        }
    }

    Duration lifetime() {
        return lifetime;
    }

    /** Signs, so it is no work for an event loop. */
    Minted mint(Grant grant, Instant now) {
        Instant end = now.plus(lifetime);
        // What is behind it ends it too.
        Instant expiry = grant.family.map(RefreshFamily::until).filter(end::isAfter).orElse(end);
        String tokenId = RandomText.of(random, RandomText.ID_LENGTH);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("sub", grant.client);
        claims.put("client_id", grant.client);
        claims.put("aud", grant.audiences.size() == 1 ? grant.audiences.iterator().next() : List.copyOf(grant.audiences));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", expiry.getEpochSecond());
        claims.put("jti", tokenId);
        if (!grant.scopes.isEmpty()) {
            claims.put("scope", String.join(" ", grant.scopes));
        }
        grant.family.ifPresent(family -> claims.put("sid", family.id()));
        if (!grant.confirmation.isEmpty()) {
            claims.put("cnf", grant.confirmation);
        }
        return new Minted(keys.current(now).sign(TYPE, claims), tokenId, Duration.between(now, expiry));
    }

    /** What a token of ours says, and which of our keys signed it. */
    record Read(TokenClaims claims, String keyId) {}

    /** A token of ours that still holds; empty for any other text. Verifies a signature. */
    Optional<Read> read(String text, Instant now) {
        return CompactJws.parse(text) instanceof CompactJws.Parsed.Token(CompactJws jws) && isOurs(jws, now)
                ? jws.keyId().map(keyId -> new Read(new TokenClaims(jws.claims()), keyId))
                : Optional.empty();
    }

    private boolean isOurs(CompactJws jws, Instant now) {
        Optional<JwsAlgorithm> algorithm = JwsAlgorithm.find(jws.algorithm());
        return TokenKind.refuseByType(jws.type(), Optional.of(TYPE)).isEmpty()
                && issuer.equals(jws.claims().get("iss"))
                && jws.claims().get("exp") instanceof Number expiry && expiry.longValue() > now.getEpochSecond()
                && jws.keyId().isPresent()
                && algorithm.isPresent()
                && keys.verification().candidates(jws.keyId(), algorithm.get()).stream().anyMatch(key -> JwsVerifier.verifies(key, jws));
    }
}
