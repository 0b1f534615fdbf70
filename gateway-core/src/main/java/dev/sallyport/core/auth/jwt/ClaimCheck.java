package dev.sallyport.core.auth.jwt;

import static dev.sallyport.core.reject.RejectReason.TOKEN_AUDIENCE_MISMATCH;
import static dev.sallyport.core.reject.RejectReason.TOKEN_BINDING_REQUIRED;
import static dev.sallyport.core.reject.RejectReason.TOKEN_EXPIRED;
import static dev.sallyport.core.reject.RejectReason.TOKEN_EXPIRY_MISSING;
import static dev.sallyport.core.reject.RejectReason.TOKEN_LIFETIME_TOO_LONG;
import static dev.sallyport.core.reject.RejectReason.TOKEN_MALFORMED;
import static dev.sallyport.core.reject.RejectReason.TOKEN_NOT_YET_VALID;

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
 * Checks the claims of a token whose signature held, in this order: kind, binding, time, lifetime, audience, identity.
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

    private record Times(Instant expiry, Optional<Instant> notBefore, Optional<Instant> issuedAt) {}

    Outcome check(CompactJws jws, Instant now) {
        Optional<Refused> kind = TokenKind.refuse(jws, rules);
        if (kind.isPresent()) {
            return new Outcome.Invalid(kind.get());
        }
        TokenClaims claims = new TokenClaims(jws.claims());
        if (claims.has("cnf")) {
            // Taking it as a plain bearer token would undo the very protection that the issuer bought (RFC 7800 §3).
            return invalid(TOKEN_BINDING_REQUIRED, "it has `cnf`");
        }
        try {
            if (!claims.has("exp")) {
                return invalid(TOKEN_EXPIRY_MISSING, "it has no `exp`");
            }
            Times times = new Times(claims.time("exp").orElseThrow(), claims.time("nbf"), claims.time("iat"));
            Optional<Refused> untimely = checkTimes(times, now).or(() -> checkLifetime(times, now));
            if (untimely.isPresent()) {
                return new Outcome.Invalid(untimely.get());
            }
            List<String> audience = claims.texts("aud").orElse(List.of());
            if (audience.stream().noneMatch(rules.audiences()::contains)) {
                return invalid(TOKEN_AUDIENCE_MISMATCH, "`aud` is " + shown(audience) + "; `jwt.audiences` is " + rules.audiences());
            }
            return identify(jws, claims, times);
        } catch (TokenClaims.Mistyped mistyped) {
            return invalid(TOKEN_MALFORMED, mistyped.why());
        }
    }

    private Optional<Refused> checkTimes(Times times, Instant now) {
        Duration skew = rules.clockSkew();
        if (!now.isBefore(times.expiry.plus(skew))) {
            return refused(TOKEN_EXPIRED, "`exp` is " + times.expiry + ", now is " + now + "; `jwt.clockSkew` is " + skew);
        }
        if (times.notBefore.isPresent() && now.isBefore(times.notBefore.get().minus(skew))) {
            return refused(TOKEN_NOT_YET_VALID, "`nbf` is " + times.notBefore.get() + ", now is " + now + "; `jwt.clockSkew` is " + skew);
        }
        if (times.issuedAt.isPresent() && now.isBefore(times.issuedAt.get().minus(skew))) {
            return refused(TOKEN_NOT_YET_VALID, "`iat` is " + times.issuedAt.get() + ", now is " + now + "; `jwt.clockSkew` is " + skew);
        }
        return Optional.empty();
    }

    private Optional<Refused> checkLifetime(Times times, Instant now) {
        if (rules.maxLifetime().isEmpty()) {
            return Optional.empty();
        }
        Duration lifetime = Duration.between(times.issuedAt.orElse(now), times.expiry);
        return lifetime.compareTo(rules.maxLifetime().get()) > 0
                ? refused(TOKEN_LIFETIME_TOO_LONG, "it lives " + written(lifetime) + (times.issuedAt.isPresent() ? "" : " from now (no `iat`)")
                        + " against `jwt.maxLifetime: " + written(rules.maxLifetime().get()) + "`")
                : Optional.empty();
    }

    private Outcome identify(CompactJws jws, TokenClaims claims, Times times) throws TokenClaims.Mistyped {
        Optional<String> subject = claims.text(rules.subjectClaim());
        if (subject.isEmpty()) {
            return invalid(TOKEN_MALFORMED, "it has no `" + rules.subjectClaim() + "`, which `jwt.subjectClaim` names");
        }
        Optional<String> tokenId = claims.text("jti");
        if (tokenId.isEmpty() && rules.tokenId() == JwtRules.TokenId.REQUIRED) {
            return invalid(TOKEN_MALFORMED, "it has no `jti`, and `jwt.requireJti` is true");
        }
        Set<String> scopes = claims.scopes(rules.scopeClaims());
        List<RevocationHandle> handles = new ArrayList<>(2);
        tokenId.ifPresent(jti -> handles.add(new RevocationHandle.TokenId(jti)));
        // Without `iat` it cannot show that it is younger than the day of a revocation.
        handles.add(new RevocationHandle.SubjectIssued(subject.get(), times.issuedAt.orElse(Instant.EPOCH)));
        Identity identity = new Identity(
                subject.get(), List.of(new Proof(AuthMethod.JWT, authenticator)), scopes, tokenId.or(jws::keyId),
                Optional.of(rules.issuer()), jws.claims(), Optional.of(times.expiry), List.copyOf(handles));
        Duration skew = rules.clockSkew();
        Instant from = times.notBefore.orElse(Instant.EPOCH);
        Instant issued = times.issuedAt.orElse(Instant.EPOCH);
        return new Outcome.Valid(identity, (from.isAfter(issued) ? from : issued).minus(skew), times.expiry.plus(skew));
    }

    /** As a configuration writes it, in minutes where they come out even. */
    private static String written(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Claims go to the log within bounds: their sender chose them. */
    private static String shown(List<String> values) {
        String text = values.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    private static Outcome invalid(RejectReason reason, String detail) {
        return new Outcome.Invalid(new Refused(reason, detail));
    }

    private static Optional<Refused> refused(RejectReason reason, String detail) {
        return Optional.of(new Refused(reason, detail));
    }
}
