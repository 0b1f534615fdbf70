package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.UpstreamConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldTokens;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.upstream.Target;
import dev.sallyport.core.upstream.Upstream.Balance;
import dev.sallyport.core.upstream.Upstream.HostPolicy;
import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.core.upstream.UpstreamTls;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Upstreams. */
final class UpstreamCompiler {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?");

    private final Draft draft;
    private final CredentialsCompiler credentials;

    UpstreamCompiler(Draft draft, LongLived before, IdentityHeaders identity) {
        this.draft = draft;
        this.credentials = new CredentialsCompiler(draft, before, identity);
    }

    /** Tokens of the gateway's own, by upstream. */
    Map<String, HeldTokens> tokens() {
        return credentials.held();
    }

    Map<String, Upstream> upstreams() {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        draft.config().upstreams().forEach((name, config) -> upstreams.put(name, compile(name, config)));
        return upstreams;
    }

    private Upstream compile(String name, UpstreamConfig config) {
        String path = "upstreams." + name;
        if (config.targets().isEmpty()) {
            draft.problem(path + ".targets", "at least one is needed");
        }
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < config.targets().size(); i++) {
            String at = path + ".targets[" + i + "]";
            target(at, config.targets().get(i)).filter(target -> isNew(at, target, targets)).ifPresent(targets::add);
        }
        draft.requirePositive(path + ".connectTimeout", config.connectTimeout());
        draft.requirePositive(path + ".responseTimeout", config.responseTimeout());
        draft.requirePositive(path + ".idleTimeout", config.idleTimeout());
        Balance balance = switch (config.balance()) {
            case ROUND_ROBIN -> Balance.ROUND_ROBIN;
            case LEAST_REQUESTS -> Balance.LEAST_REQUESTS;
        };
        return new Upstream(
                name, List.copyOf(targets), balance, config.connectTimeout(), config.responseTimeout(),
                config.idleTimeout(), config.maxConnections(), host(path + ".host", config.host()), credentials.compile(name, config.credentials()),
                tls(path, config));
    }

    private Optional<Target> target(String path, URI uri) {
        boolean bare = (uri.getRawPath() == null || uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || isTls(uri);
        if (!isHttp || uri.getHost() == null || !bare || uri.getPort() > MAX_PORT || uri.getPort() == 0) {
            draft.problem(path, "a target is http://host:port or https://host:port and nothing else");
            return Optional.empty();
        }
        String host = uri.getHost().startsWith("[") ? uri.getHost().substring(1, uri.getHost().length() - 1) : uri.getHost();
        if (isTls(uri) && host.endsWith(".")) {
            draft.problem(path, "write it without the last dot: a server is asked for and proves itself under a name that has none (RFC 6066 §3)");
        }
        int defaultPort = isTls(uri) ? HTTPS_PORT : HTTP_PORT;
        return Optional.of(new Target(host, uri.getPort() < 0 ? defaultPort : uri.getPort()));
    }

    private static boolean isTls(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private Optional<UpstreamTls> tls(String path, UpstreamConfig config) {
        long secure = config.targets().stream().filter(UpstreamCompiler::isTls).count();
        if (secure > 0 && secure < config.targets().size()) {
            draft.problem(path + ".targets", "all are http, or all are https: else a request would go out in the clear by chance");
        }
        if (secure == 0) {
            if (draft.places().isWritten(path + ".tls")) {
                draft.problem(path + ".tls", "the targets speak plain HTTP; write https://");
            }
            return Optional.empty();
        }
        return Optional.of(new UpstreamTlsCompiler(draft).compile(path + ".tls", config.tls()));
    }

    private boolean isNew(String path, Target target, List<Target> before) {
        if (before.contains(target)) {
            draft.problem(path, target.label() + " stands here twice");
            return false;
        }
        return true;
    }

    private HostPolicy host(String path, String text) {
        return switch (text) {
            case "preserve" -> new HostPolicy.Preserve();
            case "target" -> new HostPolicy.OfTarget();
            default -> {
                if (!HOST.matcher(text).matches()) {
                    draft.problem(path, "`" + text + "` is neither `preserve`, `target` nor a host name");
                }
                yield new HostPolicy.Named(text);
            }
        };
    }
}
