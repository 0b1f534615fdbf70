package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.oidc.IssuerTokens;
import dev.sallyport.core.auth.oidc.OidcAuthenticator;
import dev.sallyport.core.auth.oidc.OidcRules;
import dev.sallyport.core.auth.oidc.SignIn;
import dev.sallyport.core.auth.oidc.SignInGrants;
import dev.sallyport.core.config.authenticator.JwtConfig.Algorithm;
import dev.sallyport.core.config.authenticator.OidcConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.gateway.compile.provider.ProviderAccess;
import dev.sallyport.core.gateway.compile.provider.ProviderCompiler;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.JwksKeySource;
import dev.sallyport.core.key.JwksRules;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.login.BackChannelLogOut;
import dev.sallyport.core.login.Callback;
import dev.sallyport.core.login.LogOut;
import dev.sallyport.core.oauth.provider.OpenIdProvider;
import dev.sallyport.core.oauth.provider.ProviderMetadata;
import dev.sallyport.core.oauth.provider.ProviderRules;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.state.InMemoryReplayStore.Room;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.ReplayStore;
import dev.sallyport.core.state.session.SessionRules;
import dev.sallyport.core.state.session.Sessions;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One `oidc:`, and the paths that it answers itself. */
final class OidcCompiler {
    private static final Duration REFRESH_KEYS = Duration.ofMinutes(10);
    private static final Duration KEYS_SERVE = Duration.ofHours(24);
    private static final Duration COOL_DOWN = Duration.ofSeconds(30);

    /** Sign-ins for which the provider took a code within ten minutes; and, apart from those, log-outs told of. */
    private static final int MAX_SPENT = 50_000;

    /** Codes and log-out tokens are credentials: counted where they are bad, and not taken where others can read along. */
    private static final RouteAuth BY_ENDPOINT = new RouteAuth.ByEndpoint(Set.of());

    private final Draft draft;
    private final String name;
    private final String path;
    private final OidcConfig config;
    private final ProviderCompiler provider;

    OidcCompiler(Draft draft, String name, String path, OidcConfig config) {
        this.draft = draft;
        this.name = name;
        this.path = path;
        this.config = config;
        this.provider = new ProviderCompiler(draft);
    }

    Optional<Made> compile(Optional<Made> old) {
        int before = draft.problems().list().size();
        check();
        Set<JwsAlgorithm> algorithms = algorithms();
        Optional<ProviderAccess> access = provider.access(path, config.client(), config.ca(), config.issuer());
        if (access.isEmpty() || draft.problems().list().size() > before) {
            return Optional.empty();
        }
        // Nobody is signed out because a route changed.
        return old.filter(made -> made.isOf(config, access.get().inputs()))
                .or(() -> Optional.of(make(algorithms, access.get(), old)));
    }

    private Made make(Set<JwsAlgorithm> algorithms, ProviderAccess access, Optional<Made> old) {
        Ports ports = draft.ports();
        OidcRules rules = rules(algorithms);
        OpenIdProvider openId = new OpenIdProvider(
                new ProviderRules(config.issuer(), access.client(), config.timeout(), access.authorities(), transport()),
                ports.fetcher(), ports.worker());
        KeySource keys = keys(algorithms, access.authorities(), old.flatMap(Made::keys));
        IssuerTokens tokens = new IssuerTokens(algorithms, keys, ports.worker());
        Sessions sessions = sessions(old);
        SignIn signIn = new SignIn(rules, openId);
        SignInGrants grants = new SignInGrants(rules, openId, tokens, ports.events());
        Callback callback = new Callback(
                rules, openId, signIn, grants, sessions, new InMemoryReplayStore(Room.shared("spent_sign_ins", MAX_SPENT), ports.events()));
        LogOut logOut = new LogOut(rules, openId, sessions);
        ReplayStore told = new InMemoryReplayStore(Room.shared("spent_log_outs", MAX_SPENT), ports.events());
        return new Made(config, access.inputs(), new OidcAuthenticator(rules, sessions, signIn, grants), Optional.of(keys), revocations -> List.of(
                own("sign-in", ".callback", config.callback(), Set.of("GET"), BY_ENDPOINT, callback),
                own("log-out", ".logout", config.logout(), Set.of("GET", "POST"), RouteAuth.OPEN, logOut),
                own("log-out-told", ".backChannelLogout", config.backChannelLogout(), Set.of("POST"), BY_ENDPOINT,
                        new BackChannelLogOut(rules, tokens, sessions, told, revocations))));
    }

    private OidcRules rules(Set<JwsAlgorithm> algorithms) {
        return new OidcRules(
                name, config.issuer(), config.client().id(), config.scopes(),
                new OidcRules.Paths(config.callback(), config.logout(), config.backChannelLogout(), config.afterLogout()),
                algorithms, config.clockSkew(),
                config.userInfo() ? OidcRules.UserInformation.ASKED_AT_SIGN_IN : OidcRules.UserInformation.NOT_ASKED,
                config.forwardAccessToken() ? OidcRules.AccessToken.FORWARDED : OidcRules.AccessToken.WITHHELD);
    }

    /** Those of the same client at the same provider go on, for as long as sessions last there. */
    private Sessions sessions(Optional<Made> old) {
        SessionRules rules = new SessionRules(config.session().idle(), config.session().absolute(), config.session().max());
        return old.map(Made::authenticator)
                .filter(OidcAuthenticator.class::isInstance)
                .map(OidcAuthenticator.class::cast)
                .filter(was -> was.rules().issuer().equals(config.issuer()) && was.rules().clientId().equals(config.client().id()))
                .map(OidcAuthenticator::sessions)
                .filter(sessions -> sessions.rules().equals(rules))
                .orElseGet(() -> new Sessions(rules, draft.ports().events()));
    }

    private KeySource keys(Set<JwsAlgorithm> algorithms, Optional<String> authorities, Optional<KeySource> running) {
        JwksRules rules = new JwksRules(
                name, new JwksRules.Location.Discovered(config.issuer()),
                config.insecureAllowHttp() ? JwksRules.Transport.INSECURE_HTTP_ALLOWED : JwksRules.Transport.HTTPS_ONLY,
                algorithms, authorities, REFRESH_KEYS, KEYS_SERVE, COOL_DOWN);
        Ports ports = draft.ports();
        return running.filter(source -> source instanceof JwksKeySource same && same.rules().equals(rules))
                .orElseGet(() -> new JwksKeySource(rules, ports.fetcher(), ports.scheduler(), ports.clock(), ports.events()));
    }

    private ProviderMetadata.Transport transport() {
        return config.insecureAllowHttp() ? ProviderMetadata.Transport.INSECURE_HTTP_ALLOWED : ProviderMetadata.Transport.HTTPS_ONLY;
    }

    private OwnPath own(String what, String key, String at, Set<String> methods, RouteAuth auth, Destination.Endpoint endpoint) {
        return new OwnPath(what + "." + name, path + key, HostPattern.ANY, PathPattern.parse(at), methods, auth, endpoint);
    }

    private void check() {
        checkIssuer();
        if (config.insecureAllowHttp()) {
            draft.insecure(path + ".insecureAllowHttp", "whoever sits between signs in as anybody");
        }
        if (!config.scopes().contains("openid")) {
            draft.problem(path + ".scopes", "`openid` is needed: without it the provider says nothing of who signed in");
        }
        Map.of(".callback", config.callback(), ".logout", config.logout(), ".backChannelLogout", config.backChannelLogout())
                .forEach((key, written) -> checkPath(path + key, written));
        if (!config.afterLogout().startsWith("/") || config.afterLogout().startsWith("//") || config.afterLogout().indexOf('\\') >= 0) {
            draft.problem(path + ".afterLogout", "must be a path, such as /goodbye");
        }
        if (config.forwardAccessToken()) {
            draft.unusual(path + ".forwardAccessToken", "upstreams can use the user's token elsewhere");
        }
        draft.requirePositive(path + ".session.idle", config.session().idle());
        draft.requirePositive(path + ".session.absolute", config.session().absolute());
        if (config.session().max() < 1) {
            draft.problem(path + ".session.max", "at least one is needed");
        }
        draft.requirePositive(path + ".timeout", config.timeout());
        if (config.session().idle().compareTo(config.session().absolute()) > 0) {
            draft.unusual(path + ".session.idle", "is longer than `absolute`, which ends a session before");
        }
    }

    private void checkIssuer() {
        try {
            provider.isFetchable(path + ".issuer", new URI(config.issuer()), config.insecureAllowHttp());
        } catch (URISyntaxException _) {
            draft.problem(path + ".issuer", "must be a URL such as https://auth.example.com");
        }
    }

    private void checkPath(String at, String written) {
        boolean isFixed = written.startsWith("/") && written.chars().noneMatch(each -> each == '*' || each == '{' || each == '?' || each == '#');
        if (!isFixed) {
            draft.problem(at, "must be one path, such as /oauth2/callback");
        } else {
            draft.parse(at, written, PathPattern::parse);
        }
    }

    private Set<JwsAlgorithm> algorithms() {
        if (config.algorithms().isEmpty() || config.algorithms().stream().anyMatch(Algorithm::isShared)) {
            draft.problem(path + ".algorithms", "one or more that sign with a private key are needed: with HS256 the client secret would sign anybody in");
        }
        return config.algorithms().stream().map(each -> JwsAlgorithm.valueOf(each.name())).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
