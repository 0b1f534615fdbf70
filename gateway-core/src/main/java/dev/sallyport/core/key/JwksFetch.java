package dev.sallyport.core.key;

import dev.sallyport.core.jose.JwkSetReader;
import dev.sallyport.core.jose.KeyList;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.HttpFetcher;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One way to the provider and back: the discovery document if there is one, the JWK Set, its keys. */
final class JwksFetch {
    /** A set of a hundred keys with certificates is some 300 KiB. */
    static final int MAX_BYTES = 512 * 1024;

    /** For each of the two documents. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String DISCOVERY_PATH = "/.well-known/openid-configuration";

    private final JwksRules rules;
    private final HttpFetcher fetcher;

    /** What came of it. */
    sealed interface Outcome {
        /** @param maxAge how long the provider says that the set holds */
        record Fetched(KeyList list, Optional<Duration> maxAge) implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    JwksFetch(JwksRules rules, HttpFetcher fetcher) {
        this.rules = rules;
        this.fetcher = fetcher;
    }

    /** Never completes exceptionally. */
    CompletionStage<Outcome> run() {
        return start().exceptionally(defect -> new Outcome.Failed("a defect: " + defect));
    }

    private CompletionStage<Outcome> start() {
        try {
            return switch (rules.location()) {
                case JwksRules.Location.Fixed(URI jwks) -> fetchKeys(jwks);
                case JwksRules.Location.Discovered(String issuer) -> discover(issuer);
            };
        } catch (RuntimeException defect) {
            return CompletableFuture.failedStage(defect);
        }
    }

    private CompletionStage<Outcome> discover(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return fetch(URI.create(base + DISCOVERY_PATH)).thenCompose(result -> switch (result) {
            case HttpFetcher.Result.Failed(String why) -> failed("the discovery document: " + why);
            case HttpFetcher.Result.Declined(int status, byte[] _) -> failed("the discovery document: the answer's status is " + status);
            case HttpFetcher.Result.Fetched fetched -> followDiscovery(issuer, fetched.body());
        });
    }

    private CompletionStage<Outcome> followDiscovery(String issuer, byte[] body) {
        Optional<Map<String, Object>> document = StrictJson.object(body);
        if (document.isEmpty()) {
            return failed("the discovery document is not one JSON object");
        }
        // Else a provider could pass for another one (OpenID Connect Discovery §4.3, RFC 8414 §3.3).
        if (!issuer.equals(document.get().get("issuer"))) {
            return failed("the discovery document has another `issuer` than `jwt.issuer`");
        }
        if (!(document.get().get("jwks_uri") instanceof String address)) {
            return failed("the discovery document has no `jwks_uri`");
        }
        try {
            return fetchKeys(URI.create(address));
        } catch (IllegalArgumentException _) {
            return failed("the discovery document's `jwks_uri` is not a URI");
        }
    }

    private CompletionStage<Outcome> fetchKeys(URI jwks) {
        return fetch(jwks).thenApply(result -> switch (result) {
            case HttpFetcher.Result.Failed(String why) -> new Outcome.Failed("the JWK Set: " + why);
            case HttpFetcher.Result.Declined(int status, byte[] _) -> new Outcome.Failed("the JWK Set: the answer's status is " + status);
            case HttpFetcher.Result.Fetched(byte[] body, Optional<Duration> maxAge) -> switch (JwkSetReader.read(body, rules.allowed())) {
                case KeyList.Parsed.Malformed(String why) -> new Outcome.Failed("the JWK Set: " + why);
                case KeyList.Parsed.Keys(KeyList list) -> new Outcome.Fetched(list, maxAge);
            };
        });
    }

    private CompletionStage<HttpFetcher.Result> fetch(URI uri) {
        boolean allowed = "https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme()) && rules.transport() == JwksRules.Transport.INSECURE_HTTP_ALLOWED);
        return allowed
                ? fetcher.fetch(new HttpFetcher.Request(uri, HttpFetcher.Call.GET, MAX_BYTES, TIMEOUT, rules.authorities()))
                : CompletableFuture.completedStage(new HttpFetcher.Result.Failed("it is not served over https"));
    }

    private static CompletionStage<Outcome> failed(String why) {
        return CompletableFuture.completedStage(new Outcome.Failed(why));
    }
}
