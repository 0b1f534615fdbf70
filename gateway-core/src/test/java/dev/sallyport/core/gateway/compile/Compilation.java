package dev.sallyport.core.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.FileInputs;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.state.ApiKeyUsage;
import dev.sallyport.core.state.JournalsInMemory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Compiles with an outside world in which nothing happens. */
public final class Compilation {
    private Compilation() {}

    static SnapshotCompiler compiler(Path config, FileInputs files) {
        return compiler(config, files, new SameThread());
    }

    private static SnapshotCompiler compiler(Path config, FileInputs files, CpuWorker worker) {
        Ports ports = new Ports(
                files, _ -> new CompletableFuture<>(), new JournalsInMemory(), (_, _) -> () -> {}, worker, InstantSource.system(),
                GatewayEvents.IGNORED, new ApiKeyUsage(), Map.of("ADMIN_TOKEN", "0123456789abcdef0123456789abcdef"));
        return new SnapshotCompiler(config, ports);
    }

    public static GatewaySnapshot snapshot(Path config, FileInputs files) {
        return snapshot(config, files, new SameThread());
    }

    /** @param worker what costs time is done by it */
    public static GatewaySnapshot snapshot(Path config, FileInputs files, CpuWorker worker) {
        return switch (compiler(config, files, worker).compile()) {
            case ReloadResult.Applied applied -> applied.snapshot();
            case ReloadResult.Refused(List<ConfigProblem> problems) -> throw new AssertionError(problems);
            case ReloadResult.Unchanged() -> throw new AssertionError("unchanged");
        };
    }

    static List<String> problems(Path config, FileInputs files) {
        ReloadResult result = compiler(config, files).compile();
        assertThat(result).isInstanceOf(ReloadResult.Refused.class);
        return ((ReloadResult.Refused) result).problems().stream().map(ConfigProblem::toString).toList();
    }

    private record SameThread() implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    }
}
