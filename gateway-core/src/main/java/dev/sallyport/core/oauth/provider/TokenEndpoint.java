package dev.sallyport.core.oauth.provider;

import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One way to a token endpoint and back. */
public final class TokenEndpoint {
    /** Of an answer: three tokens, of which an ID token may have some tens of KiB of claims. */
    public static final int MAX_BYTES = 128 * 1024;

    private final TokenEndpointRules rules;
    private final HttpFetcher fetcher;
    private final CpuWorker worker;

    public TokenEndpoint(TokenEndpointRules rules, HttpFetcher fetcher, CpuWorker worker) {
        this.rules = rules;
        this.fetcher = fetcher;
        this.worker = worker;
    }

    /** Never blocks; a defect of ours or of the port's counts as the server's. */
    public CompletionStage<TokenAnswer> ask(Map<String, String> form, Instant now) {
        // Proving who we are may be a signature, and this is an event loop.
        Optional<CompletionStage<HttpFetcher.Call.PostForm>> proven = worker.submit(() -> rules.client().prove(form, now));
        return proven.isPresent()
                ? proven.get()
                        .thenCompose(call -> fetcher.fetch(new HttpFetcher.Request(rules.uri(), call, MAX_BYTES, rules.timeout(), rules.authorities())))
                        .thenApply(TokenAnswer::read)
                        .exceptionally(defect -> new TokenAnswer.Failed(defect.getClass().getSimpleName()))
                : CompletableFuture.completedStage(new TokenAnswer.Failed("no room to prepare the call"));
    }
}
