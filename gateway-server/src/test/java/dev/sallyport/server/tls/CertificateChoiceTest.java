package dev.sallyport.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.gateway.TlsPlan;
import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.tls.OwnCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate a client is shown, by the name in its ClientHello. */
class CertificateChoiceTest {
    private static final OwnCertificate DEFAULT = certificate("default", "first.example.org");
    private static final OwnCertificate EXACT = certificate("exact", "api.example.com", "Other.Example.com");
    private static final OwnCertificate WILDCARD = certificate("wildcard", "*.example.com");
    private static final OwnCertificate LATER = certificate("later", "api.example.com", "*.example.com");
    private static final TlsSecurity TLS = tls(DEFAULT, EXACT, WILDCARD, LATER);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, exact",
        "API.EXAMPLE.COM, exact",
        "other.example.com, exact",
        "shop.example.com, wildcard",
        "first.example.org, default",
        "example.com, default",
        "a.b.example.com, default",
        "unknown.example.net, default",
        "localhost, default",
        ", default",
    })
    void firstCertificateWithTheNameIsShownAndTheDefaultElse(@Nullable String name, String shown) throws Exception {
        InetSocketAddress address = listen(TLS);
        try (SSLSocket socket = connect(address, name)) {
            assertThat(shownTo(socket)).isEqualTo("CN=" + shown);
        }
    }

    private InetSocketAddress listen(TlsSecurity tls) {
        return (InetSocketAddress) new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.handlerFor(channel));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    private static SSLSocket connect(InetSocketAddress address, @Nullable String name) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        List<SNIServerName> names = name == null ? List.of() : List.of(new SNIHostName(name));
        parameters.setServerNames(names);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String shownTo(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
    }

    private static TlsSecurity tls(OwnCertificate... certificates) {
        TlsPlan plan = new TlsPlan(List.of(certificates), OldestVersion.TLS_1_2, new TlsPlan.ClientCertificates.NotAsked());
        try {
            return TlsSecurity.of("https", plan, Duration.ofSeconds(10));
        } catch (UnusableTls e) {
            throw new AssertionError(e);
        }
    }

    private static OwnCertificate certificate(String name, String... dnsNames) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair key = generator.generateKeyPair();
            X500Name subject = new X500Name("CN=" + name);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject, BigInteger.ONE, Date.from(Instant.now().minusSeconds(60)), Date.from(Instant.now().plus(Duration.ofDays(1))),
                    subject, key.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
                    Arrays.stream(dnsNames).map(dns -> new GeneralName(GeneralName.dNSName, dns)).toArray(GeneralName[]::new)));
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
            return new OwnCertificate(List.of(certificate), key.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    /** The test looks at the certificate itself. */
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
