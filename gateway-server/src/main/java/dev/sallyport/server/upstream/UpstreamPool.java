package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.observe.WireEvents.UpstreamConnectionState;
import dev.sallyport.server.upstream.Acquired.ConnectFailure;
import dev.sallyport.server.upstream.UpstreamConnection.Origin;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one upstream. Each rests on the event loop it was opened on and is used there only; what the loops
 * share is how many there are and how the targets do.
 */
public final class UpstreamPool {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    private final Upstream upstream;
    private final WireEvents events;
    private final Connector connector;
    private final List<TargetState> targets;
    private final Balancer balancer;
    private final ConcurrentMap<EventLoop, LoopConnections> loops = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean retired;

    UpstreamPool(Upstream upstream, WireEvents events, Connector connector) {
        this.upstream = upstream;
        this.events = events;
        this.connector = connector;
        this.targets = upstream.targets().stream().map(TargetState::new).toList();
        this.balancer = new Balancer(upstream.balance(), targets);
        count(UpstreamConnectionState.ACTIVE, 0);
        count(UpstreamConnectionState.IDLE, 0);
    }

    public Upstream upstream() {
        return upstream;
    }

    public Health health() {
        long now = System.nanoTime();
        return new Health(
                upstream.name(), open.get(), upstream.maxConnections(), targets.stream().map(target -> target.health(now)).toList());
    }

    /**
     * Chooses a target and gets a connection to it, pooled or fresh.
     *
     * @param loop the caller's; {@code answered} is called on it, perhaps before this returns
     * @param avoided targets that failed this request already
     */
    public void acquire(EventLoop loop, Set<Target> avoided, Consumer<Acquired> answered) {
        TargetState target = balancer.choose(avoided, System.nanoTime());
        target.countInFlight(1);
        LoopConnections here = loops.computeIfAbsent(loop, added -> new LoopConnections(this, added));
        serve(new Wanted(here, target, answered));
    }

    private void serve(Wanted wanted) {
        Optional<PooledConnection> resting = wanted.here().take(wanted.target());
        if (resting.isPresent()) {
            // After the sockets of the loop were looked at once more: bytes that came before the request is written are no
            // answer to it (response queue poisoning), and the loop may have got to the client that asks before it got to them.
            wanted.here().loop().schedule(() -> wake(resting.get(), wanted), 0, TimeUnit.NANOSECONDS);
        } else if (takeRoom()) {
            connect(wanted);
        } else {
            makeRoom(wanted, loops.values().iterator());
        }
    }

    private void wake(PooledConnection resting, Wanted wanted) {
        if (resting.isUsable()) {
            wanted.answered().accept(new Acquired.Leased(resting.lease(Origin.POOLED)));
        } else {
            serve(wanted);
        }
    }

    /** A request's wish for a connection; counted in flight already. */
    private record Wanted(LoopConnections here, TargetState target, Consumer<Acquired> answered) {}

    private boolean takeRoom() {
        int most = upstream.maxConnections();
        return open.getAndUpdate(count -> count < most ? count + 1 : count) < most;
    }

    void leaveRoom() {
        open.decrementAndGet();
    }

    /** Asks one loop after the other to close a connection that rests; each is asked once. */
    private void makeRoom(Wanted wanted, Iterator<LoopConnections> others) {
        EventLoop loop = wanted.here().loop();
        while (others.hasNext()) {
            LoopConnections other = others.next();
            if (!other.isEmpty()) {
                other.loop().execute(() -> other.makeRoom(
                        () -> loop.execute(() -> connect(wanted)), () -> loop.execute(() -> makeRoom(wanted, others))));
                return;
            }
        }
        events.limitReached("upstreamConnections");
        wanted.target().countInFlight(-1);
        wanted.answered().accept(new Acquired.Exhausted());
    }

    /** Room for it is taken already. */
    private void connect(Wanted wanted) {
        TargetState target = wanted.target();
        connector.connect(wanted.here().loop(), target.target(), upstream.connectTimeout(), new Connector.Outcome() {
            @Override
            public void connected(Channel channel) {
                PooledConnection fresh = new PooledConnection(UpstreamPool.this, wanted.here(), target, channel);
                wanted.answered().accept(new Acquired.Leased(fresh.lease(Origin.FRESH)));
            }

            @Override
            public void failed(ConnectFailure failure, String detail) {
                leaveRoom();
                target.countInFlight(-1);
                UpstreamPool.this.failed(target, detail);
                wanted.answered().accept(new Acquired.Failed(target.target(), failure, detail));
            }
        });
    }

    /** Those that follow in a row are of the same outage, and not told. */
    void failed(TargetState target, String detail) {
        if (target.failed(System.nanoTime())) {
            LOG.warn("Upstream {}, target {}: {}", upstream.name(), target.target().label(), detail);
        }
    }

    void count(UpstreamConnectionState state, int change) {
        events.upstreamConnections(upstream.name(), state, change);
    }

    boolean isRetired() {
        return retired;
    }

    /** Closes what rests, now, and what is leased, at its release. Exchanges that began with this pool still get connections. */
    void retire() {
        retired = true;
        loops.values().forEach(here -> here.loop().execute(here::closeAll));
    }
}
