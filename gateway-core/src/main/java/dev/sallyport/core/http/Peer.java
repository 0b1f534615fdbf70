package dev.sallyport.core.http;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The other end of a downstream connection, as the socket and the handshake proved it; behind a proxy that the listener
 * requires a PROXY header from, the one that this header names.
 *
 * @param listener name of the listener that accepted it
 */
public record Peer(InetAddress address, int port, String listener, Transport transport, Speaker speaker) {

    /** One that speaks for itself. */
    public Peer(InetAddress address, int port, String listener, Transport transport) {
        this(address, port, listener, transport, Speaker.NAMED);
    }

    /** Whose bytes they are. */
    public enum Speaker {
        /** Theirs whose address it is. */
        NAMED,
        /** A proxy has the address, and does not tell whose bytes it passes on: what these say of others is nobody's word. */
        UNTOLD
    }

    /** What protects the bytes between the peer and us. */
    public sealed interface Transport {
        /** No TLS. */
        record Plain(Exposure exposure) implements Transport {}

        /**
         * @param version {@code TLSv1.2} or {@code TLSv1.3}
         * @param certificates the client's chain, leaf first, proven by the handshake; empty if none was sent
         * @param possessed the client's certificate where the handshake proved no more than that it holds the key of it: for
         *     tokens that are bound to it, and never a proof of who that is
         */
        record Tls(String version, List<X509Certificate> certificates, Optional<X509Certificate> possessed) implements Transport {
            public Tls(String version, List<X509Certificate> certificates) {
                this(version, certificates, certificates.stream().findFirst());
            }
        }
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
            case Transport.Tls(var _, var certificates, var _) -> certificates;
        };
    }

    /** Of which the peer holds the private key, whoever issued it. */
    public Optional<X509Certificate> possessedCertificate() {
        return switch (transport) {
            case Transport.Plain _ -> Optional.empty();
            case Transport.Tls(var _, var _, var possessed) -> possessed;
        };
    }
}
