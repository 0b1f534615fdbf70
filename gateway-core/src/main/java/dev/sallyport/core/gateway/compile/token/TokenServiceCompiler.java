package dev.sallyport.core.gateway.compile.token;

import dev.sallyport.core.config.authenticator.AuthenticatorConfig.ApiKeyConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.HmacConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.MtlsConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.authenticator.IntrospectionConfig;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.authenticator.OidcConfig;
import dev.sallyport.core.config.oauth.TokenServiceConfig;
import dev.sallyport.core.gateway.compile.authenticator.ListenerCertificates;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldGrants;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldRing;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.port.Journal;
import dev.sallyport.core.port.Journals.Opened;
import dev.sallyport.core.route.Destination;
import dev.sallyport.core.route.HostPattern;
import dev.sallyport.core.route.OwnPath;
import dev.sallyport.core.route.PathPattern;
import dev.sallyport.core.route.RouteAuth;
import dev.sallyport.core.state.InMemoryReplayStore;
import dev.sallyport.core.state.KeptReplayStore;
import dev.sallyport.core.state.SharedJournal;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.token.PublishedKeys;
import dev.sallyport.core.token.client.ClientAuthenticator;
import dev.sallyport.core.token.client.ClientEntry;
import dev.sallyport.core.token.client.OAuthClients;
import dev.sallyport.core.token.endpoint.AccessTokens;
import dev.sallyport.core.token.endpoint.CallingBack;
import dev.sallyport.core.token.endpoint.ClientEndpoint;
import dev.sallyport.core.token.endpoint.ServerMetadata.Grants;
import dev.sallyport.core.token.endpoint.ServerMetadata;
import dev.sallyport.core.token.endpoint.ServerUrls;
import dev.sallyport.core.token.endpoint.TokenGrants;
import dev.sallyport.core.token.endpoint.TokenIntrospection;
import dev.sallyport.core.token.endpoint.TokenRevocation;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** `tokenService:`. Refresh tokens and what clients spent go on, in the file with which the service began; all else is made anew. */
final class TokenServiceCompiler {
    private static final String PATH = "tokenService";

    /** A stolen one is good no longer than that, whatever becomes of revocations. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Assertions and proofs remembered at once: of one client some 60 a second, each for its five minutes and a half. */
    private static final InMemoryReplayStore.Room SPENT = new InMemoryReplayStore.Room("spent_client_proofs", 200_000, 20_000);

    /** Names under which credentials would stand in a query (RFC 6749 §2.3.1, §3.2). */
    private static final Set<String> URL_PARAMETERS =
            Set.of("client_secret", "client_assertion", "refresh_token", "token", "access_token");

    private final Draft draft;
    private final LongLived before;
    private final ListenerCertificates certificates;
    private final Revocations revocations;

    TokenServiceCompiler(Draft draft, LongLived before, ListenerCertificates certificates, Revocations revocations) {
        this.draft = draft;
        this.before = before;
        this.certificates = certificates;
        this.revocations = revocations;
    }

    record Made(HeldRing ring, HeldGrants grants, List<OwnPath> paths) {}

    Optional<Made> compile(TokenServiceConfig config) {
        ServerUrls urls = new ServerUrls(config.issuer());
        int problemsBefore = draft.problems().list().size();
        check(config, urls);
        Optional<OAuthClients> clients = new ClientCompiler(draft, certificates).compile(PATH + ".clients", config);
        Optional<HeldRing> ring = new SigningCompiler(draft, before).compile(TokenCompiler.SERVICE_KEYS, config.signing(), config.lifetime());
        Optional<HeldGrants> grants = clients.isEmpty() || draft.problems().list().size() > problemsBefore ? Optional.empty() : grants(config);
        return clients.isPresent() && ring.isPresent() && grants.isPresent()
                ? Optional.of(new Made(ring.get(), grants.get(), paths(config, urls, clients.get(), ring.get(), grants.get())))
                : abandon(ring, grants);
    }

    /** Closes what was opened for a service that does not come about: the next try would find its own files locked. */
    private Optional<Made> abandon(Optional<HeldRing> ring, Optional<HeldGrants> grants) {
        ring.map(HeldRing::ring).filter(made -> !before.hasRing(made)).ifPresent(SigningRing::retire);
        grants.filter(made -> !before.grants().equals(Optional.of(made))).flatMap(HeldGrants::families).ifPresent(RefreshFamilies::close);
        return Optional.empty();
    }

    private void check(TokenServiceConfig config, ServerUrls urls) {
        if (!urls.isIssuer()) {
            draft.problem(PATH + ".issuer", "must be a URL such as https://auth.example.com, without query and fragment");
        } else {
            draft.parse(PATH + ".issuer", urls.metadataPath(), PathPattern::parse);
        }
        draft.config().authenticators().forEach((name, authenticator) -> checkNamesAnother(name, authenticator, config.issuer().toString()));
        draft.requirePositive(PATH + ".lifetime", config.lifetime());
        if (config.lifetime().compareTo(LONGEST) > 0) {
            draft.problem(PATH + ".lifetime", "a stolen token would be good for as long; fifteen minutes at most");
        }
        if (draft.config().listeners().values().stream().allMatch(listener -> listener.tls().isEmpty()) && draft.config().trustedProxies().isEmpty()) {
            draft.unusual(PATH, "no listener speaks TLS, so tokens are given out over loopback alone");
        }
        if (draft.config().revocation().journal().isEmpty()) {
            draft.unusual(PATH, "without `revocation.journal` access tokens cannot be called back before they end");
        }
    }

    /** A user of somebody else's with the name of a client would be that client to all who look at issuer and subject (RFC 9700 §4.15). */
    private void checkNamesAnother(String name, AuthenticatorConfig authenticator, String own) {
        switch (authenticator) {
            case OidcConfig oidc when oidc.issuer().equals(own) ->
                    draft.problem("authenticators." + name, "its `issuer` is `tokenService.issuer`, which has no users");
            case JwtConfig jwt when jwt.issuer().equals(own) && jwt.keys().filter(JwtConfig.KeysConfig::tokenService).isEmpty() ->
                    draft.unusual("authenticators." + name, "takes tokens of `tokenService.issuer` by other keys than `keys: { tokenService: true }`");
            case OidcConfig _, JwtConfig _, IntrospectionConfig _, ApiKeyConfig _, HmacConfig _, MtlsConfig _ -> { }
        }
    }

    private Optional<HeldGrants> grants(TokenServiceConfig config) {
        Optional<HeldGrants> held = before.grants();
        return held.isPresent() ? held.filter(old -> isStill(old.file(), config.state()))
                : config.state().isPresent() ? open(config.state().get())
                : Optional.of(new HeldGrants(Optional.empty(), Optional.empty(), inMemory()));
    }

    private boolean isStill(Optional<Path> held, Optional<Path> written) {
        if (!held.equals(written)) {
            draft.problem(PATH + ".state", "cannot change while the gateway runs, and " + held.map(file -> "is " + file).orElse("was not given")
                    + ": assertions that were used would be good again, refresh tokens gone. Stop it, move the file if there is one, and start it");
        }
        return held.equals(written);
    }

    private InMemoryReplayStore inMemory() {
        return new InMemoryReplayStore(SPENT, draft.ports().events());
    }

    /** A journal that cannot be read may hold the token that was spent: without it nothing is served. */
    private Optional<HeldGrants> open(Path file) {
        return switch (draft.ports().journals().open(file)) {
            case Opened.Unusable(String why) -> refused(file, why);
            case Opened.Ready(var journal, var records) -> {
                try {
                    yield Optional.of(grants(file, journal, records));
                } catch (IllegalArgumentException foreign) {
                    journal.close();
                    yield refused(file, String.valueOf(foreign.getMessage()));
                }
            }
        };
    }

    private HeldGrants grants(Path file, Journal journal, List<String> records) {
        Instant now = draft.ports().clock().instant();
        Map<Boolean, List<String>> bySpent = records.stream().collect(Collectors.partitioningBy(KeptReplayStore::isRecord));
        List<String> spent = bySpent.getOrDefault(true, List.of());
        List<String> families = bySpent.getOrDefault(false, List.of());
        SharedJournal shared = new SharedJournal(journal);
        return new HeldGrants(
                Optional.of(file), Optional.of(RefreshFamilies.of(shared::part, families, now)),
                KeptReplayStore.of(shared::part, spent, inMemory(), now));
    }

    private Optional<HeldGrants> refused(Path file, String why) {
        draft.problem(PATH + ".state", "cannot use " + file + ": " + why);
        return Optional.empty();
    }

    private List<OwnPath> paths(TokenServiceConfig config, ServerUrls urls, OAuthClients clients, HeldRing keys, HeldGrants grants) {
        String issuer = config.issuer().toString();
        AccessTokens tokens = new AccessTokens(issuer, config.lifetime(), keys.ring());
        CallingBack callingBack = new CallingBack(revocations, config.lifetime());
        ClientAuthenticator authenticator = new ClientAuthenticator(clients, Set.of(issuer, urls.url(ServerUrls.TOKEN)), revocations);
        Grants told = clients.all().stream().anyMatch(client -> client.refreshTokens() == ClientEntry.RefreshTokens.ISSUED)
                ? Grants.AND_REFRESH_TOKENS
                : Grants.CLIENT_CREDENTIALS;
        return List.of(
                asked("token", ServerUrls.TOKEN, issuer, authenticator, grants, new TokenGrants(tokens, grants.families(), callingBack)),
                asked("token-revocation", ServerUrls.REVOCATION, issuer, authenticator, grants, new TokenRevocation(tokens, grants.families(), callingBack)),
                asked("token-introspection", ServerUrls.INTROSPECTION, issuer, authenticator, grants,
                        new TokenIntrospection(issuer, tokens, grants.families(), clients, revocations)),
                open("token-keys", ServerUrls.KEYS, new PublishedKeys(List.of(keys.ring()))),
                open("token-metadata", urls.metadataPath(), ServerMetadata.of(urls, told)));
    }

    private OwnPath asked(
            String name, String path, String realm, ClientAuthenticator clients, HeldGrants grants, ClientEndpoint.Action action) {
        ClientEndpoint endpoint = new ClientEndpoint(realm, clients, grants.spent(), draft.ports().worker(), action);
        return new OwnPath(name, PATH, HostPattern.ANY, PathPattern.parse(path), Set.of("POST"), new RouteAuth.ByEndpoint(URL_PARAMETERS), endpoint);
    }

    private static OwnPath open(String name, String path, Destination.Endpoint endpoint) {
        return new OwnPath(name, PATH, HostPattern.ANY, PathPattern.parse(path), Set.of("GET"), endpoint);
    }
}
