package dev.sallyport.core.oauth.openid;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.oauth.Renewed;
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

    private static final int MAX_SHOWN = 64;

    private final ProviderRules rules;
    private final HttpFetcher fetcher;
    private final CpuWorker worker;
    private final Renewed<ProviderMetadata> metadata = new Renewed<>(this::discover);

    /** What a grant gave. */
    public sealed interface Grant {
        record Granted(TokenAnswer answer) implements Grant {}

        /** The grant itself, a code or a refresh token, is not good ({@code invalid_grant}, RFC 6749 §5.2). */
        record Refused(String why) implements Grant {}

        /** It answers with something that cannot be used. */
        record Invalid(String why) implements Grant {}

        /** Slow, down, or refusing the gateway itself. */
        record Unavailable(String why) implements Grant {}
    }

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
    public CompletionStage<Grant> ask(Map<String, String> form, Instant now) {
        return metadata(now).thenCompose(found -> switch (found) {
            case Renewed.Outcome.Unavailable<ProviderMetadata>(String why) -> CompletableFuture.completedStage(new Grant.Unavailable(why));
            case Renewed.Outcome.Known<ProviderMetadata>(ProviderMetadata known) -> ask(known.token(), form, now);
        });
    }

    private CompletionStage<Grant> ask(URI endpoint, Map<String, String> form, Instant now) {
        // Proving who we are may be a signature, and this is an event loop.
        Optional<CompletionStage<Call.PostForm>> proven = worker.submit(() -> rules.client().prove(form, now));
        return proven.isPresent()
                ? proven.get().thenCompose(call -> fetch(endpoint, call)).thenApply(OpenIdProvider::read)
                : CompletableFuture.completedStage(new Grant.Unavailable("no room to prepare the call"));
    }

    private static Grant read(Result result) {
        return switch (result) {
            case Result.Failed(String why) -> new Grant.Unavailable("the token endpoint: " + why);
            case Result.Declined(int status, byte[] body) -> declined(status, body);
            case Result.Fetched(byte[] body, var _) -> switch (TokenAnswer.read(body)) {
                case TokenAnswer.Read.Valid(TokenAnswer answer) -> new Grant.Granted(answer);
                case TokenAnswer.Read.Invalid(String why) -> new Grant.Invalid(why);
            };
        };
    }

    private static Grant declined(int status, byte[] body) {
        Object error = StrictJson.object(body).map(answer -> answer.get("error")).orElse("");
        return "invalid_grant".equals(error)
                ? new Grant.Refused("the token endpoint says invalid_grant")
                : new Grant.Unavailable("the token endpoint answers " + status + " and `" + shown(String.valueOf(error)) + "`");
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

    /** What a provider, or whoever speaks for it, says goes to the log within bounds and on one line. */
    public static String shown(String text) {
        String line = text.replaceAll("[^\\x20-\\x7E]", "?");
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }
}
