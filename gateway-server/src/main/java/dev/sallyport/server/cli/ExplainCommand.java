package dev.sallyport.server.cli;

import dev.sallyport.core.gateway.Decision;
import dev.sallyport.core.gateway.Gatekeeper;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.compile.ReloadResult;
import dev.sallyport.core.gateway.compile.SnapshotCompiler;
import dev.sallyport.core.http.Client;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.http.Trace;
import dev.sallyport.core.policy.AttemptCounters;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.state.OneTimeUse;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.server.cli.failure.CommandFailure;
import dev.sallyport.server.fetch.JdkHttpFetcher;
import dev.sallyport.server.http1.HeadBounds;
import dev.sallyport.server.http1.RequestHeadReader;
import dev.sallyport.server.http1.syntax.FramingViolation;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport explain}: the way of a request through a configuration. Keys are fetched; nothing is spent or forwarded. */
@Command(
        name = "explain",
        description = "Say which route a request takes, what each authenticator says of it, and the verdict. Fetches keys; sends nothing.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
    private static final int LONGEST_WAIT_SECONDS = 20;
    private static final HeadBounds BOUNDS = new HeadBounds(64 * 1024, 200);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "CONFIG", description = "The configuration.")
    private Path config = Path.of("");

    @Parameters(index = "1", paramLabel = "METHOD", description = "The request's method.")
    private String method = "";

    @Parameters(index = "2", paramLabel = "URL", description = "Such as https://api.example.com/v1/orders.")
    private String url = "";

    @Option(names = {"-H", "--header"}, paramLabel = "FIELD", description = "A header, `Name: value`; may be given several times.")
    private List<String> fields = List.of();

    @Option(names = "--body", paramLabel = "FILE", description = "File with the content, for signatures.")
    private @Nullable Path body;

    @Option(names = "--format", paramLabel = "F", defaultValue = "TEXT", description = "text (default) or json.")
    private Format format = Format.TEXT;

    /** Says yes, and remembers nothing: a request that is only explained must not use up a signature. */
    private static final class NothingIsSpent implements ReplayStore {
        @Override
        public CompletionStage<Outcome> spend(List<OneTimeUse> uses, Instant now) {
            return CompletableFuture.completedFuture(Outcome.SPENT);
        }

        @Override
        public void giveBack(List<OneTimeUse> uses) {}
    }

    @Override
    public void run() {
        try (DryPorts ports = DryPorts.open(); JdkHttpFetcher fetcher = new JdkHttpFetcher()) {
            SnapshotCompiler compiler = new SnapshotCompiler(config, ports.with(fetcher));
            switch (compiler.compile()) {
                case ReloadResult.Applied applied -> {
                    compiler.adopt(applied);
                    explain(applied.snapshot());
                }
                case ReloadResult.Refused(var problems) -> throw CommandFailure.inWhatWasGiven(problems.stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(System.lineSeparator(), "the configuration is refused" + System.lineSeparator(), "")));
                case ReloadResult.Unchanged() -> throw CommandFailure.inWhatWasGiven("there is nothing to explain");
            }
        }
    }

    private void explain(GatewaySnapshot snapshot) {
        URI target = target();
        Peer peer = peer(snapshot, target);
        RequestHead head = head(target);
        RequestView request = new RequestView(head, peer, Client.of(snapshot.trustedProxies(), peer, head), Trace.NONE, Instant.now());
        Gatekeeper gatekeeper = new Gatekeeper(new NothingIsSpent(), new AttemptCounters(GatewayEvents.IGNORED));
        Explanation told = Explanation.of(snapshot, request, settle(gatekeeper, snapshot, request));
        new ExplanationPrinter(spec.commandLine().getOut()).print(told, format);
    }

    private Decision settle(Gatekeeper gatekeeper, GatewaySnapshot snapshot, RequestView request) {
        Decision decision = settled(gatekeeper.decide(snapshot, request));
        return decision instanceof Decision.NeedBody && body != null
                ? settled(gatekeeper.decide(snapshot, request.withBody(bytes(body))))
                : decision;
    }

    private static Decision settled(Decision decision) {
        try {
            return decision instanceof Decision.Await(CompletionStage<Decision> later, var _)
                    ? settled(later.toCompletableFuture().orTimeout(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS).join())
                    : decision;
        } catch (CompletionException late) {
            throw CommandFailure.atRunTime("no decision within " + LONGEST_WAIT_SECONDS + " seconds");
        }
    }

    private URI target() {
        try {
            URI target = URI.create(url);
            if (target.getHost() != null && ("http".equals(target.getScheme()) || "https".equals(target.getScheme()))) {
                return target;
            }
        } catch (IllegalArgumentException _) {
            // the failure below says it
        }
        throw CommandFailure.inWhatWasGiven("'" + url + "' is no URL such as https://api.example.com/v1/orders");
    }

    /** Read by the reader that serves: what it would refuse is refused here. */
    private RequestHead head(URI target) {
        StringBuilder text = new StringBuilder(method).append(' ');
        text.append(target.getRawPath().isEmpty() ? "/" : target.getRawPath());
        if (target.getRawQuery() != null) {
            text.append('?').append(target.getRawQuery());
        }
        text.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority()).append("\r\n");
        fields.forEach(field -> text.append(field).append("\r\n"));
        if (body != null) {
            text.append("Content-Length: ").append(bytes(body).length).append("\r\n");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        try {
            return new RequestHeadReader(BOUNDS)
                    .read(Unpooled.wrappedBuffer(bytes))
                    .orElseThrow(() -> CommandFailure.inWhatWasGiven("the request is not whole"))
                    .head();
        } catch (FramingViolation violation) {
            throw CommandFailure.inWhatWasGiven("no such request would be read: " + violation.reason().label() + ": " + violation.detail());
        }
    }

    /** From this machine, on the first listener that speaks the URL's scheme. */
    private static Peer peer(GatewaySnapshot snapshot, URI target) {
        boolean wantsTls = "https".equals(target.getScheme());
        Optional<ListenerPlan> listener = snapshot.listeners().values().stream()
                .filter(plan -> plan.mode() instanceof ListenerPlan.Mode.Tls == wantsTls)
                .findFirst();
        Peer.Transport transport = wantsTls
                ? new Peer.Transport.Tls("TLSv1.3", List.of())
                : new Peer.Transport.Plain(exposure(listener));
        return new Peer(
                InetAddress.getLoopbackAddress(), 0, listener.map(ListenerPlan::name).orElse("(none speaks " + target.getScheme() + ")"), transport);
    }

    private static Peer.Exposure exposure(Optional<ListenerPlan> listener) {
        return listener.map(ListenerPlan::mode)
                .map(mode -> mode instanceof ListenerPlan.Mode.Plain(var declared) ? declared : Peer.Exposure.NETWORK)
                .orElse(Peer.Exposure.NETWORK);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw CommandFailure.inWhatWasGiven("cannot read " + file + ": " + failure);
        }
    }
}
