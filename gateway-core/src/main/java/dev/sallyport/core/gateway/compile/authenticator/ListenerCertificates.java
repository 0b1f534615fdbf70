package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.certificate.RevokedCertificates.Staleness;
import dev.sallyport.core.auth.certificate.RevokedCertificates;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateConfig;
import dev.sallyport.core.config.ListenerConfig.ClientCertificateMode;
import dev.sallyport.core.config.ListenerConfig;
import dev.sallyport.core.config.pem.PemFile;
import dev.sallyport.core.gateway.compile.draft.Draft;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the listeners know of client certificates; whoever takes certificates for an identity asks here. */
public final class ListenerCertificates {
    private final Draft draft;
    private final Map<String, RevokedCertificates> revoked = new LinkedHashMap<>();

    public ListenerCertificates(Draft draft) {
        this.draft = draft;
        draft.config().listeners().forEach(this::readLists);
    }

    /** By listener; one without a list has no entry. */
    public Map<String, RevokedCertificates> revoked() {
        return revoked;
    }

    /** Whether any has a chain verified. */
    public boolean anyVerifies() {
        return draft.config().listeners().values().stream()
                .flatMap(listener -> listener.tls().stream())
                .map(tls -> tls.clientCertificate().mode())
                .anyMatch(mode -> mode == ClientCertificateMode.OPTIONAL || mode == ClientCertificateMode.REQUIRED);
    }

    private void readLists(String listener, ListenerConfig config) {
        String path = "listeners." + listener + ".tls.clientCertificate";
        config.tls().map(ListenerConfig.TlsConfig::clientCertificate).filter(asked -> asked.crl().isPresent()).ifPresent(asked -> {
            Staleness staleness = asked.insecureAllowStaleCrl() ? Staleness.INSECURELY_ALLOWED : Staleness.REFUSED;
            draft.file(path + ".crl", asked.crl().orElseThrow(), PemFile::revocationLists).ifPresent(lists -> {
                requireSigned(path, asked, lists);
                revoked.put(listener, new RevokedCertificates(lists, staleness));
            });
        });
    }

    /** An unsigned list could clear a revoked certificate, or shut everybody out. */
    private void requireSigned(String path, ClientCertificateConfig asked, List<X509CRL> lists) {
        Optional<List<X509Certificate>> authorities = asked.ca().flatMap(file -> draft.file(path + ".ca", file, PemFile::certificates));
        if (authorities.isEmpty()) {
            return;
        }
        for (X509CRL list : lists) {
            // RFC 5280 §5.2: a delta list, or one for some certificates or reasons only, says so in a critical extension. Taken
            // for a whole list it would clear all that it leaves out.
            Set<String> critical = list.getCriticalExtensionOIDs();
            if (critical != null && !critical.isEmpty()) {
                draft.problem(path + ".crl", "the list of " + list.getIssuerX500Principal() + " is a partial one (critical extensions " + critical + ")");
            }
            if (authorities.get().stream().noneMatch(authority -> isSignedBy(list, authority))) {
                draft.problem(path + ".crl", "the list of " + list.getIssuerX500Principal() + " is signed by no authority in `ca`");
            }
        }
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate authority) {
        if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
            return false;
        }
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
