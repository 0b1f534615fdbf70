package dev.sallyport.server.observe;

import dev.sallyport.core.port.GatewayEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All metrics of the process, by the names that the documentation lists. Every label value is a name of the configuration or of an enum. */
public final class GatewayMetrics implements GatewayEvents, WireEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayMetrics.class);

    /** How a change of the configuration ended. */
    public enum ReloadOutcome { APPLIED, UNCHANGED, REFUSED }

    private record CacheKey(String cache, CacheResult result) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExchangeMetrics exchanges = new ExchangeMetrics(registry);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final MultiGauge certificates = MultiGauge.builder("sallyport.certificate.expiry.timestamp")
            .description("When a certificate that the gateway shows to clients or to an upstream ends, in seconds since 1970.")
            .baseUnit("seconds")
            .register(registry);
    private final MultiGauge keyAges = MultiGauge.builder("sallyport.jwks.age")
            .description("Since the key set was last fetched, or first wanted.")
            .baseUnit("seconds")
            .register(registry);
    private final Map<CacheKey, Counter> caches = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> levels = new ConcurrentHashMap<>();
    private final Map<String, Instant> refreshed = new ConcurrentHashMap<>();
    private final Map<String, String> keysDown = new ConcurrentHashMap<>();

    public GatewayMetrics() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            new NettyAllocatorMetrics(buffers).bindTo(registry);
        }
        collections.bindTo(registry);
        for (ReloadOutcome outcome : ReloadOutcome.values()) {
            reloadCounter(outcome);
        }
    }

    /** Prometheus text. A scrape and a change of what is measured exclude each other: amid a reload one was broken off. */
    public String scrape() {
        synchronized (registry) {
            return registry.scrape();
        }
    }

    public ExchangeObserver exchanges() {
        return exchanges;
    }

    /** Key providers whose last refresh failed, with the reason. */
    public Map<String, String> keysDown() {
        return Map.copyOf(keysDown);
    }

    public void reloaded(ReloadOutcome outcome) {
        reloadCounter(outcome).increment();
    }

    public void lineDropped(String log) {
        counter("sallyport.log.lines.dropped", "log", log).increment();
    }

    /** Those that are presented no longer are forgotten. */
    public void presents(List<PresentedCertificate> presented) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (PresentedCertificate certificate : presented) {
            rows.add(MultiGauge.Row.of(certificate.tags(), certificate.endsAtSeconds()));
        }
        synchronized (registry) {
            certificates.register(rows, true);
        }
    }

    @Override
    public void credentialCache(String cache, CacheResult result) {
        // Asked for nearly every request: found without building a name.
        CacheKey key = new CacheKey(cache, result);
        Counter known = caches.get(key);
        if (known == null) {
            known = caches.computeIfAbsent(
                    key, _ -> registry.counter("sallyport.credential.cache", "cache", cache, "result", label(result)));
        }
        known.increment();
    }

    @Override
    public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {
        counter("sallyport.jwks.refresh", "authenticator", authenticator, "outcome", label(outcome)).increment();
        switch (outcome) {
            case SUCCEEDED -> {
                keysDown.remove(authenticator);
                refreshed.put(authenticator, Instant.now());
                LOG.info("Keys of {} refreshed: {}", authenticator, detail);
            }
            case FAILED -> {
                keysDown.put(authenticator, detail);
                LOG.warn("Keys of {} not refreshed: {}", authenticator, detail);
            }
        }
    }

    @Override
    public void limitReached(String limit) {
        counter("sallyport.limit.reached", "limit", limit).increment();
    }

    @Override
    public void connectionOpened(String listener) {
        level("sallyport.connections", "listener", listener).incrementAndGet();
    }

    @Override
    public void connectionClosed(String listener) {
        level("sallyport.connections", "listener", listener).decrementAndGet();
    }

    @Override
    public void handshakeEnded(String listener, HandshakeOutcome outcome) {
        counter("sallyport.tls.handshakes", "listener", listener, "outcome", label(outcome)).increment();
    }

    @Override
    public void proxyHeaderEnded(String listener, ProxyHeaderOutcome outcome) {
        counter("sallyport.proxy.headers", "listener", listener, "outcome", label(outcome)).increment();
    }

    @Override
    public void upstreamConnections(String upstream, UpstreamConnectionState state, int change) {
        level("sallyport.upstream.connections", "upstream", upstream, "state", label(state)).addAndGet(change);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    /** From now on these authenticators have their keys fetched; of others nothing is told any more. */
    public void keyProviders(Set<String> authenticators) {
        keysDown.keySet().retainAll(authenticators);
        refreshed.keySet().retainAll(authenticators);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (String authenticator : authenticators) {
            // Until the first set is there its age is the time that one was wanted for: an alert on old keys must see that too.
            refreshed.putIfAbsent(authenticator, Instant.now());
            rows.add(MultiGauge.Row.of(Tags.of("authenticator", authenticator), () -> ageSeconds(authenticator)));
        }
        synchronized (registry) {
            keyAges.register(rows, true);
        }
    }

    /** Forgets what was measured of routes and upstreams that the configuration no longer names. */
    public void keep(Set<String> routes, Set<String> upstreams) {
        synchronized (registry) {
            exchanges.keep(routes, upstreams);
        }
    }

    private double ageSeconds(String authenticator) {
        Instant at = refreshed.get(authenticator);
        return at == null ? Double.NaN : (System.currentTimeMillis() - at.toEpochMilli()) / 1e3;
    }

    private Counter reloadCounter(ReloadOutcome outcome) {
        return counter("sallyport.config.reloads", "outcome", label(outcome));
    }

    private Counter counter(String name, String... tags) {
        String key = key(name, tags);
        Counter known = counters.get(key);
        return known != null ? known : counters.computeIfAbsent(key, _ -> registry.counter(name, tags));
    }

    private AtomicLong level(String name, String... tags) {
        String key = key(name, tags);
        AtomicLong known = levels.get(key);
        return known != null
                ? known
                : levels.computeIfAbsent(key, _ -> {
                    AtomicLong level = new AtomicLong();
                    Gauge.builder(name, level, AtomicLong::doubleValue).tags(tags).register(registry);
                    return level;
                });
    }

    private static String key(String name, String... tags) {
        return name + '\n' + String.join("\n", tags);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
