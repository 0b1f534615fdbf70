package dev.sallyport.core.auth.certificate;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets in the names that are allowed. The handshake proved the chain; dates, revocation and names are looked at for each
 * request, because connections and TLS sessions outlive certificates.
 */
public final class CertificateAuthenticator implements Authenticator {
    /** How soon a client may ask again when a list is out of date: an operator must act first. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final String name;
    private final List<AllowedName> allow;
    private final Optional<String> subject;
    private final Set<String> scopes;
    private final Map<String, RevokedCertificates> revokedByListener;
    private final List<Proof> proofs;

    /**
     * @param subject who the client is; absent means the matched name, whole
     * @param revokedByListener a listener without a list has no entry
     */
    public CertificateAuthenticator(
            String name,
            List<AllowedName> allow,
            Optional<String> subject,
            Set<String> scopes,
            Map<String, RevokedCertificates> revokedByListener) {
        this.name = name;
        this.allow = List.copyOf(allow);
        this.subject = subject;
        this.scopes = Scopes.inOrder(scopes);
        this.revokedByListener = Map.copyOf(revokedByListener);
        this.proofs = List.of(new Proof(AuthMethod.MTLS, name));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.MTLS;
    }

    @Override
    public Carriage carriage() {
        return Carriage.AMBIENT;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return Set.of();
    }

    @Override
    public boolean isPresented(RequestView request) {
        return !request.peer().certificates().isEmpty();
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return List.of();
    }

    @Override
    public Verdict authenticate(RequestView request) {
        List<X509Certificate> chain = request.peer().certificates();
        if (chain.isEmpty()) {
            return Verdict.NOT_CLAIMED;
        }
        Instant now = request.receivedAt();
        for (X509Certificate certificate : chain) {
            if (now.isAfter(certificate.getNotAfter().toInstant()) || now.isBefore(certificate.getNotBefore().toInstant())) {
                return rejected(chain.getFirst(), RejectReason.CERTIFICATE_EXPIRED, "it holds from " + certificate.getNotBefore().toInstant()
                        + " to " + certificate.getNotAfter().toInstant());
            }
        }
        RevokedCertificates revoked = revokedByListener.getOrDefault(request.peer().listener(), RevokedCertificates.NONE);
        return switch (revoked.standing(chain, now)) {
            case REVOKED -> rejected(chain.getFirst(), RejectReason.CERTIFICATE_REVOKED, "serial " + serial(chain.getFirst()) + " or its issuer's");
            case UNKNOWN -> new Verdict.Rejected(Rejection.of(
                    RejectReason.KEYS_UNAVAILABLE, "no CRL in date covers the certificate's issuer").withRetryAfter(RETRY_AFTER), Optional.of(serial(chain.getFirst())));
            case GOOD -> matchNames(chain.getFirst());
        };
    }

    private Verdict matchNames(X509Certificate leaf) {
        Optional<CertificateNames> names = CertificateNames.read(leaf);
        if (names.isEmpty()) {
            return rejected(leaf, RejectReason.CERTIFICATE_NOT_ALLOWED, "a name in it is unreadable or holds a control byte");
        }
        for (AllowedName allowed : allow) {
            Optional<String> matched = allowed.findIn(names.get());
            if (matched.isPresent()) {
                return new Verdict.Authenticated(identity(leaf, subject.orElse(matched.get())), Optional.empty());
            }
        }
        return rejected(leaf, RejectReason.CERTIFICATE_NOT_ALLOWED, "none of its names " + names.get() + " is in `mtls.allow`");
    }

    private Identity identity(X509Certificate leaf, String who) {
        RevocationHandle.CertificateSerial handle = RevocationHandle.CertificateSerial.of(leaf);
        return new Identity(
                who, proofs, scopes, Optional.of(handle.serial()), Optional.empty(), Map.of(), Optional.of(leaf.getNotAfter().toInstant()), List.of(handle));
    }

    private static String serial(X509Certificate certificate) {
        return RevocationHandle.CertificateSerial.of(certificate).serial();
    }

    /** The handshake proved the leaf, so its serial may stand in the log. */
    private static Verdict rejected(X509Certificate leaf, RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail), Optional.of(serial(leaf)));
    }
}
