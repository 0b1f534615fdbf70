package dev.sallyport.server.observe;

import dev.sallyport.core.gateway.Trail;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.server.observe.Timeline.UpstreamLeg;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Counts and times exchanges. Meters are found by position, not by building names: this runs for every request. */
final class ExchangeMetrics implements ExchangeObserver {
    private static final String REQUESTS = "http.server.request.duration";
    private static final String DECISIONS = "sallyport.auth.decisions";
    private static final String UPSTREAM_REQUESTS = "sallyport.upstream.request.duration";

    /** Seconds, from half a millisecond: a gateway is faster than what the usual buckets expect. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
        Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
        Duration.ofSeconds(5), Duration.ofSeconds(10)
    };

    /** Any other method is {@code _OTHER}: a client must not be able to add label values. */
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "_OTHER");

    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, ConcurrentHashMap<String, Timer>> upstreams = new ConcurrentHashMap<>();

    ExchangeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void ended(Timeline timeline) {
        String route = timeline.trail().route();
        RouteMeters meters = routes.get(route);
        if (meters == null) {
            meters = routes.computeIfAbsent(route, RouteMeters::new);
        }
        meters.request(timeline).record(timeline.durationNanos(), TimeUnit.NANOSECONDS);
        for (Trail.Step step : timeline.trail().steps()) {
            meters.decision(step).increment();
        }
        Optional<UpstreamLeg> leg = timeline.upstream();
        if (leg.isPresent()) {
            upstream(leg.get()).record(leg.get().durationNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Takes out the meters of all other routes and upstreams; an exchange that still runs under one brings its meter back. */
    void keep(Set<String> routeIds, Set<String> upstreamNames) {
        routes.keySet().removeIf(route -> !isKept(route, routeIds));
        upstreams.keySet().retainAll(upstreamNames);
        for (Meter meter : registry.getMeters()) {
            boolean isGone = switch (meter.getId().getName()) {
                case REQUESTS -> !isKept(meter.getId().getTag("http.route"), routeIds);
                case DECISIONS -> !isKept(meter.getId().getTag("route"), routeIds);
                case UPSTREAM_REQUESTS -> !upstreamNames.contains(String.valueOf(meter.getId().getTag("upstream")));
                default -> false;
            };
            if (isGone) {
                registry.remove(meter);
            }
        }
    }

    private static boolean isKept(@Nullable String route, Set<String> routeIds) {
        return Trail.NO_ROUTE.equals(route) || routeIds.contains(String.valueOf(route));
    }

    private Timer upstream(UpstreamLeg leg) {
        return upstreams
                .computeIfAbsent(leg.upstream(), _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(leg.target(), target -> Timer.builder(UPSTREAM_REQUESTS)
                        .description("From the choice of the target to the end of its answer.")
                        .tags("upstream", leg.upstream(), "target", target)
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry));
    }

    private record DecisionKey(String authenticator, Trail.Outcome outcome, Optional<RejectReason> reason) {}

    /** The meters of one route. */
    private final class RouteMeters {
        private final String route;
        private final AtomicReferenceArray<Timer> requests = new AtomicReferenceArray<>(METHODS.size() * STATUSES);
        private final ConcurrentHashMap<DecisionKey, Counter> decisions = new ConcurrentHashMap<>();

        RouteMeters(String route) {
            this.route = route;
        }

        Timer request(Timeline timeline) {
            int method = methodIndex(timeline);
            int status = Math.clamp(timeline.status(), 0, STATUSES - 1);
            return at(requests, method * STATUSES + status, _ -> Timer.builder(REQUESTS)
                    .description("From the first byte of a request to the end of its answer.")
                    .tags("http.route", route)
                    .tags("http.request.method", METHODS.get(method))
                    .tags("http.response.status_code", status == Timeline.NO_ANSWER ? "none" : Integer.toString(status))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry));
        }

        Counter decision(Trail.Step step) {
            DecisionKey key = new DecisionKey(step.authenticator(), step.outcome(), step.reason());
            Counter known = decisions.get(key);
            return known != null ? known : decisions.computeIfAbsent(key, this::registerDecision);
        }

        private Counter registerDecision(DecisionKey key) {
            return Counter.builder(DECISIONS)
                    .description("What authenticators said of requests.")
                    .tags("route", route)
                    .tags("authenticator", key.authenticator())
                    .tags("outcome", key.outcome().name().toLowerCase(Locale.ROOT))
                    .tags("reason", key.reason().map(RejectReason::label).orElse("none"))
                    .register(registry);
        }
    }

    private static int methodIndex(Timeline timeline) {
        int known = timeline.head().isPresent() ? METHODS.indexOf(timeline.head().get().method()) : -1;
        return known < 0 ? METHODS.size() - 1 : known;
    }

    /** Registering twice gives the same meter, so a race is harmless. */
    private static <T> T at(AtomicReferenceArray<T> meters, int index, IntFunction<T> register) {
        T known = meters.get(index);
        if (known == null) {
            known = register.apply(index);
            meters.set(index, known);
        }
        return known;
    }
}
