package dev.sallyport.server.tls;

import dev.sallyport.core.tls.OldestVersion;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.List;

/** What both sides of the gateway speak alike: library, versions, ciphers, groups. */
final class TlsProfile {
    /** The post-quantum hybrid first: what is recorded today may be broken tomorrow. */
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

    /** Forward secrecy and authenticated encryption only (RFC 9325 §4.2). */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsProfile() {}

    /** By ALPN (RFC 7301), the first that both know; who offers nothing that we know is taken for one who offers nothing. */
    static ApplicationProtocolConfig speaking(String... protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    static SslContextBuilder apply(SslContextBuilder builder, OldestVersion oldest) {
        builder.ciphers(CIPHERS).protocols(switch (oldest) {
            case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
            case TLS_1_3 -> List.of("TLSv1.3");
        });
        return OpenSsl.isAvailable()
                ? builder.sslProvider(SslProvider.OPENSSL).option(OpenSslContextOption.GROUPS, GROUPS)
                : builder.sslProvider(SslProvider.JDK);
    }
}
