package dev.sallyport.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.core.config.tree.ConfigProblem;
import dev.sallyport.core.gateway.GatewaySnapshot.Notice;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.compile.ReloadResult;
import dev.sallyport.core.gateway.compile.SnapshotCompiler;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.tls.TlsSecurity;
import dev.sallyport.server.tls.UnusableTls;
import dev.sallyport.server.tls.UpstreamSecurity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport check}: all that is wrong, insecure or unusual, without serving or fetching anything. */
@Command(
        name = "check",
        description = "Say what is wrong with a configuration, and which settings are insecure or unusual. Exit status 2 where it would be refused.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();
    private static final HttpFetcher NOTHING = _ -> CompletableFuture.completedFuture(new HttpFetcher.Result.Failed("nothing is fetched"));

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "CONFIG", description = "The configuration: a YAML file, or a directory whose files are merged by key.")
    private Path config = Path.of("");

    @Option(names = "--format", paramLabel = "F", defaultValue = "TEXT", description = "text (default) or json.")
    private Format format = Format.TEXT;

    private record Findings(List<ConfigProblem> problems, List<String> unusable, List<Notice> notices) {
        int status() {
            return problems.isEmpty() && unusable.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
        }
    }

    @Override
    public Integer call() {
        Findings findings = find();
        switch (format) {
            case TEXT -> printText(findings);
            case JSON -> printJson(findings);
        }
        return findings.status();
    }

    private Findings find() {
        try (DryPorts ports = DryPorts.open()) {
            return switch (new SnapshotCompiler(config, ports.with(NOTHING)).compile()) {
                case ReloadResult.Refused(var problems) -> new Findings(problems, List.of(), List.of());
                case ReloadResult.Unchanged() -> new Findings(List.of(), List.of(), List.of());
                case ReloadResult.Applied(var snapshot, var _) -> new Findings(List.of(), unusableTls(snapshot), snapshot.notices());
            };
        }
    }

    /** What only the TLS library can tell: a curve or a key size that it does not take. */
    private static List<String> unusableTls(GatewaySnapshot snapshot) {
        return Stream.concat(
                        snapshot.listeners().values().stream().flatMap(plan -> unusableTls(plan).stream()),
                        snapshot.upstreams().values().stream().flatMap(upstream -> unusableTls(upstream).stream()))
                .toList();
    }

    private static Optional<String> unusableTls(Upstream upstream) {
        try {
            if (upstream.tls().isPresent()) {
                UpstreamSecurity.of(upstream.name(), upstream.tls().get());
            }
            return Optional.empty();
        } catch (UnusableTls unusable) {
            return Optional.of(String.valueOf(unusable.getMessage()));
        }
    }

    private static List<String> unusableTls(ListenerPlan plan) {
        if (plan.mode() instanceof ListenerPlan.Mode.Tls(var tls)) {
            try {
                TlsSecurity.of(plan.name(), tls, plan.limits().headerTimeout());
            } catch (UnusableTls unusable) {
                return List.of(String.valueOf(unusable.getMessage()));
            }
        }
        return List.of();
    }

    private void printText(Findings findings) {
        PrintWriter err = spec.commandLine().getErr();
        findings.problems().forEach(err::println);
        findings.unusable().forEach(err::println);
        PrintWriter out = spec.commandLine().getOut();
        for (Notice notice : findings.notices()) {
            out.println(label(notice) + ": " + notice.key() + ": " + notice.text());
        }
        if (findings.status() == ExitCode.OK) {
            out.println(config + ": good");
        }
    }

    private void printJson(Findings findings) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("problems");
            for (ConfigProblem problem : findings.problems()) {
                json.writeStartObject();
                json.writeStringField("file", problem.position().file().toString());
                json.writeNumberField("line", problem.position().line());
                json.writeNumberField("column", problem.position().column());
                json.writeStringField("message", problem.message());
                json.writeEndObject();
            }
            for (String unusable : findings.unusable()) {
                json.writeStartObject();
                json.writeStringField("message", unusable);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notices");
            for (Notice notice : findings.notices()) {
                json.writeStartObject();
                json.writeStringField("kind", label(notice));
                json.writeStringField("key", notice.key());
                json.writeStringField("text", notice.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        spec.commandLine().getOut().println(text);
    }

    private static String label(Notice notice) {
        return notice.kind().name().toLowerCase(Locale.ROOT);
    }
}
