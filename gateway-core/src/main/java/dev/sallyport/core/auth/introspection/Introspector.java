package dev.sallyport.core.auth.introspection;

import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.HttpFetcher;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One way to the provider and back (RFC 7662 §2). */
final class Introspector {
    /** An answer with a few hundred claims is some 32 KiB. */
    static final int MAX_BYTES = 64 * 1024;

    private final IntrospectionRules rules;
    private final HttpFetcher fetcher;
    private final CpuWorker worker;

    /** What the provider says. */
    sealed interface Answer {
        record Active(Map<String, Object> claims) implements Answer {}

        record Inactive() implements Answer {}

        /** Slow, down, lying, or refusing us: it says nothing about the token. */
        record Unavailable(String why) implements Answer {}
    }

    Introspector(IntrospectionRules rules, HttpFetcher fetcher, CpuWorker worker) {
        this.rules = rules;
        this.fetcher = fetcher;
        this.worker = worker;
    }

    CompletionStage<Answer> ask(String token, Instant now) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token);
        form.put("token_type_hint", "access_token");
        // Proving who we are may be a signature, and this is an event loop.
        Optional<CompletionStage<HttpFetcher.Call.PostForm>> proven = worker.submit(() -> rules.client().prove(form, now));
        return proven.isPresent()
                ? proven.get().thenCompose(this::fetch).thenApply(Introspector::read)
                : CompletableFuture.completedStage(new Answer.Unavailable("no room to prepare the call"));
    }

    private CompletionStage<HttpFetcher.Result> fetch(HttpFetcher.Call.PostForm call) {
        return fetcher.fetch(new HttpFetcher.Request(rules.endpoint(), call, MAX_BYTES, rules.timeout(), rules.authorities()));
    }

    private static Answer read(HttpFetcher.Result result) {
        return switch (result) {
            case HttpFetcher.Result.Failed(String why) -> new Answer.Unavailable(why);
            // It refuses us, not the token.
            case HttpFetcher.Result.Declined(int status, byte[] _) -> new Answer.Unavailable("the answer's status is " + status);
            case HttpFetcher.Result.Fetched(byte[] body, var _) -> StrictJson.object(body)
                    .map(Introspector::read)
                    .orElseGet(() -> new Answer.Unavailable("the answer is not one JSON object of " + body.length + " bytes: "
                            + (looksSigned(body) ? "a signed one (RFC 9701) is not read" : "see the provider")));
        };
    }

    private static boolean looksSigned(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1).startsWith("eyJ");
    }

    private static Answer read(Map<String, Object> answer) {
        // "true" as a text, or nothing at all, is no yes.
        return switch (answer.get("active")) {
            case Boolean active -> active ? new Answer.Active(answer) : new Answer.Inactive();
            case null, default -> new Answer.Unavailable("the answer has no `active` that is true or false");
        };
    }
}
