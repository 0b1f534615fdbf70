package dev.sallyport.server.tls;

import dev.sallyport.core.gateway.TlsPlan.ClientCertificates;
import dev.sallyport.core.gateway.TlsPlan;
import dev.sallyport.core.http.Peer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** TLS of one listener under one configuration; connections that are open keep what they began with. */
public final class TlsSecurity {
    /** A ClientHello with a hybrid key share has some 2 KiB; what is longer is no honest client's. */
    private static final int MAX_CLIENT_HELLO_BYTES = 16 * 1024;

    private final Duration handshakeTimeout;
    private final ServerContexts contexts;
    private final ClientCertificates clientCertificates;

    private TlsSecurity(ServerContexts contexts, ClientCertificates clientCertificates, Duration handshakeTimeout) {
        this.contexts = contexts;
        this.clientCertificates = clientCertificates;
        this.handshakeTimeout = handshakeTimeout;
    }

    /** Made before it is needed: a plan that cannot be served must be refused before the swap. */
    public static TlsSecurity of(String listener, TlsPlan plan, Duration handshakeTimeout) throws UnusableTls {
        try {
            return new TlsSecurity(ServerContexts.of(plan), plan.clientCertificates(), handshakeTimeout);
        } catch (SSLException | CertificateParsingException | IllegalArgumentException unusable) {
            throw new UnusableTls("listener " + listener, unusable);
        }
    }

    /** The first handler of the ladder: reads the ClientHello, then puts the handler of the certificate it names in its place. */
    public ChannelHandler handlerFor(Channel channel) {
        return new NamedHandler(contexts);
    }

    /** What the handshake proved: version and, if the client sent one, its certificate chain, leaf first. */
    public Peer.Transport provenBy(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            throw new IllegalStateException("asked before the handshake ended");
        }
        SSLSession session = handler.engine().getSession();
        List<X509Certificate> chain = clientChain(session);
        return switch (clientCertificates) {
            case ClientCertificates.Bound() -> new Peer.Transport.Tls(session.getProtocol(), List.of(), chain.stream().findFirst());
            case ClientCertificates.NotAsked _, ClientCertificates.Optional _, ClientCertificates.Required _ ->
                    new Peer.Transport.Tls(session.getProtocol(), chain);
        };
    }

    private static List<X509Certificate> clientChain(SSLSession session) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException noneSent) {
            return List.of();
        }
    }

    private final class NamedHandler extends SniHandler {
        NamedHandler(ServerContexts contexts) {
            super(contexts, MAX_CLIENT_HELLO_BYTES, handshakeTimeout.toMillis());
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            SslHandler handler = super.newSslHandler(context, allocator);
            handler.setHandshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS);
            return handler;
        }
    }
}
