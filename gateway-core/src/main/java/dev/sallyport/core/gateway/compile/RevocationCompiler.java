package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.GatewayConfig.RevocationConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.authenticator.IntrospectionConfig;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.authenticator.OidcConfig;
import dev.sallyport.core.config.file.RevocationFile;
import dev.sallyport.core.config.oauth.TokenServiceConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldLedger;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.port.Journals.Opened;
import dev.sallyport.core.state.revocation.RevocationLedger;
import dev.sallyport.core.state.revocation.RevocationList;
import dev.sallyport.core.state.revocation.Revocations;
import dev.sallyport.core.state.revocation.TokenBounds;
import dev.sallyport.core.token.refresh.RefreshFamilies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is called back for the gateway as a whole. */
final class RevocationCompiler {
    private final Draft draft;
    private final RevocationConfig config;
    private final Optional<HeldLedger> held;

    RevocationCompiler(Draft draft, LongLived before) {
        this.draft = draft;
        this.config = draft.config().revocation();
        this.held = config.journal().flatMap(file -> before.revocations().filter(old -> old.file().equals(file)).or(() -> open(file)));
    }

    Revocations revocations() {
        RevocationList written = config.file()
                .flatMap(file -> draft.file("revocation.file", file, bytes -> RevocationFile.read(file, bytes, draft.problems())))
                .orElse(RevocationList.NONE);
        TokenBounds bounds = new TokenBounds(longest(RevocationCompiler::lifetime), longest(RevocationCompiler::trust), largestSkew());
        if (config.journal().isPresent()) {
            tellOfEntriesThatStay(bounds);
        }
        return new Revocations(written, held.map(HeldLedger::ledger), bounds);
    }

    Optional<HeldLedger> held() {
        return held;
    }

    /** A journal that cannot be read may hold the revocation that matters: without it nothing is served. */
    private Optional<HeldLedger> open(Path file) {
        return switch (draft.ports().journals().open(file)) {
            case Opened.Unusable(String why) -> refused(file, why);
            case Opened.Ready(var journal, List<String> records) -> {
                try {
                    yield Optional.of(new HeldLedger(file, RevocationLedger.of(journal, records, draft.ports().events())));
                } catch (IllegalArgumentException foreign) {
                    journal.close();
                    yield refused(file, String.valueOf(foreign.getMessage()));
                }
            }
        };
    }

    private Optional<HeldLedger> refused(Path file, String why) {
        draft.problem("revocation.journal", "cannot use " + file + ": " + why);
        return Optional.empty();
    }

    private void tellOfEntriesThatStay(TokenBounds bounds) {
        if (bounds.longestTrust().isEmpty()) {
            draft.unusual("revocation.journal", "some tokens may live for ever, so revocations by subject and client stay for ever, and so do log-outs at a provider");
        } else if (bounds.longestLifetime().isEmpty()) {
            draft.unusual("revocation.journal", "some tokens may live for ever, so revocations by subject and client stay for ever, log-outs without `sid` among them");
        }
    }

    /** The longest of all; absent where one authenticator sets none. */
    private Optional<Duration> longest(Function<AuthenticatorConfig, Stream<Optional<Duration>>> bound) {
        Stream<Optional<Duration>> refreshed = draft.config().tokenService().flatMap(TokenServiceConfig::state).stream()
                .map(_ -> Optional.of(RefreshFamilies.LIFETIME));
        List<Optional<Duration>> bounds = Stream.concat(refreshed, draft.config().authenticators().values().stream().flatMap(bound)).toList();
        return bounds.stream().allMatch(Optional::isPresent)
                ? bounds.stream().flatMap(Optional::stream).max(Comparator.naturalOrder()).or(() -> Optional.of(Duration.ZERO))
                : Optional.empty();
    }

    private Duration largestSkew() {
        return draft.config().authenticators().values().stream().map(RevocationCompiler::skew).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private static Duration skew(AuthenticatorConfig config) {
        return switch (config) {
            case JwtConfig jwt -> jwt.clockSkew();
            case IntrospectionConfig introspection -> introspection.clockSkew();
            case OidcConfig oidc -> oidc.clockSkew();
            case AuthenticatorConfig.ApiKeyConfig _, AuthenticatorConfig.HmacConfig _, AuthenticatorConfig.MtlsConfig _ -> Duration.ZERO;
        };
    }

    /** From a token's issue to the last moment at which it is taken. */
    private static Stream<Optional<Duration>> lifetime(AuthenticatorConfig config) {
        return config instanceof IntrospectionConfig ? Stream.of(Optional.empty()) : trust(config);
    }

    /** From the provider's word on a token to the last moment at which it is believed. */
    private static Stream<Optional<Duration>> trust(AuthenticatorConfig config) {
        return switch (config) {
            case JwtConfig jwt -> Stream.of(jwt.maxLifetime().bound().map(bound -> bound.plus(jwt.clockSkew())));
            case IntrospectionConfig introspection -> Stream.of(Optional.of(introspection.cacheFor()));
            case OidcConfig oidc -> Stream.of(Optional.of(oidc.session().absolute()));
            case AuthenticatorConfig.ApiKeyConfig _, AuthenticatorConfig.HmacConfig _, AuthenticatorConfig.MtlsConfig _ -> Stream.empty();
        };
    }
}
