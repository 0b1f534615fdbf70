package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.config.ConfigReader.Written;
import dev.sallyport.core.config.ConfigReader;
import dev.sallyport.core.config.GatewayConfig.LogConfig;
import dev.sallyport.core.config.GatewayConfig.QueryLogging;
import dev.sallyport.core.config.GatewayConfig;
import dev.sallyport.core.config.tree.Problems;
import dev.sallyport.core.gateway.AdminPlan;
import dev.sallyport.core.gateway.GatewaySnapshot.ErrorDetail;
import dev.sallyport.core.gateway.GatewaySnapshot;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.LogPlan;
import dev.sallyport.core.gateway.compile.ReloadResult.Applied;
import dev.sallyport.core.gateway.compile.authenticator.AuthenticatorCompiler;
import dev.sallyport.core.gateway.compile.authenticator.ListenerCertificates;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.InputFiles;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldGrants;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.gateway.compile.token.TokenCompiler;
import dev.sallyport.core.http.address.Network;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.RouteTable;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import dev.sallyport.core.upstream.Upstream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compiles a configuration and all files it names into a snapshot. Used by one thread at a time. {@link #compile} changes
 * nothing; the server then binds what is new and calls {@link #adopt}, or {@link #discard} if it could not.
 */
public final class SnapshotCompiler {
    private final Path config;
    private final Ports ports;
    private LongLived inForce = LongLived.NOTHING;

    /** @param config a file, or a directory whose files are merged by key */
    public SnapshotCompiler(Path config, Ports ports) {
        this.config = config;
        this.ports = ports;
    }

    public ReloadResult compile() {
        Problems problems = new Problems();
        InputFiles files = new InputFiles(ports.files());
        Optional<Written> written = new ConfigReader(files, ports.environment(), problems).read(config);
        if (written.isEmpty()) {
            return new ReloadResult.Refused(problems.list());
        }
        Draft draft = new Draft(written.get().config(), written.get().places(), problems, files, ports);
        Applied applied = compile(draft);
        if (!problems.isEmpty()) {
            discard(applied);
            return new ReloadResult.Refused(problems.list());
        }
        return inForce.isOf(draft.config(), files.digests()) ? new ReloadResult.Unchanged() : applied;
    }

    /** From now on this one is in force: starts its key sources, retires those that nothing uses any more. */
    public void adopt(Applied applied) {
        Set<KeySource> before = inForce.keySources();
        Set<KeySource> now = applied.parts().keySources();
        now.stream().filter(source -> !before.contains(source)).forEach(KeySource::start);
        before.stream().filter(source -> !now.contains(source)).forEach(KeySource::retire);
        retireState(inForce, applied.parts());
        applied.parts().rings().values().forEach(held -> {
            held.ring().follow(held.rules());
            if (!inForce.hasRing(held.ring())) {
                held.ring().start();
            }
        });
        inForce = applied.parts();
    }

    private static void retireState(LongLived former, LongLived kept) {
        former.rings().values().stream().map(LongLived.HeldRing::ring).filter(ring -> !kept.hasRing(ring)).forEach(SigningRing::retire);
        former.revocations()
                .filter(held -> !kept.revocations().equals(Optional.of(held)))
                .ifPresent(held -> held.ledger().close());
        former.grants()
                .filter(held -> !kept.grants().equals(Optional.of(held)))
                .flatMap(HeldGrants::families)
                .ifPresent(RefreshFamilies::close);
    }

    /** This one never came into force; what was made for it alone is retired. */
    public void discard(Applied applied) {
        Set<KeySource> kept = inForce.keySources();
        applied.parts().keySources().stream().filter(source -> !kept.contains(source)).forEach(KeySource::retire);
        retireState(applied.parts(), inForce);
    }

    private Applied compile(Draft draft) {
        GatewayConfig written = draft.config();
        TrustedProxies trustedProxies = trustedProxies(draft);
        ListenerCompiler listenerCompiler = new ListenerCompiler(draft, trustedProxies);
        Map<String, ListenerPlan> listeners = listenerCompiler.listeners();
        Optional<AdminPlan> admin = listenerCompiler.admin();
        ListenerCertificates certificates = new ListenerCertificates(draft);
        RevocationCompiler revocationCompiler = new RevocationCompiler(draft, inForce);
        Revocations revocations = revocationCompiler.revocations();
        TokenCompiler tokens = new TokenCompiler(draft, inForce, certificates, revocations);
        Map<String, Made> authenticators = new AuthenticatorCompiler(draft, inForce, certificates, tokens.serviceKeys()).authenticators();
        IdentityHeaders identityHeaders = new IdentityCompiler(draft).headers();
        UpstreamCompiler upstreamCompiler = new UpstreamCompiler(draft, inForce, identityHeaders);
        Map<String, Upstream> upstreams = upstreamCompiler.upstreams();
        RouteTable routes = new RouteCompiler(draft, authenticators, upstreams, identityHeaders).routes(ownPaths(authenticators, tokens, revocations));
        draft.places().inlineSecrets().forEach(path -> draft.unusual(path, "a secret stands in the file itself; ${file:…} or ${env:…} keeps it out"));
        if (written.errors().detail()) {
            draft.unusual("errors.detail", "clients learn what exactly was wrong with their credentials");
        }
        long generation = inForce.generation() + 1;
        GatewaySnapshot snapshot = new GatewaySnapshot(
                generation,
                ports.clock().instant(),
                Collections.unmodifiableMap(listeners),
                admin,
                routes,
                Collections.unmodifiableMap(upstreams),
                byName(authenticators),
                identityHeaders,
                trustedProxies,
                revocations,
                tokens.assertion(),
                log(written.accessLog()),
                log(written.auditLog()),
                written.errors().detail() ? ErrorDetail.SHOWN : ErrorDetail.WITHHELD,
                draft.sortedNotices());
        return new Applied(snapshot, new LongLived(generation, Optional.of(written), draft.files().digests(), authenticators, revocationCompiler.held(), tokens.rings(), upstreamCompiler.tokens(), tokens.grants()));
    }

    private static List<OwnPath> ownPaths(Map<String, Made> authenticators, TokenCompiler tokens, Revocations revocations) {
        return Stream.concat(authenticators.values().stream().flatMap(made -> made.paths().with(revocations).stream()), tokens.paths().stream()).toList();
    }

    private static Map<String, Authenticator> byName(Map<String, Made> made) {
        Map<String, Authenticator> byName = new LinkedHashMap<>();
        made.forEach((name, each) -> byName.put(name, each.authenticator()));
        return Collections.unmodifiableMap(byName);
    }

    private static TrustedProxies trustedProxies(Draft draft) {
        List<Network> networks = draft.config().trustedProxies().stream()
                .flatMap(network -> Network.parse(network.text()).stream())
                .toList();
        if (networks.stream().anyMatch(network -> network.bits() == 0)) {
            draft.insecure("trustedProxies", "everybody is believed about who the client is");
        }
        return new TrustedProxies(networks);
    }

    private static LogPlan log(LogConfig config) {
        if (!config.enabled()) {
            return new LogPlan.Off();
        }
        LogPlan.Query query = config.query() == QueryLogging.MASKED ? LogPlan.Query.MASKED : LogPlan.Query.OMITTED;
        return config.file().<LogPlan>map(file -> new LogPlan.ToFile(file, query)).orElse(new LogPlan.StandardOutput(query));
    }
}
