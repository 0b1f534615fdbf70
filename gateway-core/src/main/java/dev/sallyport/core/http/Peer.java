package dev.sallyport.core.http;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The other end of a downstream connection, as the socket and the handshake proved it.
 *
 * @param listener name of the listener that accepted it
 */
public record Peer(InetAddress address, int port, String listener, Transport transport) {

    /** What protects the bytes between the peer and us. */
    public sealed interface Transport {
        /** No TLS. */
        record Plain(Exposure exposure) implements Transport {}

        /**
         * @param version {@code TLSv1.2} or {@code TLSv1.3}
         * @param certificates the client's chain, leaf first, proven by the handshake; empty if none was sent
         */
        record Tls(String version, List<X509Certificate> certificates) implements Transport {}
    }

    /** Who can read along on a plain listener. */
    public enum Exposure {
        /** Bound to a loopback address: nobody but this machine. */
        LOOPBACK,
        /** The operator wrote {@code insecureAllowPlaintextCredentials: true}. */
        INSECURELY_ALLOWED,
        /** The network. Credentials are refused here. */
        NETWORK
    }

    /** The verified client chain, leaf first; empty without TLS or without a client certificate. */
    public List<X509Certificate> certificates() {
        return switch (transport) {
            case Transport.Plain _ -> List.of();
            case Transport.Tls(var _, var certificates) -> certificates;
        };
    }
}
