package dev.sallyport.core.gateway;

import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.tls.OwnCertificate;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS listener presents and asks for.
 *
 * @param certificates the first is the default, the others are picked by SNI against their subject alternative names
 */
public record TlsPlan(List<OwnCertificate> certificates, OldestVersion oldest, ClientCertificates clientCertificates) {

    /** Whether clients are asked for a certificate. The CRL is no part of the handshake: it is checked per request. */
    public sealed interface ClientCertificates {
        record NotAsked() implements ClientCertificates {}

        record Optional(List<X509Certificate> authorities) implements ClientCertificates {}

        /** Any certificate, of which nothing but the possession of its key is proven (RFC 8705 §2.2, §3). */
        record Bound() implements ClientCertificates {}

        record Required(List<X509Certificate> authorities) implements ClientCertificates {}
    }
}
