package dev.sallyport.core.auth.jwt;

import static dev.sallyport.core.reject.RejectReason.TOKEN_EXPIRY_MISSING;
import static dev.sallyport.core.reject.RejectReason.TOKEN_LIFETIME_TOO_LONG;
import static dev.sallyport.core.reject.RejectReason.TOKEN_MALFORMED;

import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenAudience;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenHandles;
import dev.sallyport.core.auth.token.TokenKind;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.reject.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the claims of a token whose signature held, in this order: kind, time, lifetime, audience, identity.
 */
final class ClaimCheck {
    private final String authenticator;
    private final JwtRules rules;

    ClaimCheck(String authenticator, JwtRules rules) {
        this.authenticator = authenticator;
        this.rules = rules;
    }

    /** What the claims gave. */
    sealed interface Outcome {
        /** In date from {@code from} up to, and not at, {@code until}, skew included. */
        record Valid(Identity identity, Instant from, Instant until) implements Outcome {}

        record Invalid(Refused refused) implements Outcome {}
    }

    /** @param keyId of the key that verified it: what the token says of it may be left out */
    Outcome check(CompactJws jws, Optional<String> keyId, Instant now) {
        Optional<Refused> kind = TokenKind.refuseByType(jws.type(), rules.type()).or(() -> TokenKind.refuseByClaims(jws.claims(), rules.scopeClaims()));
        if (kind.isPresent()) {
            return new Outcome.Invalid(kind.get());
        }
        TokenClaims claims = new TokenClaims(jws.claims());
        try {
            TokenTimes times = TokenTimes.of(claims);
            if (times.expiry().isEmpty()) {
                return invalid(TOKEN_EXPIRY_MISSING, "it has no `exp`");
            }
            Optional<Refused> untimely = times.refuse(now, rules.clockSkew()).or(() -> checkLifetime(times, now));
            if (untimely.isPresent()) {
                return new Outcome.Invalid(untimely.get());
            }
            Optional<Refused> notForUs = TokenAudience.refuse(claims, rules.audiences());
            return notForUs.isPresent() ? new Outcome.Invalid(notForUs.get()) : identify(jws, keyId, claims, times);
        } catch (TokenClaims.Mistyped mistyped) {
            return invalid(TOKEN_MALFORMED, mistyped.why());
        }
    }

    private Optional<Refused> checkLifetime(TokenTimes times, Instant now) {
        if (rules.maxLifetime().isEmpty()) {
            return Optional.empty();
        }
        Duration lifetime = Duration.between(times.issuedAt().orElse(now), times.expiry().orElseThrow());
        return lifetime.compareTo(rules.maxLifetime().get()) > 0
                ? refused(TOKEN_LIFETIME_TOO_LONG, "it lives " + written(lifetime) + (times.issuedAt().isPresent() ? "" : " from now (no `iat`)")
                        + " against `jwt.maxLifetime: " + written(rules.maxLifetime().get()) + "`")
                : Optional.empty();
    }

    private Outcome identify(CompactJws jws, Optional<String> keyId, TokenClaims claims, TokenTimes times) throws TokenClaims.Mistyped {
        Optional<String> subject = claims.text(rules.subjectClaim());
        if (subject.isEmpty()) {
            return invalid(TOKEN_MALFORMED, "it has no `" + rules.subjectClaim() + "`, which `jwt.subjectClaim` names");
        }
        Optional<String> tokenId = claims.text("jti");
        if (tokenId.isEmpty() && rules.tokenId() == JwtRules.TokenId.REQUIRED) {
            return invalid(TOKEN_MALFORMED, "it has no `jti`, and `jwt.requireJti` is true");
        }
        Set<String> scopes = claims.scopes(rules.scopeClaims());
        Identity identity = new Identity(
                subject.get(), List.of(new Proof(AuthMethod.JWT, authenticator)), scopes, tokenId.or(jws::keyId),
                Optional.of(rules.issuer()), jws.claims(), times.expiry(), handles(claims, subject.get(), times, keyId));
        return new Outcome.Valid(identity, times.begins(rules.clockSkew()), times.expiry().orElseThrow().plus(rules.clockSkew()));
    }

    private List<RevocationHandle> handles(TokenClaims claims, String subject, TokenTimes times, Optional<String> keyId) throws TokenClaims.Mistyped {
        List<RevocationHandle> handles = new ArrayList<>(TokenHandles.of(claims, subject, times));
        keyId.ifPresent(id -> handles.addAll(TokenHandles.ofKey(id, rules.issuer())));
        return List.copyOf(handles);
    }

    /** As a configuration writes it, in minutes where they come out even. */
    private static String written(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static Outcome invalid(RejectReason reason, String detail) {
        return new Outcome.Invalid(new Refused(reason, detail));
    }

    private static Optional<Refused> refused(RejectReason reason, String detail) {
        return Optional.of(new Refused(reason, detail));
    }
}
