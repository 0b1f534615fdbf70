package dev.sallyport.core.token.client;

import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.DpopCheck;
import dev.sallyport.core.auth.binding.Thumbprint;
import dev.sallyport.core.auth.certificate.CertificateAuthenticator;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.revocation.RevocationList;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Has clients prove who they are, each by the one means with which it is registered, and which key they hold. */
public final class ClientAuthenticator {
    private static final String INVALID_PROOF = "invalid_dpop_proof";

    private final DpopCheck proofs = new DpopCheck("token service");
    private final OAuthClients clients;
    private final AssertionCheck assertions;
    private final RevocationList revoked;

    /**
     * @param server its names: issuer, and URL of the token endpoint
     * @param revoked certificates that were called back
     */
    public ClientAuthenticator(OAuthClients clients, Set<String> server, RevocationList revoked) {
        this.clients = clients;
        this.assertions = new AssertionCheck(server);
        this.revoked = revoked;
    }

    /** May verify signatures, so it is no work for an event loop. */
    public AuthenticatedClient authenticate(RequestView request, OAuthForm form) throws OAuthRefusal {
        PresentedClient presented = PresentedClient.of(request, form);
        Optional<OAuthClient> known = clients.find(presented.clientId());
        if (known.isEmpty()) {
            throw unknown(presented, request);
        }
        List<OneTimeUse> spends = new ArrayList<>();
        Map<String, String> confirmation = new LinkedHashMap<>();
        prove(presented, known.get().means(), request).ifPresent(spends::add);
        if (presented instanceof PresentedClient.Nothing) {
            confirmation.put(AuthenticatedClient.CERTIFICATE, Thumbprint.of(request.peer().certificates().getFirst()));
        }
        Optional<DpopCheck.Outcome.Proven> key = proveKey(request);
        key.ifPresent(proven -> {
            spends.add(proven.spend().accountedBy(presented.clientId()));
            confirmation.put(AuthenticatedClient.PROOF_KEY, proven.thumbprint());
        });
        return new AuthenticatedClient(known.get(), presented.method(), List.copyOf(spends), confirmation);
    }

    /** It is looked at all the same, so that it costs as much as a known one. */
    private OAuthRefusal unknown(PresentedClient presented, RequestView request) {
        try {
            prove(presented, ClientMeans.NONE, request);
        } catch (OAuthRefusal _) {
            // As it must be.
        }
        return OAuthRefusal.invalidClient(RejectReason.CLIENT_UNKNOWN, "no active client has this id");
    }

    /** What it is to be spent for, where it is good for once. */
    private Optional<OneTimeUse> prove(PresentedClient presented, ClientMeans means, RequestView request) throws OAuthRefusal {
        switch (presented) {
            case PresentedClient.Secret(var _, String secret, var _) -> requireSecret(secret, means.sha256());
            case PresentedClient.Assertion assertion -> {
                return Optional.of(assertions.check(assertion, means.keys(), request.receivedAt()));
            }
            case PresentedClient.Nothing _ -> requireCertificate(means.certificates(), request);
        }
        return Optional.empty();
    }

    /** RFC 9449 §5: whoever sends a proof wants tokens that are bound to its key. */
    private Optional<DpopCheck.Outcome.Proven> proveKey(RequestView request) throws OAuthRefusal {
        List<String> sent = request.fields().all("dpop");
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        if (sent.size() > 1) {
            throw OAuthRefusal.of(RejectReason.CREDENTIALS_AMBIGUOUS, INVALID_PROOF, "`DPoP` came twice");
        }
        return switch (proofs.check(sent.getFirst(), request)) {
            case DpopCheck.Outcome.Proven proven -> Optional.of(proven);
            case DpopCheck.Outcome.Invalid(Refused(RejectReason reason, String detail)) ->
                    throw OAuthRefusal.of(Rejection.of(reason, detail).withStatus(400).withOAuthError(INVALID_PROOF));
        };
    }

    /** Something that it showed was spent before. */
    public static OAuthRefusal replayed(OneTimeUse use) {
        Rejection rejection = Rejection.of(use.replayed(), "its `jti` was accepted before");
        return OAuthRefusal.of(use.replayed() == RejectReason.DPOP_PROOF_REPLAYED
                ? rejection.withStatus(400).withOAuthError(INVALID_PROOF)
                : rejection.withOAuthError("invalid_client"));
    }

    private static void requireSecret(String secret, List<byte[]> known) throws OAuthRefusal {
        byte[] presented = ClientSecretFormat.sha256(secret);
        boolean isKnown = false;
        for (byte[] hash : known) {
            isKnown |= MessageDigest.isEqual(hash, presented);
        }
        if (!isKnown) {
            throw OAuthRefusal.invalidClient(RejectReason.CLIENT_PROOF_INVALID, "the secret is none of the client's");
        }
    }

    private void requireCertificate(Optional<CertificateAuthenticator> names, RequestView request) throws OAuthRefusal {
        if (names.isEmpty()) {
            throw OAuthRefusal.invalidClient(RejectReason.CLIENT_PROOF_INVALID, "neither secret nor assertion, and the client has no certificate");
        }
        switch (names.get().authenticate(request)) {
            case Verdict.Authenticated(Identity identity, var _) -> {
                if (revoked.covers(identity.revocationHandles(), request.receivedAt())) {
                    throw OAuthRefusal.invalidClient(RejectReason.CERTIFICATE_REVOKED, "it was called back by its serial number");
                }
            }
            case Verdict.Rejected(Rejection rejection, var _) -> throw OAuthRefusal.of(
                    rejection.status() == 401 ? rejection.withOAuthError("invalid_client") : rejection);
            case Verdict.NotClaimed _, Verdict.NeedsBody _, Verdict.Pending _ ->
                    throw OAuthRefusal.invalidClient(RejectReason.CERTIFICATE_MISSING, "the connection has no client certificate");
        }
    }
}
