package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.oauth.call.Renewed;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher.Call;
import dev.sallyport.core.port.HttpFetcher.Result;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The provider as its client sees it: what it says of itself, its token endpoint, its user information. */
public final class OpenIdProvider {
    static final int MAX_BYTES = 128 * 1024;

    private static final String DISCOVERY_PATH = "/.well-known/openid-configuration";

    /** A provider that moves an endpoint keeps the old one for longer. */
    private static final Duration REDISCOVER_AFTER = Duration.ofMinutes(10);

    private static final Duration DISCOVERY_HOLDS = Duration.ofHours(24);

    private final ProviderRules rules;
    private final HttpFetcher fetcher;
    private final CpuWorker worker;
    private final Renewed<ProviderMetadata> metadata = new Renewed<>(this::discover);

    public OpenIdProvider(ProviderRules rules, HttpFetcher fetcher, CpuWorker worker) {
        this.rules = rules;
        this.fetcher = fetcher;
        this.worker = worker;
    }

    public ProviderRules rules() {
        return rules;
    }

    /** Complete at once while the document is in hand. */
    public CompletionStage<Renewed.Outcome<ProviderMetadata>> metadata(Instant now) {
        return metadata.find(now);
    }

    private CompletionStage<Renewed.Fetch<ProviderMetadata>> discover() {
        String base = rules.issuer().endsWith("/") ? rules.issuer().substring(0, rules.issuer().length() - 1) : rules.issuer();
        return fetch(URI.create(base + DISCOVERY_PATH), Call.GET).thenApply(result -> switch (result) {
            case Result.Failed(String why) -> new Renewed.Fetch.Failed<>("the discovery document: " + why);
            case Result.Declined(int status, byte[] _) -> new Renewed.Fetch.Failed<>("the discovery document: the answer's status is " + status);
            case Result.Fetched(byte[] body, var _) -> switch (ProviderMetadata.read(body, rules.issuer(), rules.transport())) {
                case ProviderMetadata.Read.Valid(ProviderMetadata read) -> new Renewed.Fetch.Fetched<>(read, REDISCOVER_AFTER, DISCOVERY_HOLDS);
                case ProviderMetadata.Read.Invalid(String why) -> new Renewed.Fetch.Failed<>("the discovery document: " + why);
            };
        });
    }

    /** @param form the grant's own parameters; who the gateway is goes with them */
    public CompletionStage<TokenAnswer> ask(Map<String, String> form, Instant now) {
        return metadata(now).thenCompose(found -> switch (found) {
            case Renewed.Outcome.Unavailable<ProviderMetadata>(String why) -> CompletableFuture.completedStage(new TokenAnswer.Failed(why));
            case Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata known) -> tokenEndpoint(known).ask(form, now);
        });
    }

    private TokenEndpoint tokenEndpoint(ProviderMetadata known) {
        return new TokenEndpoint(new TokenEndpointRules(known.token(), rules.client(), rules.timeout(), rules.authorities()), fetcher, worker);
    }

    /** Claims about the user (OpenID Connect Core §5.3); empty where they cannot be had. */
    public CompletionStage<Optional<Map<String, Object>>> userInfo(Secret accessToken, Instant now) {
        return metadata(now).thenCompose(found -> found instanceof Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata known)
                        && known.userInfo().isPresent()
                ? userInfo(known.userInfo().get(), accessToken)
                : CompletableFuture.completedStage(Optional.empty()));
    }

    private CompletionStage<Optional<Map<String, Object>>> userInfo(URI endpoint, Secret accessToken) {
        Secret bearer = Secret.ofText("Bearer " + new String(accessToken.reveal(), StandardCharsets.UTF_8));
        return fetch(endpoint, new Call.Get(Optional.of(bearer))).thenApply(result -> switch (result) {
            case Result.Fetched(byte[] body, var _) -> StrictJson.object(body);
            case Result.Failed _, Result.Declined _ -> Optional.empty();
        });
    }

    private CompletionStage<Result> fetch(URI uri, Call call) {
        return fetcher.fetch(new HttpFetcher.Request(uri, call, MAX_BYTES, rules.timeout(), rules.authorities()));
    }
}
