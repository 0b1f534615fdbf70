package dev.sallyport.core.auth.introspection;

import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenAudience;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.auth.token.TokenHandles;
import dev.sallyport.core.auth.token.TokenKind;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.reject.RejectReason;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Holds an active token to the rules of a signed one: kind, time, issuer, audience, identity. */
final class AnswerCheck {
    /** How providers name what is active too and yet no access token (`typ` and `token_use`). */
    private static final Set<String> OTHER_KINDS = Set.of("refresh", "refresh_token", "offline", "id", "id_token", "logout");

    private final String authenticator;
    private final IntrospectionRules rules;

    AnswerCheck(String authenticator, IntrospectionRules rules) {
        this.authenticator = authenticator;
        this.rules = rules;
    }

    /** What the answer gave. */
    sealed interface Outcome {
        /** @param times those of the token; what is not told is not known */
        record Valid(Identity identity, TokenTimes times) implements Outcome {}

        record Invalid(Refused refused) implements Outcome {}
    }

    Outcome check(TokenClaims answer, Instant now) {
        try {
            TokenTimes times = TokenTimes.of(answer);
            Optional<Refused> refused = refuseKind(answer)
                    .or(() -> times.refuse(now, rules.clockSkew()))
                    .or(() -> refuseIssuer(answer));
            if (refused.isEmpty() && !rules.audiences().isEmpty()) {
                refused = TokenAudience.refuse(answer, rules.audiences());
            }
            return refused.isPresent() ? new Outcome.Invalid(refused.get()) : identify(answer, times);
        } catch (TokenClaims.Mistyped mistyped) {
            return invalid(RejectReason.TOKEN_MALFORMED, "the provider's answer: " + mistyped.why());
        }
    }

    /** A refresh token is active as well, and lives for weeks. */
    private Optional<Refused> refuseKind(TokenClaims answer) {
        for (String claim : List.of("typ", "token_use")) {
            if (answer.values().get(claim) instanceof String kind && OTHER_KINDS.contains(kind.toLowerCase(Locale.ROOT))) {
                return Optional.of(new Refused(RejectReason.TOKEN_TYPE_NOT_ALLOWED, "`" + claim + "` is `" + kind + "`"));
            }
        }
        return TokenKind.refuseByClaims(answer.values(), rules.scopeClaims());
    }

    private Optional<Refused> refuseIssuer(TokenClaims answer) {
        return rules.issuer().isEmpty() || rules.issuer().get().equals(answer.values().get("iss"))
                ? Optional.empty()
                : Optional.of(new Refused(RejectReason.TOKEN_ISSUER_MISMATCH, "the answer's `iss` is not `introspection.issuer` " + rules.issuer().get()));
    }

    private Outcome identify(TokenClaims answer, TokenTimes times) throws TokenClaims.Mistyped {
        Optional<String> subject = answer.text(rules.subjectClaim());
        if (subject.isEmpty()) {
            return invalid(RejectReason.TOKEN_MALFORMED, "the answer has no `" + rules.subjectClaim() + "`, which `introspection.subjectClaim` names");
        }
        Optional<String> tokenId = answer.text("jti");
        Identity identity = new Identity(
                subject.get(), List.of(new Proof(AuthMethod.INTROSPECTION, authenticator)), answer.scopes(rules.scopeClaims()), tokenId,
                answer.text("iss"), answer.values(), times.expiry(), TokenHandles.of(answer, subject.get(), times));
        return new Outcome.Valid(identity, times);
    }

    private static Outcome invalid(RejectReason reason, String detail) {
        return new Outcome.Invalid(new Refused(reason, detail));
    }
}
