package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.jwt.JwtAuthenticator;
import dev.sallyport.core.auth.jwt.JwtRules;
import dev.sallyport.core.config.authenticator.JwtConfig.Algorithm;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.file.RevocationFile;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.gateway.compile.provider.ProviderCompiler;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.RingKeySource;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.state.revocation.RevocationList;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One `jwt:`. */
final class JwtCompiler {
    private final Draft draft;
    private final String name;
    private final String path;
    private final JwtConfig config;
    private final Optional<Made> old;
    private final ProviderCompiler provider;
    private final Optional<SigningRing> ownKeys;

    JwtCompiler(Draft draft, String name, String path, JwtConfig config, Optional<Made> old, Optional<SigningRing> ownKeys) {
        this.draft = draft;
        this.name = name;
        this.path = path;
        this.config = config;
        this.old = old;
        this.provider = new ProviderCompiler(draft);
        this.ownKeys = ownKeys;
    }

    Optional<Made> compile() {
        int before = draft.problems().list().size();
        check();
        Set<JwsAlgorithm> algorithms = algorithms();
        Optional<KeySource> keys = new KeySourceCompiler(draft, name, path, config, algorithms, ownKeys).compile(old.flatMap(Made::keys));
        RevocationList revoked = revoked();
        CredentialLocation location = provider.location(path + ".from", config.from());
        SenderConstraint sender = new SenderCompiler(draft).compile(name, path, config.senderConstraint(), config.dpop(), location);
        if (keys.isEmpty() || draft.problems().list().size() > before) {
            return Optional.empty();
        }
        Map<Path, String> inputs = inputs();
        JwtAuthenticator authenticator = carriedOver(inputs, keys.get())
                .map(same -> same.withRevocations(revoked))
                .orElseGet(() -> new JwtAuthenticator(
                        name, rules(algorithms, location), keys.get(), revoked, sender, draft.ports().worker(), draft.ports().events()));
        return Optional.of(new Made(config, inputs, authenticator, Optional.of(authenticator.keys())));
    }

    private Optional<JwtAuthenticator> carriedOver(Map<Path, String> inputs, KeySource keys) {
        return old.filter(made -> made.isOf(config, inputs))
                .map(Made::authenticator)
                .filter(JwtAuthenticator.class::isInstance)
                .map(JwtAuthenticator.class::cast)
                // A ring of ours may be another though nothing here was written anew.
                .filter(same -> !(keys instanceof RingKeySource) || keys.equals(same.keys()));
    }

    /** Not the revocation file: a running authenticator takes a new one up. */
    private Map<Path, String> inputs() {
        Map<Path, String> inputs = new HashMap<>();
        config.keys().flatMap(JwtConfig.KeysConfig::file).ifPresent(file -> inputs.put(file, draft.files().digestOf(file)));
        config.keys().flatMap(JwtConfig.KeysConfig::ca).ifPresent(file -> inputs.put(file, draft.files().digestOf(file)));
        return Map.copyOf(inputs);
    }

    private void check() {
        if (config.issuer().isBlank()) {
            draft.problem(path + ".issuer", "is empty");
        }
        if (config.audiences().isEmpty() || config.audiences().contains("")) {
            draft.problem(path + ".audiences", "at least one is needed: a token for somebody else must not open this door");
        }
        if (config.maxLifetime().bound().isEmpty()) {
            draft.unusual(path + ".maxLifetime", "tokens may live for ever");
        }
        config.maxLifetime().bound().ifPresent(bound -> draft.requirePositive(path + ".maxLifetime", bound));
        provider.checkSkew(path + ".clockSkew", config.clockSkew());
        if (config.subjectClaim().isEmpty()) {
            draft.problem(path + ".subjectClaim", "is empty");
        }
    }

    private Set<JwsAlgorithm> algorithms() {
        List<Algorithm> written = config.algorithms();
        if (written.isEmpty()) {
            draft.problem(path + ".algorithms", "at least one is needed: the token must not choose");
        }
        boolean anyShared = written.stream().anyMatch(Algorithm::isShared);
        boolean allShared = written.stream().allMatch(Algorithm::isShared);
        if (anyShared && config.secret().isEmpty()) {
            draft.problem(path + ".algorithms", "HS256, HS384 and HS512 need `secret` written out");
        }
        if (config.secret().isPresent() && !allShared) {
            draft.problem(path + ".algorithms", "with `secret` only HS256, HS384 and HS512 make sense");
        }
        Set<JwsAlgorithm> algorithms = new LinkedHashSet<>();
        written.forEach(algorithm -> algorithms.add(JwsAlgorithm.valueOf(algorithm.name())));
        return algorithms;
    }

    private RevocationList revoked() {
        Optional<Path> file = config.revocations().map(JwtConfig.RevocationsConfig::file);
        return file.flatMap(path -> draft.file(this.path + ".revocations.file", path)
                        .map(bytes -> RevocationFile.read(path, bytes, draft.problems())))
                .orElse(RevocationList.NONE);
    }

    private JwtRules rules(Set<JwsAlgorithm> algorithms, CredentialLocation location) {
        return new JwtRules(
                config.issuer(),
                Set.copyOf(config.audiences()),
                algorithms,
                config.maxLifetime().bound(),
                config.clockSkew(),
                config.requireJti() ? JwtRules.TokenId.REQUIRED : JwtRules.TokenId.OPTIONAL,
                config.type(),
                config.subjectClaim(),
                config.scopeClaims(),
                location);
    }
}
