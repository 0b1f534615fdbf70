package dev.sallyport.core.auth.certificate;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Certificate revocation lists (RFC 5280 §5) whose signatures were checked when they were read. */
public record RevokedCertificates(List<X509CRL> lists, Staleness staleness) {
    /** No list was configured. */
    public static final RevokedCertificates NONE = new RevokedCertificates(List.of(), Staleness.REFUSED);

    /** What becomes of requests when a list is past its {@code nextUpdate}. */
    public enum Staleness {
        REFUSED,
        /** {@code insecureAllowStaleCrl: true}. */
        INSECURELY_ALLOWED
    }

    /** What the lists say. */
    public enum Standing { GOOD, REVOKED, UNKNOWN }

    /**
     * Of a whole chain, leaf first. Unknown is an issuer of the leaf without a list, or a list out of date: a revocation
     * that we would not have heard of.
     */
    public Standing standing(List<X509Certificate> chain, Instant now) {
        if (lists.isEmpty()) {
            return Standing.GOOD;
        }
        boolean isLeafCovered = false;
        boolean isStale = false;
        for (X509Certificate certificate : chain) {
            for (X509CRL list : lists) {
                if (list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
                    if (list.getRevokedCertificate(certificate) != null) {
                        return Standing.REVOKED;
                    }
                    isLeafCovered |= certificate.equals(chain.getFirst());
                    isStale |= isStale(list, now);
                }
            }
        }
        return isLeafCovered && !isStale ? Standing.GOOD : Standing.UNKNOWN;
    }

    /** RFC 5280 §5.1.2.5 asks every list for a {@code nextUpdate}; one without could be of any age. */
    private boolean isStale(X509CRL list, Instant now) {
        boolean isPast = list.getNextUpdate() == null || !now.isBefore(list.getNextUpdate().toInstant());
        return isPast && staleness == Staleness.REFUSED;
    }
}
