package dev.sallyport.core.gateway.compile;

import dev.sallyport.core.config.oauth.CredentialsConfig.ClientCredentialsConfig;
import dev.sallyport.core.config.oauth.CredentialsConfig.HeaderConfig;
import dev.sallyport.core.config.oauth.CredentialsConfig.TokenExchangeConfig;
import dev.sallyport.core.config.oauth.CredentialsConfig;
import dev.sallyport.core.config.oauth.TokenRequestConfig;
import dev.sallyport.core.config.value.FieldNames;
import dev.sallyport.core.gateway.compile.draft.Draft;
import dev.sallyport.core.gateway.compile.draft.LongLived.HeldTokens;
import dev.sallyport.core.gateway.compile.draft.LongLived;
import dev.sallyport.core.gateway.compile.provider.ProviderAccess;
import dev.sallyport.core.gateway.compile.provider.ProviderCompiler;
import dev.sallyport.core.identity.IdentityHeaders;
import dev.sallyport.core.oauth.lending.ClientTokens;
import dev.sallyport.core.oauth.lending.ExchangedTokens;
import dev.sallyport.core.oauth.provider.TokenEndpoint;
import dev.sallyport.core.oauth.provider.TokenEndpointRules;
import dev.sallyport.core.upstream.UpstreamCredentials;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the gateway itself presents to upstreams; tokens in hand go on where nothing about them changed. */
final class CredentialsCompiler {
    /** A credential there would break framing, routing or the hop itself. */
    private static final Set<String> NOT_FOR_CREDENTIALS = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "keep-alive", "proxy-connection", "expect",
            "content-type", "x-request-id", "traceparent", "forwarded", "client-cert", "client-cert-chain");

    private final Draft draft;
    private final LongLived before;
    private final Set<String> identity;
    private final ProviderCompiler provider;
    private final Map<String, HeldTokens> held = new LinkedHashMap<>();

    /** @param identity headers that say who was proven: an upstream must not find a second one */
    CredentialsCompiler(Draft draft, LongLived before, IdentityHeaders identity) {
        this.draft = draft;
        this.identity = identity.reserved().stream().map(FieldNames::fold).collect(Collectors.toUnmodifiableSet());
        this.before = before;
        this.provider = new ProviderCompiler(draft);
    }

    Map<String, HeldTokens> held() {
        return held;
    }

    UpstreamCredentials compile(String upstream, Optional<CredentialsConfig> written) {
        String path = "upstreams." + upstream + ".credentials";
        UpstreamCredentials credentials = written.map(config -> switch (config) {
            case HeaderConfig header -> fixed(path + ".header", header);
            case ClientCredentialsConfig client -> requested(upstream, path + ".clientCredentials", client,
                    endpoint -> new UpstreamCredentials.Granted(new ClientTokens(endpoint, parameters(client))));
            case TokenExchangeConfig exchange -> exchanged(upstream, path + ".tokenExchange", exchange);
        }).orElse(UpstreamCredentials.NONE);
        credentials.header().filter(header -> identity.contains(FieldNames.fold(header))).ifPresent(header ->
                draft.problem(path, "`" + header + "` says who was proven, and would go up twice"));
        return credentials;
    }

    private UpstreamCredentials fixed(String path, HeaderConfig header) {
        String folded = FieldNames.fold(header.name());
        if (!FieldNames.isToken(header.name()) || NOT_FOR_CREDENTIALS.contains(folded) || folded.startsWith("x-forwarded-")) {
            draft.problem(path + ".name", "`" + header.name() + "` is no header for a credential");
        }
        boolean isPlain = new String(header.value().reveal(), StandardCharsets.UTF_8).chars().allMatch(letter -> letter >= 0x20 && letter <= 0x7E);
        if (!isPlain || header.value().length() == 0) {
            draft.problem(path + ".value", "must be one line of printable ASCII");
        }
        return new UpstreamCredentials.Fixed(header.name(), header.value());
    }

    private UpstreamCredentials exchanged(String upstream, String path, TokenExchangeConfig config) {
        config.requestedTokenType().filter(kind -> !ExchangedTokens.BEARER_KINDS.contains(kind)).ifPresent(kind ->
                draft.problem(path + ".requestedTokenType", "`" + kind + "` cannot go up as a bearer token; expected one of "
                        + String.join(", ", new TreeSet<>(ExchangedTokens.BEARER_KINDS))));
        return requested(upstream, path, config, endpoint ->
                new UpstreamCredentials.Exchanged(new ExchangedTokens(endpoint, parameters(config), config.requestedTokenType())));
    }

    /** Goes on with the tokens in hand where nothing about them changed. */
    private UpstreamCredentials requested(
            String upstream, String path, TokenRequestConfig config, Function<TokenEndpoint, UpstreamCredentials> kind) {
        if (provider.isFetchable(path + ".endpoint", config.endpoint(), config.insecureAllowHttp()) && config.insecureAllowHttp()) {
            draft.insecure(path + ".insecureAllowHttp", "whoever sits between reads the gateway's secret and tokens");
        }
        draft.requirePositive(path + ".timeout", config.timeout());
        if (parameters(config).isEmpty()) {
            draft.unusual(path, "without `audience`, `resource` and `scopes` the token may be good for other servers, and this upstream can use it there");
        }
        Optional<ProviderAccess> found = provider.access(path, config.client(), config.ca(), config.endpoint().toString());
        if (found.isEmpty()) {
            return UpstreamCredentials.NONE;
        }
        ProviderAccess access = found.get();
        TokenEndpointRules rules = new TokenEndpointRules(config.endpoint(), access.client(), config.timeout(), access.authorities());
        HeldTokens tokens = Optional.ofNullable(before.tokens().get(upstream))
                .filter(old -> old.config().equals(config) && old.inputs().equals(access.inputs()))
                .orElseGet(() -> new HeldTokens(config, access.inputs(), kind.apply(new TokenEndpoint(rules, draft.ports().fetcher(), draft.ports().worker()))));
        held.put(upstream, tokens);
        return tokens.credentials();
    }

    private static Map<String, String> parameters(TokenRequestConfig config) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (!config.scopes().isEmpty()) {
            parameters.put("scope", String.join(" ", config.scopes()));
        }
        config.audience().ifPresent(audience -> parameters.put("audience", audience));
        config.resource().ifPresent(resource -> parameters.put("resource", resource));
        return parameters;
    }
}
