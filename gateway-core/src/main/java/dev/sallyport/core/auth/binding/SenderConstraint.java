package dev.sallyport.core.auth.binding;

import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenPlace;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.jose.DpopProof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Whether an authenticator's tokens must be bound to their sender's key, and the check that they came from there. A token
 * is verified once and remembered; where it came from is looked at with each request.
 */
public final class SenderConstraint {
    private static final CredentialLocation.Scheme DPOP_SCHEME = new CredentialLocation.Scheme("Authorization", "DPoP");
    private static final CredentialLocation.Field PROOF = new CredentialLocation.Field("DPoP");
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);
    private static final String ALGORITHMS =
            DpopProof.ALGORITHMS.stream().map(JwsAlgorithm::label).collect(Collectors.joining(" "));

    private final Mode mode;
    private final CpuWorker worker;
    private final Optional<DpopNonces> nonces;
    private final DpopCheck proofs;

    /** By what tokens must be bound. */
    public enum Mode {
        /** Bound tokens are refused: nobody would look at the binding. */
        NONE,
        DPOP,
        MTLS,
        /** One of the two. */
        ANY
    }

    /** Whether proofs must carry a nonce of ours, so that none can be made ahead (RFC 9449 §11.2). */
    public enum Nonce { NOT_ASKED, REQUIRED }

    private SenderConstraint(String authenticator, Mode mode, Optional<DpopNonces> nonces, CpuWorker worker) {
        this.mode = mode;
        this.worker = worker;
        this.nonces = nonces;
        this.proofs = new DpopCheck(authenticator, nonces);
    }

    public static SenderConstraint of(String authenticator, Mode mode, Nonce nonce, CpuWorker worker) {
        return new SenderConstraint(authenticator, mode, nonce == Nonce.REQUIRED ? Optional.of(new DpopNonces()) : Optional.empty(), worker);
    }

    private boolean takesProofs() {
        return mode == Mode.DPOP || mode == Mode.ANY;
    }

    /** Where a token may stand, beside its own place. */
    public List<CredentialLocation> tokenPlaces(CredentialLocation own) {
        return takesProofs() ? List.of(own, DPOP_SCHEME) : List.of(own);
    }

    /** All that is stripped: a proof that goes up could be used there. */
    public Set<CredentialLocation> locations(CredentialLocation own) {
        Set<CredentialLocation> all = new LinkedHashSet<>(tokenPlaces(own));
        if (takesProofs()) {
            all.add(PROOF);
        }
        return all;
    }

    public List<Challenge> challenges(String realm) {
        return switch (mode) {
            case NONE, MTLS -> List.of(Challenge.bearer(realm));
            case DPOP -> List.of(Challenge.dpop(realm, ALGORITHMS));
            case ANY -> List.of(Challenge.bearer(realm), Challenge.dpop(realm, ALGORITHMS));
        };
    }

    /** A verdict on the token alone becomes one on the token and its sender. */
    public Verdict hold(Verdict verdict, RequestView request, TokenPlace.Found.At at) {
        return switch (verdict) {
            case Verdict.Authenticated held -> check(held, request, at);
            case Verdict.Pending(CompletionStage<Verdict.Final> settled) -> new Verdict.Pending(settled.thenCompose(last ->
                    last instanceof Verdict.Authenticated held ? settle(check(held, request, at)) : CompletableFuture.completedStage(last)));
            case Verdict.NotClaimed _, Verdict.NeedsBody _, Verdict.Rejected _ -> verdict;
        };
    }

    private static CompletionStage<Verdict.Final> settle(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Final last -> CompletableFuture.completedStage(last);
            case Verdict.Pending(CompletionStage<Verdict.Final> settled) -> settled;
            case Verdict.NotClaimed _, Verdict.NeedsBody _ -> throw new IllegalStateException("a binding holds or does not");
        };
    }

    private Verdict check(Verdict.Authenticated held, RequestView request, TokenPlace.Found.At at) {
        boolean isUnderDpop = at.location().equals(DPOP_SCHEME);
        return switch (TokenBinding.of(held.identity().claims())) {
            case TokenBinding.Unbound() -> mode == Mode.NONE ? held : unbound(held, "it has no `cnf`, and `senderConstraint` is " + label());
            case TokenBinding.Unknown() -> unbound(held, "it is bound by means that are not known here");
            case TokenBinding.Bound bound -> {
                Optional<Rejection> refused = refuseMeans(bound, isUnderDpop).or(() -> refuseCertificate(bound, request));
                if (refused.isPresent()) {
                    yield rejected(held, refused.get());
                }
                Verdict.Authenticated sent = bound.certificate().isPresent() ? withCertificate(held, request) : held;
                yield bound.thumbprint().isPresent() ? prove(sent, bound.thumbprint().get(), request, at) : sent;
            }
        };
    }

    private Optional<Rejection> refuseMeans(TokenBinding.Bound bound, boolean isUnderDpop) {
        boolean isTaken = switch (mode) {
            case NONE -> false;
            case DPOP -> bound.thumbprint().isPresent();
            case MTLS -> bound.certificate().isPresent();
            case ANY -> true;
        };
        if (!isTaken) {
            return Optional.of(Rejection.of(RejectReason.TOKEN_BINDING_REQUIRED, "it has another `cnf` than `senderConstraint: " + label() + "` checks"));
        }
        // RFC 9449 §7.2: a bound token that passes as a bearer token is worth as much as a stolen one.
        return bound.thumbprint().isPresent() == isUnderDpop
                ? Optional.empty()
                : Optional.of(Rejection.of(RejectReason.TOKEN_BINDING_REQUIRED,
                        isUnderDpop ? "it came under DPoP and has no `cnf.jkt`" : "it has `cnf.jkt` and came as a bearer token"));
    }

    private static Optional<Rejection> refuseCertificate(TokenBinding.Bound bound, RequestView request) {
        if (bound.certificate().isEmpty()) {
            return Optional.empty();
        }
        Optional<X509Certificate> possessed = request.peer().possessedCertificate();
        if (possessed.isEmpty()) {
            return Optional.of(Rejection.of(RejectReason.TOKEN_BINDING_REQUIRED, "it is bound to a client certificate, and the connection has none"));
        }
        return Thumbprint.isSame(bound.certificate().get(), Thumbprint.of(possessed.get()))
                ? Optional.empty()
                : Optional.of(Rejection.of(RejectReason.TOKEN_BINDING_MISMATCH, "its `cnf.x5t#S256` is not that of the connection's certificate"));
    }

    /** A certificate that is called back proves nothing, so the token is worth nothing without another (RFC 8705 §3). */
    private static Verdict.Authenticated withCertificate(Verdict.Authenticated held, RequestView request) {
        RevocationHandle handle = RevocationHandle.CertificateSerial.of(request.peer().possessedCertificate().orElseThrow());
        return new Verdict.Authenticated(held.identity().alsoBy(handle), held.spend());
    }

    private Verdict prove(Verdict.Authenticated held, String thumbprint, RequestView request, TokenPlace.Found.At at) {
        HeaderFields fields = request.fields();
        return switch (fields.count(PROOF.name())) {
            case 0 -> rejected(held, Rejection.of(RejectReason.DPOP_PROOF_MISSING, "there is no header DPoP"));
            case 1 -> {
                String proof = fields.findFirst(PROOF.name()).orElse("");
                Optional<CompletionStage<Verdict.Final>> queued =
                        worker.submit(() -> conclude(held, proofs.check(proof, request, new DpopCheck.BoundToken(at.text(), thumbprint)), request));
                yield queued.isPresent()
                        ? new Verdict.Pending(queued.get())
                        : rejected(held, Rejection.of(RejectReason.OVERLOADED, "no room to verify a proof").withRetryAfter(OVERLOAD_PAUSE));
            }
            // RFC 9449 §4.3, check 1: two recipients could look at different ones.
            default -> rejected(held, Rejection.of(RejectReason.CREDENTIALS_AMBIGUOUS, "`DPoP` came twice"));
        };
    }

    private Verdict.Final conclude(Verdict.Authenticated held, DpopCheck.Outcome outcome, RequestView request) {
        return switch (outcome) {
            case DpopCheck.Outcome.Proven(var spend, var _) -> new Verdict.Authenticated(held.identity(), Optional.of(spend));
            case DpopCheck.Outcome.Invalid(Refused(RejectReason reason, String detail)) -> {
                Rejection rejection = Rejection.of(reason, detail);
                yield rejected(held, nonces.map(each -> rejection.with("DPoP-Nonce", each.current(request.receivedAt()))).orElse(rejection));
            }
        };
    }

    private Verdict.Rejected unbound(Verdict.Authenticated held, String detail) {
        return rejected(held, Rejection.of(RejectReason.TOKEN_BINDING_REQUIRED, detail));
    }

    private static Verdict.Rejected rejected(Verdict.Authenticated held, Rejection rejection) {
        return new Verdict.Rejected(rejection, held.identity().credentialId());
    }

    private String label() {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
