package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.apikey.ApiKeyAuthenticator;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.ApiKeyConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.HmacConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.MtlsConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig;
import dev.sallyport.core.config.authenticator.IntrospectionConfig;
import dev.sallyport.core.config.authenticator.JwtConfig;
import dev.sallyport.core.config.authenticator.OidcConfig;
import dev.sallyport.core.config.file.ApiKeyFileReader;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.state.ApiKeyStore;
import dev.sallyport.core.state.InMemoryApiKeyStore;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Authenticators. One whose configuration and files did not change is carried over as it is, with its caches. */
public final class AuthenticatorCompiler {
    private final Draft draft;
    private final LongLived before;
    private final CertificateCompiler certificates;
    private final Optional<SigningRing> ownKeys;

    /** @param ownKeys with which the gateway's token service signs */
    public AuthenticatorCompiler(Draft draft, LongLived before, ListenerCertificates listeners, Optional<SigningRing> ownKeys) {
        this.draft = draft;
        this.before = before;
        this.certificates = new CertificateCompiler(draft, listeners);
        this.ownKeys = ownKeys;
    }

    public Map<String, Made> authenticators() {
        Map<String, Made> authenticators = new LinkedHashMap<>();
        draft.config().authenticators().forEach((name, config) -> compile(name, config).ifPresent(made -> authenticators.put(name, made)));
        return Collections.unmodifiableMap(authenticators);
    }

    private Optional<Made> compile(String name, AuthenticatorConfig config) {
        Optional<Made> old = Optional.ofNullable(before.authenticators().get(name));
        String path = "authenticators." + name + ".";
        return switch (config) {
            case JwtConfig jwt -> new JwtCompiler(draft, name, path + "jwt", jwt, old, ownKeys).compile();
            case IntrospectionConfig introspection -> new IntrospectionCompiler(draft, name, path + "introspection", introspection).compile(old);
            case OidcConfig oidc -> new OidcCompiler(draft, name, path + "oidc", oidc).compile(old);
            case HmacConfig hmac -> new HmacCompiler(draft, name, path + "hmac", hmac).compile(old);
            case ApiKeyConfig apiKey -> apiKey(name, path + "apiKey", apiKey, old);
            case MtlsConfig mtls -> certificates.compile(name, path + "mtls", mtls);
        };
    }

    private Optional<Made> apiKey(String name, String path, ApiKeyConfig config, Optional<Made> old) {
        if (!FieldNames.isToken(config.header())) {
            draft.problem(path + ".header", "`" + config.header() + "` is no header name");
        }
        Path file = config.store().file();
        Optional<byte[]> bytes = draft.file(path + ".store.file", file);
        Map<Path, String> inputs = Map.of(file, draft.files().digestOf(file));
        // A million keys are not read anew because a route changed.
        return old.filter(made -> made.isOf(config, inputs)).or(() -> bytes.map(content -> {
            ApiKeyStore store = InMemoryApiKeyStore.of(ApiKeyFileReader.read(file, content, draft.problems()));
            return new Made(config, inputs, new ApiKeyAuthenticator(name, config.header(), store, draft.ports().usage()), Optional.empty());
        }));
    }
}
