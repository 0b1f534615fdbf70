package dev.sallyport.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamCredentials;
import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import dev.sallyport.server.upstream.Acquired.Leased;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpstreamPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int END_OF_STREAM = -1;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final EventLoop otherLoop = group.next();
    private final TestTarget server = new TestTarget();
    private final CountedConnections counted = new CountedConnections();

    @AfterEach
    void close() {
        server.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void releasedConnectionIsGivenOutAgainOnItsLoopOnly() {
        UpstreamPool pool = pool(2, LONG, server.target());
        UpstreamConnection first = lease(pool, loop);
        assertThat(first.origin()).isEqualTo(Origin.FRESH);
        release(first);
        UpstreamConnection second = lease(pool, loop);
        assertThat(second.origin()).isEqualTo(Origin.POOLED);
        assertThat(second.channel()).isSameAs(first.channel());
        release(second);
        assertThat(lease(pool, otherLoop).origin()).isEqualTo(Origin.FRESH);
    }

    @Test
    void connectionReleasedLastIsGivenOutFirst() {
        UpstreamPool pool = pool(2, LONG, server.target());
        UpstreamConnection older = lease(pool, loop);
        UpstreamConnection newer = lease(pool, loop);
        release(older);
        release(newer);
        assertThat(lease(pool, loop).channel()).isSameAs(newer.channel());
    }

    @Test
    void fullPoolAnswersExhaustedAtOnce() {
        UpstreamPool pool = pool(1, LONG, server.target());
        UpstreamConnection only = lease(pool, loop);
        assertThat(acquire(pool, otherLoop)).isInstanceOf(Acquired.Exhausted.class);
        assertThat(counted.limitsReached).containsExactly("upstreamConnections");
        discard(only);
        assertThat(lease(pool, otherLoop).origin()).isEqualTo(Origin.FRESH);
    }

    @Test
    void fullPoolClosesAConnectionThatRestsOnAnotherLoop() throws Exception {
        UpstreamPool pool = pool(1, LONG, server.target());
        release(lease(pool, loop));
        Socket resting = server.next();
        assertThat(lease(pool, otherLoop).origin()).isEqualTo(Origin.FRESH);
        assertThat(resting.getInputStream().read()).isEqualTo(END_OF_STREAM);
        assertThat(pool.health().open()).isEqualTo(1);
    }

    @Test
    void fullPoolClosesAConnectionThatRestsForAnotherTarget() {
        try (TestTarget second = new TestTarget()) {
            UpstreamPool pool = pool(1, LONG, server.target(), second.target());
            UpstreamConnection first = lease(pool, loop);
            release(first);
            assertThat(lease(pool, loop).target()).isNotEqualTo(first.target());
            assertThat(pool.health().open()).isEqualTo(1);
        }
    }

    @Test
    void bytesThatNoRequestAskedForCloseARestingConnection() throws Exception {
        UpstreamPool pool = pool(2, LONG, server.target());
        UpstreamConnection connection = lease(pool, loop);
        release(connection);
        Socket socket = server.next();
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        connection.channel().closeFuture().await();
        assertThat(lease(pool, loop).origin()).isEqualTo(Origin.FRESH);
    }

    @Test
    void bytesThatCameBeforeTheNextRequestCloseTheConnectionThoughTheLoopDidNotReadThemYet() throws Exception {
        UpstreamPool pool = pool(2, LONG, server.target());
        release(lease(pool, loop));
        OutputStream unasked = server.next().getOutputStream();
        CompletableFuture<Acquired> answer = new CompletableFuture<>();
        loop.submit(() -> {
            unasked.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            pool.acquire(loop, Set.of(), answer::complete);
            return null;
        }).sync();
        assertThat(answer.get(20, TimeUnit.SECONDS)).isInstanceOfSatisfying(
                Leased.class, leased -> assertThat(leased.connection().origin()).isEqualTo(Origin.FRESH));
    }

    @Test
    void connectionThatTheTargetClosedIsNotGivenOut() throws Exception {
        UpstreamPool pool = pool(2, LONG, server.target());
        UpstreamConnection connection = lease(pool, loop);
        release(connection);
        server.next().close();
        connection.channel().closeFuture().await();
        assertThat(lease(pool, loop).origin()).isEqualTo(Origin.FRESH);
        assertThat(pool.health().open()).isEqualTo(1);
    }

    @Test
    void connectionThatStillSaysGoodByeIsNotGivenOut() throws Exception {
        UpstreamPool pool = pool(3, LONG, server.target());
        UpstreamConnection connection = lease(pool, loop);
        LongGoodBye goodBye = new LongGoodBye();
        connection.channel().pipeline().addLast(goodBye);
        release(connection);
        server.next().getOutputStream().write('!');
        goodBye.begun.get(20, TimeUnit.SECONDS);
        assertThat(connection.channel().isActive()).isTrue();
        assertThat(lease(pool, loop).origin()).isEqualTo(Origin.FRESH);
    }

    /** Holds the close up, as TLS does until its last record is out. */
    private static final class LongGoodBye extends ChannelOutboundHandlerAdapter {
        private final CompletableFuture<Void> begun = new CompletableFuture<>();

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            begun.complete(null);
        }
    }

    @Test
    void idleTimeoutClosesARestingConnection() throws Exception {
        UpstreamPool pool = pool(2, Duration.ofMillis(20), server.target());
        UpstreamConnection connection = lease(pool, loop);
        release(connection);
        assertThat(server.next().getInputStream().read()).isEqualTo(END_OF_STREAM);
        connection.channel().closeFuture().await();
        onLoop(loop, () -> assertThat(pool.health().targets().getFirst().idle()).isZero());
    }

    @Test
    void retiredPoolClosesWhatRestsAndTheLeasedAtItsRelease() throws Exception {
        UpstreamPool pool = pool(3, LONG, server.target());
        UpstreamConnection resting = lease(pool, loop);
        UpstreamConnection leased = lease(pool, loop);
        release(resting);
        pool.retire();
        resting.channel().closeFuture().await();
        assertThat(leased.channel().isActive()).isTrue();
        release(leased);
        leased.channel().closeFuture().await();
    }

    @Test
    void closedPortIsRefusedAndHeldAgainstTheTarget() throws IOException {
        Target closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = new Target("127.0.0.1", socket.getLocalPort());
        }
        UpstreamPool pool = pool(1, LONG, closed);
        for (int failure = 0; failure < Standing.FAILURES_TO_EJECT; failure++) {
            assertThat(acquire(pool, loop)).isInstanceOfSatisfying(
                    Acquired.Failed.class, failed -> assertThat(failed.failure()).isEqualTo(ConnectFailure.REFUSED));
        }
        assertThat(pool.health().targets().getFirst().ejectedFor()).isPresent();
        assertThat(acquire(pool, loop)).as("ejection alone never refuses").isInstanceOf(Acquired.Failed.class);
        assertThat(pool.health().open()).isZero();
        assertThat(pool.health().targets().getFirst().inFlight()).isZero();
    }

    @Test
    void nameIsLookedUp() {
        assertThat(lease(pool(1, LONG, server.target("localhost")), loop).origin()).isEqualTo(Origin.FRESH);
    }

    @Test
    void unknownNameFails() {
        assertThat(acquire(pool(1, LONG, new Target("nowhere.invalid", 80)), loop)).isInstanceOfSatisfying(
                Acquired.Failed.class, failed -> assertThat(failed.failure()).isEqualTo(ConnectFailure.UNKNOWN_HOST));
    }

    @Test
    void countsReturnToZeroHoweverALeaseEnds() throws Exception {
        UpstreamPool pool = pool(3, LONG, server.target());
        UpstreamConnection released = lease(pool, loop);
        UpstreamConnection discarded = lease(pool, loop);
        UpstreamConnection closedBeneath = lease(pool, loop);
        assertThat(counted.now()).isEqualTo(Map.of(UpstreamConnectionState.ACTIVE, 3, UpstreamConnectionState.IDLE, 0));
        release(released);
        release(released);
        discard(discarded);
        closedBeneath.channel().close().sync();
        release(closedBeneath);
        assertThat(counted.now()).isEqualTo(Map.of(UpstreamConnectionState.ACTIVE, 0, UpstreamConnectionState.IDLE, 1));
        assertThat(pool.health()).isEqualTo(new Health("orders", 1, 3,
                List.of(new Health.OfTarget(server.target(), Optional.empty(), 0, 1, 1))));
    }

    @Test
    void unchangedUpstreamKeepsItsPool() throws UnusableTls {
        Upstream orders = upstream(1, LONG, server.target());
        UpstreamPools former = UpstreamPools.none().succeededBy(Map.of("orders", orders), WireEvents.IGNORED);
        Upstream same = upstream(1, LONG, server.target());
        assertThat(former.succeededBy(Map.of("orders", same), WireEvents.IGNORED).of(same)).isSameAs(former.of(orders));
        Upstream larger = upstream(2, LONG, server.target());
        assertThat(former.succeededBy(Map.of("orders", larger), WireEvents.IGNORED).of(larger)).isNotSameAs(former.of(orders));
    }

    private UpstreamPool pool(int maxConnections, Duration idleTimeout, Target... targets) {
        return new UpstreamPool(upstream(maxConnections, idleTimeout, targets), counted, new SocketConnector());
    }

    private static Upstream upstream(int maxConnections, Duration idleTimeout, Target... targets) {
        return new Upstream("orders", List.of(targets), Upstream.Balance.ROUND_ROBIN, LONG, LONG, idleTimeout, maxConnections,
                new Upstream.HostPolicy.Preserve(), UpstreamCredentials.NONE, Optional.empty());
    }

    private static Acquired acquire(UpstreamPool pool, EventLoop loop) {
        CompletableFuture<Acquired> answer = new CompletableFuture<>();
        loop.execute(() -> pool.acquire(loop, Set.of(), answer::complete));
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static UpstreamConnection lease(UpstreamPool pool, EventLoop loop) {
        return switch (acquire(pool, loop)) {
            case Leased(UpstreamConnection connection) -> connection;
            case Acquired.Exhausted exhausted -> throw new AssertionError(exhausted.toString());
            case Acquired.Failed failed -> throw new AssertionError(failed.toString());
        };
    }

    private static void release(UpstreamConnection connection) {
        onLoop(connection.channel().eventLoop(), connection::release);
    }

    private static void discard(UpstreamConnection connection) {
        onLoop(connection.channel().eventLoop(), connection::discard);
        connection.channel().closeFuture().syncUninterruptibly();
    }

    /** Returns when the task, and what it put on the loop, ran. */
    private static void onLoop(EventLoop loop, Runnable task) {
        loop.submit(task).syncUninterruptibly();
        loop.submit(() -> {}).syncUninterruptibly();
    }

    /** The gauge and the limits as the metrics would show them. */
    private static final class CountedConnections implements WireEvents {
        private final Map<UpstreamConnectionState, Integer> counts = new EnumMap<>(UpstreamConnectionState.class);
        private final List<String> limitsReached = new CopyOnWriteArrayList<>();

        synchronized Map<UpstreamConnectionState, Integer> now() {
            return Map.copyOf(counts);
        }

        @Override
        public synchronized void upstreamConnections(String upstream, UpstreamConnectionState state, int change) {
            counts.merge(state, change, Integer::sum);
        }

        @Override
        public void limitReached(String limit) {
            limitsReached.add(limit);
        }

        @Override
        public void connectionOpened(String listener) {}

        @Override
        public void connectionClosed(String listener) {}

        @Override
        public void handshakeEnded(String listener, HandshakeOutcome outcome) {}

        @Override
        public void proxyHeaderEnded(String listener, ProxyHeaderOutcome outcome) {}
    }
}
