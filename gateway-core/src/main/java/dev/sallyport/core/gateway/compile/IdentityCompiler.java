package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.GatewayConfig.IdentityHeadersConfig;
import dev.sallyport.core.config.oauth.AssertionConfig;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.config.value.HeaderChoice;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.identity.IdentityField;
import dev.sallyport.core.identity.IdentityHeaders;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The headers that say who was proven. */
final class IdentityCompiler {
    /** An identity there would break framing, routing or the hop itself. */
    private static final Set<String> NOT_FOR_IDENTITY = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "keep-alive",
            "proxy-connection", "expect", "content-type", "x-request-id", "traceparent", "x-forwarded-for",
            "x-forwarded-proto", "x-forwarded-host", "forwarded", "client-cert");

    private final Draft draft;
    private final Map<String, String> taken = new HashMap<>();

    IdentityCompiler(Draft draft) {
        this.draft = draft;
    }

    IdentityHeaders headers() {
        IdentityHeadersConfig config = draft.config().identity().headers();
        Map<IdentityField, String> names = new EnumMap<>(IdentityField.class);
        for (IdentityField field : IdentityField.values()) {
            choice(config, field).name().ifPresent(name -> {
                check("identity.headers." + field.key(), name);
                names.put(field, name);
            });
        }
        Map<String, String> claims = new LinkedHashMap<>();
        draft.config().identity().claims().forEach((claim, name) -> {
            check("identity.claims." + claim, name);
            claims.put(claim, name);
        });
        Optional<String> assertion = draft.config().identity().assertion().map(AssertionConfig::header);
        assertion.ifPresent(name -> check("identity.assertion.header", name));
        return new IdentityHeaders(names, Collections.unmodifiableMap(claims), assertion);
    }

    private static HeaderChoice choice(IdentityHeadersConfig config, IdentityField field) {
        return switch (field) {
            case SUBJECT -> config.subject();
            case METHOD -> config.method();
            case AUTHENTICATOR -> config.authenticator();
            case SCOPES -> config.scopes();
            case KEY_ID -> config.keyId();
            case ISSUER -> config.issuer();
        };
    }

    private void check(String path, String name) {
        String folded = FieldNames.fold(name);
        if (!FieldNames.isToken(name)) {
            draft.problem(path, "`" + name + "` is no header name");
        } else if (NOT_FOR_IDENTITY.contains(folded)) {
            draft.problem(path, "`" + name + "` has another meaning");
        }
        String before = taken.putIfAbsent(folded, path);
        if (before != null) {
            draft.problem(path, "`" + name + "` is used by `" + before + "` already");
        }
    }
}
