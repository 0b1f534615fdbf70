package dev.sallyport.core.auth.binding;

import static dev.sallyport.core.reject.RejectReason.DPOP_PROOF_INVALID;

import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenClaims;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.jose.DpopProof;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.state.OneTimeUse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Holds a proof to the request, and to the token with which it came (RFC 9449 §4.3). */
public final class DpopCheck {
    /** How far the time of a proof may be off, either way. */
    static final Duration TOLERANCE = Duration.ofSeconds(60);

    /** Longest {@code jti}; it is remembered by its hash, so this is for the log and the reader alone. */
    private static final int MAX_ID = 256;

    private final String authenticator;
    private final Optional<DpopNonces> nonces;

    /** For proofs that need no nonce. */
    public DpopCheck(String authenticator) {
        this(authenticator, Optional.empty());
    }

    /** @param nonces absent where proofs need none */
    DpopCheck(String authenticator, Optional<DpopNonces> nonces) {
        this.authenticator = authenticator;
        this.nonces = nonces;
    }

    /** What the check gave. */
    public sealed interface Outcome {
        /** @param thumbprint of the key that was proven */
        record Proven(OneTimeUse spend, String thumbprint) implements Outcome {}

        record Invalid(Refused refused) implements Outcome {}
    }

    /** A token that came with a proof, and the thumbprint of the key to which it is bound. */
    record BoundToken(String token, String thumbprint) {
        /** The token stays out of it. */
        @Override
        public String toString() {
            return "BoundToken[" + thumbprint + "]";
        }
    }

    /** Of a request for a token that is yet to be bound (RFC 9449 §5). Verifies a signature, so it is no work for an event loop. */
    public Outcome check(String text, RequestView request) {
        return check(text, request, Optional.empty());
    }

    /** Verifies a signature, so it is no work for an event loop. */
    Outcome check(String text, RequestView request, BoundToken token) {
        return check(text, request, Optional.of(token));
    }

    private Outcome check(String text, RequestView request, Optional<BoundToken> token) {
        return switch (DpopProof.parse(text)) {
            case DpopProof.Parsed.Malformed(String why) -> invalid("the proof: " + why);
            case DpopProof.Parsed.Proof(DpopProof proof) -> check(proof, request, token);
        };
    }

    private Outcome check(DpopProof proof, RequestView request, Optional<BoundToken> token) {
        if (token.isPresent() && !Thumbprint.isSame(proof.thumbprint(), token.get().thumbprint)) {
            return new Outcome.Invalid(new Refused(RejectReason.TOKEN_BINDING_MISMATCH, "the token's `cnf.jkt` is not the thumbprint of the proof's key"));
        }
        if (!proof.verifies()) {
            return invalid("the proof's signature does not verify under the key in it");
        }
        TokenClaims claims = new TokenClaims(proof.jws().claims());
        try {
            Optional<String> wrong = wrongTarget(claims, request).or(() -> token.flatMap(bound -> wrongToken(proof, bound.token)));
            if (wrong.isPresent()) {
                return invalid(wrong.get());
            }
            Optional<Instant> issuedAt = claims.time("iat");
            if (issuedAt.isEmpty() || Duration.between(issuedAt.get(), request.receivedAt()).abs().compareTo(TOLERANCE) > 0) {
                return invalid("the proof's `iat` is missing or more than " + TOLERANCE.toSeconds() + " s off");
            }
            Optional<String> id = claims.text("jti").filter(text -> text.length() <= MAX_ID);
            if (id.isEmpty()) {
                return invalid("the proof's `jti` is missing or longer than " + MAX_ID + " characters");
            }
            Optional<Refused> stale = refuseNonce(claims, request.receivedAt());
            return stale.<Outcome>map(Outcome.Invalid::new).orElseGet(() -> new Outcome.Proven(spend(proof, id.get(), issuedAt.get()), proof.thumbprint()));
        } catch (TokenClaims.Mistyped mistyped) {
            return invalid("the proof: " + mistyped.why());
        }
    }

    private static Optional<String> wrongTarget(TokenClaims claims, RequestView request) {
        if (!request.head().method().equals(claims.values().get("htm"))) {
            return Optional.of("the proof's `htm` is not the method");
        }
        boolean isForUs = claims.values().get("htu") instanceof String url && SeenUrl.parse(url).equals(Optional.of(SeenUrl.of(request)));
        return isForUs ? Optional.empty() : Optional.of("the proof's `htu` is not the URL " + SeenUrl.of(request));
    }

    private static Optional<String> wrongToken(DpopProof proof, String token) {
        boolean isForIt = proof.jws().claims().get("ath") instanceof String hash && Thumbprint.isSame(hash, Thumbprint.of(token));
        return isForIt ? Optional.empty() : Optional.of("the proof's `ath` is not the hash of the token");
    }

    private Optional<Refused> refuseNonce(TokenClaims claims, Instant now) throws TokenClaims.Mistyped {
        if (nonces.isEmpty()) {
            return Optional.empty();
        }
        boolean isFresh = claims.text("nonce").filter(nonce -> nonces.get().isTaken(nonce, now)).isPresent();
        return isFresh ? Optional.empty() : Optional.of(new Refused(RejectReason.DPOP_NONCE_REQUIRED, "the proof's `nonce` is missing or old"));
    }

    /**
     * Whichever authenticator looks at it: the key made it once (RFC 9449 §11.1). By the hash of its id: what a sender chooses
     * must not decide how much is remembered.
     */
    private OneTimeUse spend(DpopProof proof, String id, Instant issuedAt) {
        return new OneTimeUse(
                authenticator, "dpop:" + proof.thumbprint() + ":" + Thumbprint.of(id), issuedAt.plus(TOLERANCE), RejectReason.DPOP_PROOF_REPLAYED);
    }

    private static Outcome invalid(String detail) {
        return new Outcome.Invalid(new Refused(DPOP_PROOF_INVALID, detail));
    }
}
