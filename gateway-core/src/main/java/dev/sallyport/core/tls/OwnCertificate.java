package dev.sallyport.core.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate by which the gateway proves who it is.
 *
 * @param chain leaf first
 */
public record OwnCertificate(List<X509Certificate> chain, PrivateKey key) {
    /** The key stays out of it. */
    @Override
    public String toString() {
        return "OwnCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
