package dev.sallyport.server.tls;

import dev.sallyport.core.gateway.TlsPlan.ClientCertificates;
import dev.sallyport.core.gateway.TlsPlan;
import dev.sallyport.core.tls.OwnCertificate;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.Mapping;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One context for each certificate of a listener, and which one a name (SNI, RFC 6066 §3) gets. Each context has ticket
 * keys of its own, so a session cannot be resumed under other rules for client certificates than those that proved it.
 */
final class ServerContexts implements Mapping<String, SslContext> {
    private static final int DNS_NAME = 2;

    private final SslContext byDefault;
    private final Map<String, SslContext> exact = new HashMap<>();
    private final Map<String, SslContext> belowWildcard = new HashMap<>();

    private ServerContexts(SslContext byDefault) {
        this.byDefault = byDefault;
    }

    static ServerContexts of(TlsPlan plan) throws SSLException, CertificateParsingException {
        ServerContexts contexts = new ServerContexts(context(plan, plan.certificates().getFirst()));
        contexts.name(plan.certificates().getFirst(), contexts.byDefault);
        for (OwnCertificate certificate : plan.certificates().subList(1, plan.certificates().size())) {
            contexts.name(certificate, context(plan, certificate));
        }
        return contexts;
    }

    @Override
    public SslContext map(@Nullable String name) {
        if (name == null) {
            return byDefault;
        }
        String host = name.toLowerCase(Locale.ROOT);
        SslContext named = exact.get(host);
        if (named != null) {
            return named;
        }
        int dot = host.indexOf('.');
        return dot < 0 ? byDefault : Objects.requireNonNullElse(belowWildcard.get(host.substring(dot)), byDefault);
    }

    /** The first certificate that has a name keeps it. */
    private void name(OwnCertificate certificate, SslContext context) throws CertificateParsingException {
        Collection<List<?>> names = certificate.chain().getFirst().getSubjectAlternativeNames();
        for (List<?> alternative : names == null ? List.<List<?>>of() : names) {
            if (Objects.equals(alternative.get(0), DNS_NAME)) {
                String host = String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT);
                if (host.startsWith("*.")) {
                    belowWildcard.putIfAbsent(host.substring(1), context);
                } else {
                    exact.putIfAbsent(host, context);
                }
            }
        }
    }

    private static SslContext context(TlsPlan plan, OwnCertificate certificate) throws SSLException {
        SslContextBuilder builder = TlsProfile.apply(
                SslContextBuilder.forServer(certificate.key(), certificate.chain().toArray(X509Certificate[]::new)), plan.oldest())
                .applicationProtocolConfig(TlsProfile.speaking(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));
        switch (plan.clientCertificates()) {
            case ClientCertificates.NotAsked() -> builder.clientAuth(ClientAuth.NONE);
            case ClientCertificates.Bound() -> builder.trustManager(new AnyCertificate()).clientAuth(ClientAuth.OPTIONAL);
            case ClientCertificates.Optional(var authorities) -> trust(builder, authorities).clientAuth(ClientAuth.OPTIONAL);
            case ClientCertificates.Required(var authorities) -> trust(builder, authorities).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    private static SslContextBuilder trust(SslContextBuilder builder, List<X509Certificate> authorities) {
        return builder.trustManager(authorities.toArray(X509Certificate[]::new));
    }
}
