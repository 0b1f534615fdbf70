package dev.sallyport.server.reload;

import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.gateway.Gatekeeper;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.compile.ReloadResult;
import dev.sallyport.core.gateway.compile.SnapshotCompiler;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.BufferBudget;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.server.exchange.ExchangePorts;
import dev.sallyport.server.exchange.GatewayRuntime;
import dev.sallyport.server.fetch.JdkHttpFetcher;
import dev.sallyport.server.fetch.QueuedCpuWorker;
import dev.sallyport.server.fetch.TimerScheduler;
import dev.sallyport.server.journal.FileJournals;
import dev.sallyport.server.listen.EventLoops;
import dev.sallyport.server.observe.ExchangeObserver;
import dev.sallyport.server.observe.GatewayMetrics.ReloadOutcome;
import dev.sallyport.server.observe.GatewayMetrics;
import dev.sallyport.server.observe.PresentedCertificate;
import dev.sallyport.server.observe.Timeline;
import dev.sallyport.server.reload.OpenListeners.CannotListen;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.upstream.UpstreamPools;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running gateway: one configuration in force behind one volatile reference, and the watcher that replaces it.
 *
 * <pre>
 *   a file changed ──compile──▶ refused: log, metric, the former serves on
 *                       └──▶ applied ──contexts, sockets──▶ cannot: likewise
 *                                            └──▶ swap ──▶ retire what the former alone used
 * </pre>
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final GatewayMetrics metrics = new GatewayMetrics();
    private final ApiKeyUsage keyUsage = new ApiKeyUsage();
    private final DigestedFiles files = new DigestedFiles();
    private final TimerScheduler scheduler = new TimerScheduler();
    private final JdkHttpFetcher fetcher = new JdkHttpFetcher();
    private final QueuedCpuWorker worker;
    private final SnapshotCompiler compiler;
    private final Gatekeeper gatekeeper;
    private final EventLoops loops;
    private final OpenListeners listeners;
    private final LogSinks logs = new LogSinks(metrics);
    private final InputWatcher watcher = new InputWatcher(files, this::reload);
    private final BiConsumer<String, InetSocketAddress> onListening;
    private final StopRules stopRules;
    private volatile GatewayRuntime runtime;
    private volatile LongLived parts;
    private volatile ExchangeObserver log = ExchangeObserver.IGNORED;
    private volatile Phase phase = Phase.SERVING;
    private volatile Runnable onSwap = () -> {};

    /** Whether traffic should come here. */
    public enum Phase { SERVING, DRAINING }

    /** A gateway could not begin; {@code problems} says why if the configuration is at fault. */
    public static final class CannotStart extends Exception {
        private static final long serialVersionUID = 1;
        private final transient List<ConfigProblem> problems;

        CannotStart(String message, List<ConfigProblem> problems) {
            super(message);
            this.problems = problems;
        }

        public List<ConfigProblem> problems() {
            return problems;
        }
    }

    private Gateway(Path config, Map<String, String> environment, BiConsumer<String, InetSocketAddress> onListening)
            throws CannotStart {
        this.onListening = onListening;
        this.stopRules = setting(() -> StopRules.of(environment));
        ProcessBounds bounds = setting(() -> ProcessBounds.of(System.getProperties()));
        int threads = Runtime.getRuntime().availableProcessors();
        this.worker = new QueuedCpuWorker(Math.max(1, threads / 2), bounds.maxQueuedVerifications(), metrics);
        this.compiler = new SnapshotCompiler(
                config, new Ports(files, fetcher, FileJournals.writing(), scheduler, worker, InstantSource.system(), metrics, keyUsage, environment));
        InMemoryReplayStore replays = new InMemoryReplayStore(bounds.maxReplayEntries(), metrics);
        this.gatekeeper = new Gatekeeper(replays, new AttemptCounters(metrics));
        ReloadResult.Applied first = firstCompilation();
        this.parts = first.parts();
        this.runtime = runtime(first.snapshot(), UpstreamPools.none()); // until the swap, when nobody listens yet
        this.loops = EventLoops.start(threads);
        BufferBudget buffers = new BufferBudget(bounds.maxBufferedBytes(), metrics);
        this.listeners = new OpenListeners(
                loops, new ExchangePorts(this::runtime, this::observe, metrics, buffers, replays));
        try {
            swap(first);
        } catch (CannotListen | UnusableTls failure) {
            compiler.discard(first);
            loops.close();
            throw new CannotStart(String.valueOf(failure.getMessage()), List.of());
        }
        reportNotices(first.snapshot());
        watcher.start();
    }

    /** @param onListening told of each listener once it accepts, by name and with the port that was taken */
    public static Gateway start(
            Path config, Map<String, String> environment, BiConsumer<String, InetSocketAddress> onListening) throws CannotStart {
        return new Gateway(config, environment, onListening);
    }

    /** Called after each change that came into force, on the watcher's thread. */
    public void onSwap(Runnable follower) {
        onSwap = follower;
    }

    public GatewayRuntime runtime() {
        return runtime;
    }

    public LongLived parts() {
        return parts;
    }

    public GatewayMetrics metrics() {
        return metrics;
    }

    public ApiKeyUsage keyUsage() {
        return keyUsage;
    }

    public Phase phase() {
        return phase;
    }

    public Map<String, InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** Readiness turns, load balancers get time to see it, listeners close, what is open ends. */
    @Override
    public void close() {
        phase = Phase.DRAINING;
        watcher.close();
        LOG.info("Stopping: draining for at most {}", stopRules.drain());
        pause();
        listeners.drain(stopRules.drain());
        loops.close();
        logs.close();
        parts.close();
        scheduler.close();
        worker.close();
        fetcher.close();
        metrics.close();
    }

    private void pause() {
        try {
            Thread.sleep(stopRules.delay());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void observe(Timeline timeline) {
        metrics.exchanges().ended(timeline);
        log.ended(timeline);
    }

    private GatewayRuntime runtime(GatewaySnapshot snapshot, UpstreamPools upstreams) {
        return new GatewayRuntime(snapshot, request -> gatekeeper.decide(snapshot, request), upstreams);
    }

    private ReloadResult.Applied firstCompilation() throws CannotStart {
        return switch (compile()) {
            case ReloadResult.Applied applied -> applied;
            case ReloadResult.Refused(var problems) -> throw new CannotStart("the configuration is refused", problems);
            case ReloadResult.Unchanged() -> throw new CannotStart("there is nothing to serve", List.of());
        };
    }

    private ReloadResult compile() {
        files.beginRound();
        ReloadResult result = compiler.compile();
        if (result instanceof ReloadResult.Refused) {
            files.keepFormer();
        }
        return result;
    }

    /** On the watcher's thread only. */
    private void reload() {
        switch (compile()) {
            case ReloadResult.Unchanged() -> metrics.reloaded(ReloadOutcome.UNCHANGED);
            case ReloadResult.Refused(var problems) -> {
                problems.forEach(problem -> LOG.error("Configuration refused: {}", problem));
                metrics.reloaded(ReloadOutcome.REFUSED);
            }
            case ReloadResult.Applied applied -> apply(applied);
        }
    }

    private void apply(ReloadResult.Applied applied) {
        try {
            swap(applied);
            LOG.info("Configuration {} in force", applied.snapshot().generation());
            reportNotices(applied.snapshot());
            metrics.reloaded(ReloadOutcome.APPLIED);
        } catch (CannotListen | UnusableTls failure) {
            compiler.discard(applied);
            files.keepFormer();
            LOG.error("Configuration refused: {}", failure.getMessage());
            metrics.reloaded(ReloadOutcome.REFUSED);
        }
    }

    /** What may fail does so before anything is changed. */
    private void swap(ReloadResult.Applied applied) throws CannotListen, UnusableTls {
        UpstreamPools former = runtime.upstreams();
        UpstreamPools upstreams = former.succeededBy(applied.snapshot().upstreams(), metrics);
        OpenListeners.Prepared sockets = listeners.prepare(applied.snapshot().listeners());
        GatewaySnapshot snapshot = applied.snapshot().listeningOn(sockets.ports());
        compiler.adopt(applied);
        log = logs.of(snapshot);
        parts = applied.parts();
        runtime = runtime(snapshot, upstreams);
        listeners.use(sockets, snapshot.listeners());
        upstreams.retire(former);
        metrics.keyProviders(applied.parts().keyProviders());
        metrics.keep(snapshot.routes().routes().stream().map(Route::id).collect(Collectors.toSet()), snapshot.upstreams().keySet());
        metrics.presents(PresentedCertificate.of(snapshot));
        sockets.announced().forEach(onListening);
        onSwap.run();
    }

    private static void reportNotices(GatewaySnapshot snapshot) {
        snapshot.notices().forEach(notice -> LOG.warn("{}: {}: {}", notice.kind(), notice.key(), notice.text()));
    }

    private static <T> T setting(Supplier<T> reader) throws CannotStart {
        try {
            return reader.get();
        } catch (IllegalArgumentException wrong) {
            throw new CannotStart(String.valueOf(wrong.getMessage()), List.of());
        }
    }
}
