package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.introspection.IntrospectionAuthenticator;
import dev.sallyport.core.auth.introspection.IntrospectionRules;
import dev.sallyport.core.config.authenticator.IntrospectionConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.gateway.compile.provider.ProviderAccess;
import dev.sallyport.core.gateway.compile.provider.ProviderCompiler;
import dev.sallyport.core.http.CredentialLocation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** One `introspection:`. */
final class IntrospectionCompiler {
    /** A token called back at the provider is still taken for as long as this. */
    private static final Duration USUAL_CACHE = Duration.ofMinutes(5);

    private final Draft draft;
    private final String name;
    private final String path;
    private final IntrospectionConfig config;
    private final ProviderCompiler provider;

    IntrospectionCompiler(Draft draft, String name, String path, IntrospectionConfig config) {
        this.draft = draft;
        this.name = name;
        this.path = path;
        this.config = config;
        this.provider = new ProviderCompiler(draft);
    }

    Optional<Made> compile(Optional<Made> old) {
        int before = draft.problems().list().size();
        check();
        Optional<ProviderAccess> access = provider.access(path, config.client(), config.ca(), config.issuer().orElse(config.endpoint().toString()));
        CredentialLocation location = provider.location(path + ".from", config.from());
        SenderConstraint sender = new SenderCompiler(draft).compile(name, path, config.senderConstraint(), config.dpop(), location);
        if (access.isEmpty() || draft.problems().list().size() > before) {
            return Optional.empty();
        }
        // What the provider said is not asked again because a route changed.
        return old.filter(made -> made.isOf(config, access.get().inputs()))
                .or(() -> Optional.of(new Made(config, access.get().inputs(), authenticator(rules(access.get(), location), sender), Optional.empty())));
    }

    private void check() {
        boolean isReachable = provider.isFetchable(path + ".endpoint", config.endpoint(), config.insecureAllowHttp());
        if (isReachable && config.insecureAllowHttp()) {
            draft.insecure(path + ".insecureAllowHttp", "whoever sits between reads every token, and can call any token active");
        }
        if (config.audiences().isEmpty() == !config.insecureAnyAudience() || config.audiences().contains("")) {
            draft.problem(path + ".audiences", config.insecureAnyAudience()
                    ? "makes no sense beside `insecureAnyAudience: true`"
                    : "at least one is needed: a token for somebody else must not open this door");
        }
        if (config.insecureAnyAudience()) {
            draft.insecure(path + ".insecureAnyAudience", "a token that the provider issued for any other API opens this one");
        }
        config.issuer().filter(String::isBlank).ifPresent(_ -> draft.problem(path + ".issuer", "is empty"));
        if (config.subjectClaim().isEmpty()) {
            draft.problem(path + ".subjectClaim", "is empty");
        }
        draft.requirePositive(path + ".timeout", config.timeout());
        provider.checkSkew(path + ".clockSkew", config.clockSkew());
        if (config.cacheFor().compareTo(USUAL_CACHE) > 0) {
            draft.unusual(path + ".cacheFor", "a token called back at the provider is taken for more than five minutes");
        }
    }

    private IntrospectionRules rules(ProviderAccess access, CredentialLocation location) {
        return new IntrospectionRules(
                config.endpoint(), access.client(), config.issuer(), Set.copyOf(config.audiences()), config.cacheFor(), config.negativeFor(), config.timeout(),
                config.clockSkew(), config.subjectClaim(), config.scopeClaims(), location, access.authorities());
    }

    private IntrospectionAuthenticator authenticator(IntrospectionRules rules, SenderConstraint sender) {
        Ports ports = draft.ports();
        return new IntrospectionAuthenticator(name, rules, sender, ports.fetcher(), ports.worker(), ports.events());
    }
}
