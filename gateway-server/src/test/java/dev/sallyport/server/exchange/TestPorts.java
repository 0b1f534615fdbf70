package dev.sallyport.server.exchange;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.LogPlan;
import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HeaderRules;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.PathRewrite;
import dev.sallyport.core.route.PathRules;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.route.RouteMatch;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.BufferBudget;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.observe.WireEvents;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.upstream.UpstreamPools;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** What exchanges of one open route to one upstream work with; the verdict is the test's. */
public final class TestPorts {
    public static final Limits LIMITS = new Limits(
            Duration.ofMillis(400), Duration.ofMillis(400), 1, Duration.ofSeconds(3), Duration.ofSeconds(5),
            Duration.ofSeconds(5), 4096, 20, 1_000_000, 100);

    public static final ListenerPlan PLAN = new ListenerPlan(
            "l", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty(),
            new ListenerPlan.Mode.Plain(Peer.Exposure.LOOPBACK), LIMITS, Optional.empty());

    private final BlockingQueue<Timeline> timelines = new LinkedBlockingQueue<>();
    private final CountedReplays replays = new CountedReplays();
    private final BufferBudget buffers = new BufferBudget(BufferBudget.DEFAULT_MAX_BYTES, GatewayEvents.IGNORED);
    private final ExchangePorts ports;

    /**
     * @param none pools that have none yet
     * @param verdict is given the decision to forward, and may give another
     */
    public TestPorts(Upstream upstream, UpstreamPools none, BiFunction<RequestView, Decision, Decision> verdict) {
        Route route = route(upstream);
        UpstreamPools pools = pools(upstream, none);
        GatewaySnapshot snapshot = new GatewaySnapshot(
                1, Instant.now(), Map.of("l", PLAN), Optional.empty(), RouteTable.of(List.of(route)), Map.of(upstream.name(), upstream),
                Map.of(), IdentityHeaders.DEFAULT, TrustedProxies.NONE, Revocations.NONE, Optional.empty(), new LogPlan.Off(), new LogPlan.Off(),
                GatewaySnapshot.ErrorDetail.SHOWN, List.of());
        GatewayRuntime runtime = new GatewayRuntime(snapshot, view -> verdict.apply(view, forward(route, view)), pools);
        this.ports = new ExchangePorts(() -> runtime, timelines::add, WireEvents.IGNORED, buffers, replays);
    }

    private static UpstreamPools pools(Upstream upstream, UpstreamPools none) {
        try {
            return none.succeededBy(Map.of(upstream.name(), upstream), WireEvents.IGNORED);
        } catch (UnusableTls e) {
            throw new AssertionError(e);
        }
    }

    private static Route route(Upstream upstream) {
        return new Route(
                "r", new RouteMatch(new HostPattern.Any(), PathPattern.parse("/**"), Set.of(), Map.of()), PathRules.DEFAULT,
                new RouteAuth.Open(), new Destination.ToUpstream(upstream, Optional.empty()), new PathRewrite.Unchanged(),
                HeaderRules.of(IdentityHeaders.DEFAULT, Set.of(), Route.ClientCertificateForwarding.WITHHELD));
    }

    private static Decision forward(Route route, RequestView view) {
        return switch (route.headers().apply(view, Identity.ANONYMOUS)) {
            case HeaderRules.Outcome.Edited(var edit) -> new Decision.Forward(
                    route, (Destination.ToUpstream) route.destination(), Identity.ANONYMOUS, view.head().target().path(), edit, Optional.empty(), List.of(),
                    Trail.UNROUTED);
            case HeaderRules.Outcome.Refused(var rejection) -> new Decision.Reject(rejection, Trail.UNROUTED);
        };
    }

    public ExchangePorts ports() {
        return ports;
    }

    public BufferBudget buffers() {
        return buffers;
    }

    /** How often one-time uses were given back. */
    public int givenBack() {
        return replays.givenBack.get();
    }

    /** The next line of the access log. */
    public Timeline logged() throws InterruptedException {
        Timeline next = timelines.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was logged");
        }
        return next;
    }

    private static final class CountedReplays implements ReplayStore {
        private final AtomicInteger givenBack = new AtomicInteger();

        @Override
        public CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void giveBack(List<OneTimeUse> uses) {
            givenBack.incrementAndGet();
        }
    }
}
