package dev.sallyport.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.tls.OldestVersion;
import dev.sallyport.core.tls.OwnCertificate;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.core.upstream.UpstreamTls.Trust;
import dev.sallyport.core.upstream.UpstreamTls;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.tls.TestAuthority;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.tls.UpstreamSecurity;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A target that cannot prove itself is never given out. */
@Timeout(60)
class TlsConnectorTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final GeneralName NAME = new GeneralName(GeneralName.dNSName, "localhost");
    private static final GeneralName ADDRESS = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    private static final OwnCertificate GOOD = AUTHORITY.server("CN=orders", NAME, ADDRESS);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final TestTarget server = new TestTarget();

    @AfterEach
    void close() {
        server.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void targetThatProvesItselfIsGivenOut() {
        assertThat(connect("localhost", GOOD, Optional.empty())).isEqualTo("connected");
        assertThat(connect("127.0.0.1", GOOD, Optional.empty())).isEqualTo("connected");
        assertThat(connect("127.0.0.1", GOOD, Optional.of("localhost"))).isEqualTo("connected");
    }

    @Test
    void certificateOfAnotherAuthorityProvesNothing() {
        assertThat(connect("localhost", new TestAuthority().server("CN=orders", NAME, ADDRESS), Optional.empty())).isEqualTo("CERTIFICATE");
    }

    @Test
    void certificateForAnotherNameProvesNothing() {
        OwnCertificate other = AUTHORITY.server("CN=localhost", new GeneralName(GeneralName.dNSName, "other.example"));
        assertThat(connect("localhost", other, Optional.empty())).isEqualTo("CERTIFICATE");
        assertThat(connect("127.0.0.1", other, Optional.empty())).isEqualTo("CERTIFICATE");
        assertThat(connect("localhost", GOOD, Optional.of("other.example"))).isEqualTo("CERTIFICATE");
    }

    @Test
    void nameInTheSubjectAloneProvesNothing() {
        assertThat(connect("localhost", AUTHORITY.server("CN=localhost"), Optional.empty())).isEqualTo("CERTIFICATE");
        assertThat(connect("localhost", AUTHORITY.server("CN=localhost", ADDRESS), Optional.empty())).isEqualTo("CERTIFICATE");
    }

    @Test
    void addressIsProvenAsAnAddressAlone() {
        OwnCertificate written = AUTHORITY.server("CN=127.0.0.1", new GeneralName(GeneralName.dNSName, "127.0.0.1"));
        assertThat(connect("127.0.0.1", written, Optional.empty())).isEqualTo("CERTIFICATE");
        assertThat(connect("127.0.0.1", AUTHORITY.server("CN=orders", ADDRESS), Optional.empty())).isEqualTo("connected");
    }

    @Test
    void addressOfTheSixthVersionIsProvenLikeOneOfTheFourth() {
        try (TestTarget six = new TestTarget("::1")) {
            GeneralName same = new GeneralName(GeneralName.iPAddress, "0:0:0:0:0:0:0:1");
            serve(six, AUTHORITY.server("CN=orders", same));
            assertThat(connect(six.target("::1"), byAuthority(Optional.empty()), LONG)).isEqualTo("connected");
            serve(six, GOOD);
            assertThat(connect(six.target("::1"), byAuthority(Optional.empty()), LONG)).isEqualTo("CERTIFICATE");
        }
    }

    @Test
    void whateverIsShownIsTakenOnlyWhereThatIsWritten() {
        UpstreamTls unverified = new UpstreamTls(new Trust.Unverified(), Optional.empty(), Optional.empty(), OldestVersion.TLS_1_2);
        serve(new TestAuthority().server("CN=stranger"));
        assertThat(connect("localhost", unverified, LONG)).isEqualTo("connected");
        serve(GOOD);
        UpstreamTls byPlatform = new UpstreamTls(new Trust.Platform(), Optional.empty(), Optional.empty(), OldestVersion.TLS_1_2);
        assertThat(connect("localhost", byPlatform, LONG)).isEqualTo("CERTIFICATE");
    }

    @Test
    void nameThatCannotBeAskedForFailsAndIsNotWaitedFor() {
        assertThat(connect(new Target("orders_api", 443), byAuthority(Optional.empty()), LONG, (_, _, _, outcome) -> outcome.connected(new EmbeddedChannel()))).isEqualTo("TLS_PROTOCOL");
    }

    @Test
    void handshakeThatDoesNotEndIsGivenUp() {
        assertThat(connect("localhost", byAuthority(Optional.empty()), Duration.ofMillis(300))).isEqualTo("TIMED_OUT");
    }

    @Test
    void connectionsUnderFormerTermsAreNotGivenOutUnderOthers() throws UnusableTls {
        Upstream orders = upstream(byAuthority(Optional.empty()));
        UpstreamPools former = UpstreamPools.none().succeededBy(Map.of("orders", orders), WireEvents.IGNORED);
        Upstream same = upstream(byAuthority(Optional.empty()));
        assertThat(former.succeededBy(Map.of("orders", same), WireEvents.IGNORED).of(same)).isSameAs(former.of(orders));
        Upstream other = upstream(new UpstreamTls(
                new Trust.Only(List.of(AUTHORITY.certificate())), Optional.empty(), Optional.of(GOOD), OldestVersion.TLS_1_2));
        assertThat(former.succeededBy(Map.of("orders", other), WireEvents.IGNORED).of(other)).isNotSameAs(former.of(orders));
    }

    @Test
    void endThatTheTargetDidNotTellIsACutOff() throws Exception {
        assertThat(leaseUntil(served -> served.tls().close()).wasCutOff()).isFalse();
        assertThat(leaseUntil(served -> served.beneath().close()).wasCutOff()).isTrue();
    }

    /** What the target has in hand of one connection. */
    private record Served(SSLSocket tls, Socket beneath) {}

    private interface Farewell {
        void say(Served served) throws IOException;
    }

    /** A lease whose connection the target ended in this way. */
    private UpstreamConnection leaseUntil(Farewell farewell) throws Exception {
        UpstreamPool pool = UpstreamPools.none()
                .succeededBy(Map.of("orders", upstream(byAuthority(Optional.empty()))), WireEvents.IGNORED).of(upstream(byAuthority(Optional.empty())));
        CompletableFuture<Served> served = serve(GOOD);
        CompletableFuture<Acquired> answer = new CompletableFuture<>();
        loop.execute(() -> pool.acquire(loop, Set.of(), answer::complete));
        UpstreamConnection connection = ((Acquired.Leased) answer.orTimeout(20, TimeUnit.SECONDS).join()).connection();
        assertThat(connection.origin()).isEqualTo(Origin.FRESH);
        connection.channel().config().setAutoRead(true);
        farewell.say(served.join());
        connection.channel().closeFuture().await(20, TimeUnit.SECONDS);
        loop.submit(() -> {}).sync();
        return connection;
    }

    private Upstream upstream(UpstreamTls tls) {
        return new Upstream("orders", List.of(server.target("localhost")), Upstream.Balance.ROUND_ROBIN, LONG, LONG, LONG, 4,
                new Upstream.HostPolicy.Preserve(), UpstreamCredentials.NONE, Optional.of(tls));
    }

    private static UpstreamTls byAuthority(Optional<String> serverName) {
        return new UpstreamTls(new Trust.Only(List.of(AUTHORITY.certificate())), serverName, Optional.empty(), OldestVersion.TLS_1_2);
    }

    private String connect(String host, OwnCertificate shown, Optional<String> serverName) {
        serve(shown);
        return connect(host, byAuthority(serverName), LONG);
    }

    /** {@code connected}, or the name of the failure. */
    private String connect(String host, UpstreamTls terms, Duration atMost) {
        return connect(server.target(host), terms, atMost);
    }

    private String connect(Target target, UpstreamTls terms, Duration atMost) {
        return connect(target, terms, atMost, new SocketConnector());
    }

    private String connect(Target target, UpstreamTls terms, Duration atMost, Connector plain) {
        CompletableFuture<String> end = new CompletableFuture<>();
        TlsConnector connector = new TlsConnector(plain, security(terms));
        loop.execute(() -> connector.connect(loop, target, atMost, new Connector.Outcome() {
            @Override
            public void connected(Channel channel) {
                channel.close();
                end.complete("connected");
            }

            @Override
            public void failed(ConnectFailure failure, String detail) {
                assertThat(detail).isNotEmpty();
                end.complete(failure.name());
            }
        }));
        return end.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static UpstreamSecurity security(UpstreamTls terms) {
        try {
            return UpstreamSecurity.of("orders", terms);
        } catch (UnusableTls e) {
            throw new AssertionError(e);
        }
    }

    /** The next connection is shown this certificate; the handshake of one that does not take it fails here as well. */
    private CompletableFuture<Served> serve(OwnCertificate shown) {
        return serve(server, shown);
    }

    private static CompletableFuture<Served> serve(TestTarget target, OwnCertificate shown) {
        CompletableFuture<Served> served = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                Socket beneath = target.next();
                SSLSocket socket = (SSLSocket) TestAuthority.serving(shown).getSocketFactory().createSocket(beneath, null, false);
                socket.setUseClientMode(false);
                socket.startHandshake();
                served.complete(new Served(socket, beneath));
            } catch (IOException refused) {
                served.completeExceptionally(refused);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        return served;
    }
}
