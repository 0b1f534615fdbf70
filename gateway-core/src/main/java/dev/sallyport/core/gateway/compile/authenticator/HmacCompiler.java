package dev.sallyport.core.gateway.compile.authenticator;

import dev.sallyport.core.auth.signature.BodyScheme;
import dev.sallyport.core.auth.signature.GitHubScheme;
import dev.sallyport.core.auth.signature.HmacAuthenticator;
import dev.sallyport.core.auth.signature.HmacRules;
import dev.sallyport.core.auth.signature.SignatureScheme;
import dev.sallyport.core.auth.signature.SlackScheme;
import dev.sallyport.core.auth.signature.StandardWebhooksScheme;
import dev.sallyport.core.auth.signature.StripeScheme;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.HmacConfig;
import dev.sallyport.core.config.authenticator.AuthenticatorConfig.HmacScheme;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.Made;
import dev.sallyport.core.identity.Scopes;
import dev.sallyport.core.port.Secret;
import java.util.Map;
import java.util.Optional;

/** One `hmac:`. */
final class HmacCompiler {
    /** Bodies are held in memory until they are checked. */
    private static final long MAX_BODY_BYTES = 64L << 20;

    private final Draft draft;
    private final String name;
    private final String path;
    private final HmacConfig config;

    HmacCompiler(Draft draft, String name, String path, HmacConfig config) {
        this.draft = draft;
        this.name = name;
        this.path = path;
        this.config = config;
    }

    Optional<Made> compile(Optional<Made> old) {
        int before = draft.problems().list().size();
        SignatureScheme scheme = scheme();
        checkSecrets(scheme);
        draft.requirePositive(path + ".tolerance", config.tolerance());
        long maxBody = config.maxBody().bytes();
        if (maxBody < 1 || maxBody > MAX_BODY_BYTES) {
            draft.problem(path + ".maxBody", "must be from 1B to 64MiB: content is held in memory until its signature is checked");
        }
        if (draft.problems().list().size() > before) {
            return Optional.empty();
        }
        return old.filter(made -> made.isOf(config, Map.of())).or(() -> Optional.of(made(scheme, (int) maxBody)));
    }

    private Made made(SignatureScheme scheme, int maxBody) {
        HmacRules rules = new HmacRules(
                scheme, config.tolerance(), config.secrets(), maxBody, config.subject().orElse(name), Scopes.inOrder(config.scopes()));
        return new Made(config, Map.of(), new HmacAuthenticator(name, rules, draft.ports().worker()), Optional.empty());
    }

    private SignatureScheme scheme() {
        if (config.scheme() != HmacScheme.BODY) {
            config.header().ifPresent(_ -> draft.problem(path + ".header", "is for `scheme: body`; the others have their own"));
            config.timestampHeader().ifPresent(_ -> draft.problem(path + ".timestampHeader", "is for `scheme: body`; the others have their own"));
        }
        return switch (config.scheme()) {
            case BODY -> body();
            case GITHUB -> new GitHubScheme();
            case STRIPE -> new StripeScheme();
            case SLACK -> new SlackScheme();
            case STANDARD_WEBHOOKS -> new StandardWebhooksScheme();
        };
    }

    private SignatureScheme body() {
        if (config.header().isEmpty()) {
            draft.problem(path, "`header` is missing: where does `scheme: body` find the signature?");
        }
        config.header().ifPresent(header -> requireToken(path + ".header", header));
        config.timestampHeader().ifPresent(header -> requireToken(path + ".timestampHeader", header));
        return new BodyScheme(config.header().orElse("X-Signature-256"), config.timestampHeader());
    }

    private void requireToken(String at, String header) {
        if (!FieldNames.isToken(header)) {
            draft.problem(at, "`" + header + "` is no header name");
        }
    }

    private void checkSecrets(SignatureScheme scheme) {
        if (config.secrets().isEmpty()) {
            draft.problem(path + ".secrets", "at least one is needed");
        }
        if (config.secrets().size() > HmacRules.MAX_SECRETS) {
            draft.problem(path + ".secrets", "more than " + HmacRules.MAX_SECRETS);
        }
        for (Map.Entry<String, Secret> secret : config.secrets().entrySet()) {
            scheme.problemWith(secret.getValue()).ifPresent(why -> draft.problem(path + ".secrets." + secret.getKey(), why));
        }
    }
}
