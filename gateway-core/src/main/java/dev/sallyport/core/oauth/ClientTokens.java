package dev.sallyport.core.oauth;

import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The gateway's own token for an upstream (RFC 6749 §4.4): fetched by one call at a time, renewed ahead of its end, and
 * given out until that even while the server is down.
 */
public final class ClientTokens {
    static final int MAX_BYTES = 64 * 1024;

    /** Least pause between two calls: a server that refuses us or is down is not asked for each request. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final ClientTokenRules rules;
    private final HttpFetcher fetcher;
    private final CpuWorker worker;
    private Optional<IssuedToken> held = Optional.empty();
    private Optional<CompletableFuture<Outcome>> flight = Optional.empty();
    private Optional<Failure> lastFailure = Optional.empty();

    private record Failure(String why, Instant at) {}

    /** What asking for a token gave. */
    public sealed interface Outcome {
        /** @param authorization value of the field of this name */
        record Issued(Secret authorization) implements Outcome {}

        record Unavailable(String why) implements Outcome {}
    }

    public ClientTokens(ClientTokenRules rules, HttpFetcher fetcher, CpuWorker worker) {
        this.rules = rules;
        this.fetcher = fetcher;
        this.worker = worker;
    }

    /** Never blocks; complete at once while a token is in hand. */
    public synchronized CompletionStage<Outcome> get(Instant now) {
        Optional<IssuedToken> usable = held.filter(token -> now.isBefore(token.until()) && !now.isBefore(token.issuedAt().minus(PAUSE)));
        if (usable.isEmpty() || !now.isBefore(usable.get().renewFrom())) {
            CompletionStage<Outcome> fetched = fetch(now);
            return usable.isEmpty() ? fetched : issued(usable.get());
        }
        return issued(usable.get());
    }

    /** The upstream does not take it: the next request gets another, but no sooner than {@link #PAUSE} after this one came. */
    public synchronized void refused(Instant now) {
        held = held.filter(token -> now.isBefore(token.issuedAt().plus(PAUSE)));
    }

    private static CompletionStage<Outcome> issued(IssuedToken token) {
        return CompletableFuture.completedStage(new Outcome.Issued(token.authorization()));
    }

    private CompletionStage<Outcome> fetch(Instant now) {
        if (flight.isPresent()) {
            return flight.get();
        }
        Optional<Failure> lately = lastFailure.filter(failure -> Duration.between(failure.at, now).abs().compareTo(PAUSE) < 0);
        if (lately.isPresent()) {
            return CompletableFuture.completedStage(new Outcome.Unavailable(lately.get().why));
        }
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        flight = Optional.of(mine);
        call(now).handle((read, defect) -> defect == null ? read : new IssuedToken.Read.Unusable(defect.getClass().getSimpleName()))
                .thenAccept(read -> land(read, mine, now));
        return mine;
    }

    private void land(IssuedToken.Read read, CompletableFuture<Outcome> mine, Instant now) {
        mine.complete(take(read, now));
    }

    private synchronized Outcome take(IssuedToken.Read read, Instant now) {
        flight = Optional.empty();
        return switch (read) {
            case IssuedToken.Read.Token(IssuedToken token) -> {
                held = Optional.of(token);
                lastFailure = Optional.empty();
                yield new Outcome.Issued(token.authorization());
            }
            case IssuedToken.Read.Unusable(String why) -> {
                lastFailure = Optional.of(new Failure(why, now));
                yield new Outcome.Unavailable(why);
            }
        };
    }

    private CompletionStage<IssuedToken.Read> call(Instant now) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.putAll(rules.parameters());
        // Proving who we are may be a signature, and this is an event loop.
        Optional<CompletionStage<HttpFetcher.Call.PostForm>> proven = worker.submit(() -> rules.client().prove(form, now));
        return proven.isPresent()
                ? proven.get()
                        .thenCompose(call -> fetcher.fetch(new HttpFetcher.Request(rules.endpoint(), call, MAX_BYTES, rules.timeout(), rules.authorities())))
                        .thenApply(result -> read(result, now))
                : CompletableFuture.completedStage(new IssuedToken.Read.Unusable("no room to prepare the call"));
    }

    private static IssuedToken.Read read(HttpFetcher.Result result, Instant now) {
        return switch (result) {
            case HttpFetcher.Result.Fetched(byte[] body, var _) -> IssuedToken.read(body, now);
            case HttpFetcher.Result.Declined(int status, byte[] _) -> new IssuedToken.Read.Unusable("the token endpoint refuses the gateway, with " + status);
            case HttpFetcher.Result.Failed(String why) -> new IssuedToken.Read.Unusable(why);
        };
    }
}
