package dev.sallyport.core.gateway;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS listener presents and asks for.
 *
 * @param certificates the first is the default, the others are picked by SNI against their subject alternative names
 */
public record TlsPlan(List<ServerCertificate> certificates, MinVersion minVersion, ClientCertificates clientCertificates) {

    public enum MinVersion { TLS_1_2, TLS_1_3 }

    /**
     * @param chain leaf first
     */
    public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
        /** The key stays out of it. */
        @Override
        public String toString() {
            return "ServerCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    /** Whether clients are asked for a certificate. The CRL is no part of the handshake: it is checked per request. */
    public sealed interface ClientCertificates {
        record NotAsked() implements ClientCertificates {}

        record Optional(List<X509Certificate> authorities) implements ClientCertificates {}

        /** Any certificate, of which nothing but the possession of its key is proven (RFC 8705 §2.2, §3). */
        record Bound() implements ClientCertificates {}

        record Required(List<X509Certificate> authorities) implements ClientCertificates {}
    }
}
