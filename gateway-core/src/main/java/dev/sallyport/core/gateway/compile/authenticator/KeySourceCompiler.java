package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.config.authenticator.JwtConfig.KeysConfig;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.oauth.TokenServiceConfig;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.Ports;
import dev.sallyport.core.gateway.compile.provider.ProviderCompiler;
import dev.sallyport.core.jose.JwkSetReader;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.jose.PemKeys;
import dev.sallyport.core.key.JwksKeySource;
import dev.sallyport.core.key.JwksRules.Location;
import dev.sallyport.core.key.JwksRules.Transport;
import dev.sallyport.core.key.JwksRules;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.RingKeySource;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.StaticKeySource;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the keys of one `jwt:` come from: a secret, a file, or a provider. */
final class KeySourceCompiler {
    private static final int MIN_SECRET_BYTES = 16;

    private final Draft draft;
    private final String name;
    private final String path;
    private final JwtConfig config;
    private final Set<JwsAlgorithm> algorithms;
    private final ProviderCompiler provider;
    private final Optional<SigningRing> ownKeys;

    KeySourceCompiler(
            Draft draft, String name, String path, JwtConfig config, Set<JwsAlgorithm> algorithms, Optional<SigningRing> ownKeys) {
        this.draft = draft;
        this.name = name;
        this.path = path;
        this.config = config;
        this.algorithms = algorithms;
        this.provider = new ProviderCompiler(draft);
        this.ownKeys = ownKeys;
    }

    /** @param running carried on where the provider and how to ask it are the same */
    Optional<KeySource> compile(Optional<KeySource> running) {
        if (config.secret().isPresent() == config.keys().isPresent()) {
            draft.problem(path, "exactly one of `keys` and `secret` is expected here");
            return Optional.empty();
        }
        return config.keys().isPresent() ? keys(config.keys().get(), running) : shared(config.secret().orElseThrow());
    }

    private Optional<KeySource> shared(Secret secret) {
        if (secret.length() < MIN_SECRET_BYTES) {
            draft.problem(path + ".secret", "a secret of " + secret.length() + " bytes; at least " + MIN_SECRET_BYTES + " are needed");
            return Optional.empty();
        }
        List<KeyMaterial> keys = new ArrayList<>();
        for (JwsAlgorithm algorithm : algorithms) {
            if (algorithm.family() == JwsAlgorithm.Family.HMAC) {
                try {
                    keys.add(new KeyMaterial.Shared(Optional.empty(), algorithm, secret));
                } catch (IllegalArgumentException e) {
                    draft.problem(path + ".secret", String.valueOf(e.getMessage()));
                }
            }
        }
        return Optional.of(new StaticKeySource(new KeyList(List.copyOf(keys), List.of())));
    }

    private Optional<KeySource> keys(KeysConfig keys, Optional<KeySource> running) {
        int ways = (keys.jwks().isPresent() ? 1 : 0) + (keys.discovery() ? 1 : 0) + (keys.file().isPresent() ? 1 : 0) + (keys.tokenService() ? 1 : 0);
        if (ways != 1) {
            draft.problem(path + ".keys", "exactly one of `jwks`, `discovery`, `file` and `tokenService` is expected here");
            return Optional.empty();
        }
        if (keys.tokenService()) {
            keys.ca().ifPresent(_ -> draft.problem(path + ".keys.ca", "is for keys that are fetched"));
            return own();
        }
        if (keys.file().isPresent()) {
            keys.ca().ifPresent(_ -> draft.problem(path + ".keys.ca", "is for keys that are fetched"));
            return file(keys.file().get());
        }
        if (keys.insecureAllowHttp()) {
            draft.insecure(path + ".keys.insecureAllowHttp", "whoever sits between can hand in keys of their own");
        }
        draft.requirePositive(path + ".keys.refreshEvery", keys.refreshEvery());
        draft.requirePositive(path + ".keys.coolDown", keys.coolDown());
        Optional<String> authorities = keys.ca().flatMap(file -> provider.authorities(path + ".keys.ca", file));
        return location(keys).map(location -> {
            JwksRules rules = new JwksRules(
                    name, location, keys.insecureAllowHttp() ? Transport.INSECURE_HTTP_ALLOWED : Transport.HTTPS_ONLY,
                    algorithms, authorities, keys.refreshEvery(), keys.staleFor(), keys.coolDown());
            return running.filter(source -> source instanceof JwksKeySource same && same.rules().equals(rules))
                    .orElseGet(() -> fetched(rules));
        });
    }

    /** Keys of this very process: nothing is fetched, and no restart waits for itself. */
    private Optional<KeySource> own() {
        Optional<TokenServiceConfig> service = draft.config().tokenService();
        if (service.isEmpty()) {
            draft.problem(path + ".keys.tokenService", "there is no `tokenService`");
            return Optional.empty();
        }
        if (!service.get().issuer().toString().equals(config.issuer())) {
            draft.problem(path + ".issuer", "must be `tokenService.issuer`, " + service.get().issuer());
        }
        JwsAlgorithm signing = JwsAlgorithm.valueOf(service.get().signing().algorithm().name());
        requireAlgorithm(signing, "signs");
        ownKeys.stream().flatMap(ring -> ring.published().stream())
                .map(key -> key.verification().algorithm())
                .filter(algorithm -> algorithm != signing)
                .distinct()
                .forEach(algorithm -> requireAlgorithm(algorithm, "signed before: tokens are out"));
        return ownKeys.map(RingKeySource::new);
    }

    private void requireAlgorithm(JwsAlgorithm algorithm, String does) {
        if (!algorithms.contains(algorithm)) {
            draft.problem(path + ".algorithms", "must have " + algorithm.label() + ", with which the token service " + does);
        }
    }

    private KeySource fetched(JwksRules rules) {
        Ports ports = draft.ports();
        return new JwksKeySource(rules, ports.fetcher(), ports.scheduler(), ports.clock(), ports.events());
    }

    private Optional<Location> location(KeysConfig keys) {
        if (keys.jwks().isPresent()) {
            return provider.isFetchable(path + ".keys.jwks", keys.jwks().get(), keys.insecureAllowHttp()) ? keys.jwks().map(Location.Fixed::new) : Optional.empty();
        }
        try {
            return provider.isFetchable(path + ".issuer", new URI(config.issuer()), keys.insecureAllowHttp())
                    ? Optional.of(new Location.Discovered(config.issuer()))
                    : Optional.empty();
        } catch (URISyntaxException _) {
            draft.problem(path + ".issuer", "must be a URL for `discovery: true`");
            return Optional.empty();
        }
    }

    private Optional<KeySource> file(Path file) {
        return draft.file(path + ".keys.file", file).flatMap(bytes -> switch (parse(bytes)) {
            case KeyList.Parsed.Malformed(String why) -> {
                draft.problem(path + ".keys.file", file + ": " + why);
                yield Optional.empty();
            }
            case KeyList.Parsed.Keys(KeyList list) -> {
                if (list.keys().isEmpty()) {
                    draft.problem(path + ".keys.file", file + " holds no key that fits `algorithms`: " + String.join("; ", list.leftOut()));
                } else if (!list.leftOut().isEmpty()) {
                    draft.unusual(path + ".keys.file", "keys left out: " + String.join("; ", list.leftOut()));
                }
                yield Optional.of(new StaticKeySource(list));
            }
        });
    }

    private KeyList.Parsed parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains("-----BEGIN ") ? PemKeys.read(bytes, algorithms) : JwkSetReader.read(bytes, algorithms);
    }
}
