package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.GatewayConfig.AdminConfig;
import dev.sallyport.core.config.ListenerConfig.LimitsConfig;
import dev.sallyport.core.config.ListenerConfig;
import dev.sallyport.core.config.value.BindAddress;
import dev.sallyport.core.gateway.AdminPlan;
import dev.sallyport.core.gateway.Limits;
import dev.sallyport.core.gateway.ListenerPlan.Mode;
import dev.sallyport.core.gateway.ListenerPlan;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.http.Peer;
import dev.sallyport.core.http.address.AddressText;
import dev.sallyport.core.http.address.TrustedProxies;
import dev.sallyport.core.policy.FailedAttempts;
import dev.sallyport.core.port.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Listeners and the operators' port. */
final class ListenerCompiler {
    private static final long MIN_HEADER_BYTES = 1024;
    private static final long MAX_HEADER_BYTES = 1 << 20;
    private static final int USUAL_TOKEN_BYTES = 16;

    private final Draft draft;
    private final TrustedProxies trusted;
    private final TlsCompiler tls;
    private final Map<BindAddress, String> taken = new HashMap<>();

    ListenerCompiler(Draft draft, TrustedProxies trusted) {
        this.draft = draft;
        this.trusted = trusted;
        this.tls = new TlsCompiler(draft);
    }

    Map<String, ListenerPlan> listeners() {
        Map<String, ListenerPlan> plans = new LinkedHashMap<>();
        draft.config().listeners().forEach((name, config) -> compile(name, config).ifPresent(plan -> plans.put(name, plan)));
        if (draft.config().listeners().isEmpty() && !draft.places().isBroken("listeners") && draft.problems().isEmpty()) {
            draft.problem("listeners", "without a listener nothing can be asked");
        }
        return plans;
    }

    Optional<AdminPlan> admin() {
        return draft.config().admin().flatMap(this::admin);
    }

    private void checkToken(Secret token) {
        if (token.length() < USUAL_TOKEN_BYTES) {
            draft.unusual("admin.token", "shorter than " + USUAL_TOKEN_BYTES + " bytes: it can be guessed");
        }
    }

    private Optional<AdminPlan> admin(AdminConfig admin) {
        admin.token().ifPresent(this::checkToken);
        return address("admin.bind", admin.bind()).map(bind -> {
            if (!bind.getAddress().isLoopbackAddress()) {
                draft.unusual("admin.bind", "the operators' port can be reached from other machines");
            }
            return new AdminPlan(bind, admin.token());
        });
    }

    private Optional<ListenerPlan> compile(String name, ListenerConfig config) {
        String path = "listeners." + name;
        Optional<InetSocketAddress> bind = address(path + ".bind", config.bind());
        Optional<FailedAttempts> failedAttempts = config.failedAttempts().map(bound -> {
            draft.requirePositive(path + ".failedAttempts.per", bound.per());
            return new FailedAttempts(bound.max(), bound.per());
        });
        Limits limits = limits(path + ".limits", config.limits());
        Optional<TrustedProxies> proxies = config.proxyProtocol().map(_ -> proxies(path));
        return bind.flatMap(address -> mode(path, config, address)
                .map(mode -> new ListenerPlan(name, address, proxies, mode, limits, failedAttempts)));
    }

    private TrustedProxies proxies(String path) {
        if (trusted.networks().isEmpty() && !draft.places().isBroken("trustedProxies")) {
            draft.problem(path + ".proxyProtocol", "needs `trustedProxies`: a PROXY header is taken from them alone");
        }
        return trusted;
    }

    private Optional<InetSocketAddress> address(String path, BindAddress bind) {
        String before = bind.port() == 0 ? null : taken.putIfAbsent(bind, path);
        if (before != null) {
            draft.problem(path, "taken already, by `" + before + "`");
        }
        Optional<InetAddress> address = AddressText.parse(bind.host());
        if (address.isEmpty()) {
            draft.problem(path, "`" + bind.host() + "` is no IP address");
        }
        return address.map(ip -> new InetSocketAddress(ip, bind.port()));
    }

    private Optional<Mode> mode(String path, ListenerConfig config, InetSocketAddress bind) {
        if (config.tls().isPresent() && config.redirectToHttps()) {
            draft.problem(path + ".redirectToHttps", "makes no sense on a listener with `tls`");
        }
        if (config.httpsPort().isPresent() && !config.redirectToHttps()) {
            draft.problem(path + ".httpsPort", "is for `redirectToHttps: true`");
        }
        if (config.tls().isPresent()) {
            return tls.compile(path + ".tls", config.tls().get()).map(Mode.Tls::new);
        }
        return config.redirectToHttps() ? redirect(path, config) : Optional.of(plain(path, config, bind));
    }

    private Optional<Mode> redirect(String path, ListenerConfig config) {
        Optional<Integer> port = config.httpsPort().or(() -> draft.config().listeners().values().stream()
                .filter(listener -> listener.tls().isPresent())
                .map(listener -> listener.bind().port())
                .findFirst());
        if (port.isEmpty()) {
            draft.problem(path + ".redirectToHttps", "no listener has `tls`; name the port with `httpsPort`");
        }
        return port.map(Mode.RedirectToHttps::new);
    }

    private Mode plain(String path, ListenerConfig config, InetSocketAddress bind) {
        if (config.insecureAllowPlaintextCredentials()) {
            draft.insecure(path + ".insecureAllowPlaintextCredentials", "credentials travel where others can read them");
            return new Mode.Plain(Peer.Exposure.INSECURELY_ALLOWED);
        }
        // What a proxy passes on came to it over a network.
        if (bind.getAddress().isLoopbackAddress() && config.proxyProtocol().isEmpty()) {
            return new Mode.Plain(Peer.Exposure.LOOPBACK);
        }
        draft.unusual(path, "serves plain HTTP to the network; credentials are refused there");
        return new Mode.Plain(Peer.Exposure.NETWORK);
    }

    private Limits limits(String path, LimitsConfig config) {
        draft.requirePositive(path + ".headerTimeout", config.headerTimeout());
        draft.requirePositive(path + ".bodyTimeout", config.bodyTimeout());
        draft.requirePositive(path + ".requestTimeout", config.requestTimeout());
        draft.requirePositive(path + ".idleTimeout", config.idleTimeout());
        draft.requirePositive(path + ".writeTimeout", config.writeTimeout());
        long headerBytes = config.maxHeaderBytes().bytes();
        if (headerBytes < MIN_HEADER_BYTES || headerBytes > MAX_HEADER_BYTES) {
            draft.problem(path + ".maxHeaderBytes", "must be from 1KiB to 1MiB");
        }
        return new Limits(
                config.headerTimeout(), config.bodyTimeout(), config.minBodyRate(), config.requestTimeout(),
                config.idleTimeout(), config.writeTimeout(), Math.clamp(headerBytes, 1, (int) MAX_HEADER_BYTES),
                config.maxHeaders(), config.maxBody().bytes(), config.maxConnections());
    }
}
