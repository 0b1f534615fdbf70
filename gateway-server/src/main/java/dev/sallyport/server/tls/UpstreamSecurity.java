package dev.sallyport.server.tls;

import dev.sallyport.core.tls.OwnCertificate;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.UpstreamTls.Trust;
import dev.sallyport.core.upstream.UpstreamTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * TLS towards one upstream under one configuration: a connection is nobody's before it proved the upstream. What a session
 * may take up again was proven under this very configuration.
 */
public final class UpstreamSecurity {
    /** For how long a proof by certificate may stand for later connections (RFC 8446 §2.2). */
    private static final Duration RESUMABLE = Duration.ofMinutes(5);

    /** Saying good-bye must not hold up a socket that is given up. */
    private static final Duration GOOD_BYE = Duration.ofMillis(250);

    /** Chain and name are verified as RFC 9110 §4.3.4 has it. */
    private static final String HTTPS = "HTTPS";

    private static final int DNS_NAME = 2;

    private final SslContext context;
    private final UpstreamTls terms;

    private UpstreamSecurity(SslContext context, UpstreamTls terms) {
        this.context = context;
        this.terms = terms;
    }

    /** Made before it is needed: terms that cannot be served must be refused before the swap. */
    public static UpstreamSecurity of(String upstream, UpstreamTls terms) throws UnusableTls {
        try {
            return new UpstreamSecurity(context(terms), terms);
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new UnusableTls("upstream " + upstream, unusable);
        }
    }

    private static SslContext context(UpstreamTls terms) throws SSLException {
        SslContextBuilder builder = TlsProfile.apply(SslContextBuilder.forClient(), terms.oldest())
                .sessionTimeout(RESUMABLE.toSeconds())
                .applicationProtocolConfig(TlsProfile.speaking(ApplicationProtocolNames.HTTP_1_1));
        switch (terms.trust()) {
            case Trust.Platform() -> builder.endpointIdentificationAlgorithm(HTTPS);
            case Trust.Only(List<X509Certificate> authorities) -> builder.trustManager(authorities).endpointIdentificationAlgorithm(HTTPS);
            case Trust.Unverified() -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm("");
        }
        if (terms.certificate().isPresent()) {
            OwnCertificate own = terms.certificate().get();
            builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new));
        }
        return builder.build();
    }

    /** The first handler of the channel; it begins when it is added. */
    public SslHandler handlerFor(Channel channel, Target target, Duration handshakeTimeout) {
        String name = nameOf(target);
        SslHandler handler = context.newHandler(channel.alloc(), name, target.port());
        if (!isAddress(name)) {
            // The library would ask for no name without a dot, which many a cluster has.
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            handler.engine().setSSLParameters(parameters);
        }
        handler.setHandshakeTimeout(Math.max(1, handshakeTimeout.toMillis()), TimeUnit.MILLISECONDS);
        handler.setCloseNotifyFlushTimeout(GOOD_BYE.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /**
     * What is wrong with a handshake that succeeded: the platform takes a certificate that has the host's name in its subject
     * alone, which a client must not (RFC 9110 §4.3.4).
     */
    public Optional<TlsFailure> objection(SslHandler shaken, Target target) {
        if (terms.trust() instanceof Trust.Unverified || isAddress(nameOf(target))) {
            return Optional.empty();
        }
        try {
            X509Certificate leaf = (X509Certificate) shaken.engine().getSession().getPeerCertificates()[0];
            return namesAHost(leaf) ? Optional.empty() : Optional.of(unproven("no host among the certificate's alternative names"));
        } catch (SSLPeerUnverifiedException | CertificateParsingException problem) {
            return Optional.of(unproven(String.valueOf(problem.getMessage())));
        }
    }

    private static boolean namesAHost(X509Certificate leaf) throws CertificateParsingException {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        return names != null && names.stream().anyMatch(name -> Objects.equals(name.get(0), DNS_NAME));
    }

    private static TlsFailure unproven(String why) {
        return new TlsFailure(TlsFailure.Kind.CERTIFICATE, why);
    }

    private String nameOf(Target target) {
        return terms.serverName().orElse(target.host());
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }
}
