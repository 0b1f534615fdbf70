package dev.sallyport.server.reload;

import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.LogPlan;
import dev.sallyport.server.observe.AccessLog;
import dev.sallyport.server.observe.AuditLog;
import dev.sallyport.server.observe.ExchangeObserver;
import dev.sallyport.server.observe.GatewayMetrics;
import dev.sallyport.server.observe.LineSink;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The logs that a snapshot asks for. A destination keeps its writer as long as any log goes there. */
final class LogSinks implements AutoCloseable {
    private final GatewayMetrics metrics;
    private final Map<Optional<Path>, LineSink> open = new HashMap<>();

    LogSinks(GatewayMetrics metrics) {
        this.metrics = metrics;
    }

    /** To be called by one thread at a time. */
    ExchangeObserver of(GatewaySnapshot snapshot) {
        ExchangeObserver access = access(snapshot.accessLog());
        ExchangeObserver audit = audit(snapshot.auditLog());
        closeUnused(List.of(snapshot.accessLog(), snapshot.auditLog()));
        return timeline -> {
            access.ended(timeline);
            audit.ended(timeline);
        };
    }

    @Override
    public void close() {
        open.values().forEach(LineSink::close);
    }

    private ExchangeObserver access(LogPlan plan) {
        return switch (plan) {
            case LogPlan.Off() -> ExchangeObserver.IGNORED;
            case LogPlan.StandardOutput(var query) -> new AccessLog(sink(Optional.empty()), query);
            case LogPlan.ToFile(Path file, var query) -> new AccessLog(sink(Optional.of(file)), query);
        };
    }

    private ExchangeObserver audit(LogPlan plan) {
        return switch (plan) {
            case LogPlan.Off() -> ExchangeObserver.IGNORED;
            case LogPlan.StandardOutput _ -> new AuditLog(sink(Optional.empty()));
            case LogPlan.ToFile(Path file, var _) -> new AuditLog(sink(Optional.of(file)));
        };
    }

    private LineSink sink(Optional<Path> file) {
        return open.computeIfAbsent(file, _ -> file
                .map(path -> LineSink.ofFile(path, () -> metrics.lineDropped("file")))
                .orElseGet(() -> LineSink.ofStandardOutput(() -> metrics.lineDropped("stdout"))));
    }

    private void closeUnused(Iterable<LogPlan> plans) {
        Set<Optional<Path>> used = new HashSet<>();
        for (LogPlan plan : plans) {
            switch (plan) {
                case LogPlan.Off() -> {}
                case LogPlan.StandardOutput _ -> used.add(Optional.empty());
                case LogPlan.ToFile(Path file, var _) -> used.add(Optional.of(file));
            }
        }
        for (Optional<Path> unused : Set.copyOf(open.keySet())) {
            LineSink sink = open.get(unused);
            if (sink != null && !used.contains(unused)) {
                open.remove(unused);
                sink.close();
            }
        }
    }
}
