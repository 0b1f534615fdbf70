package dev.sallyport.core.auth.oidc;

import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.Lookup;
import dev.sallyport.core.port.CpuWorker;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether a token was signed by the provider: the first thing asked of an ID token and of a log-out token. */
public final class IssuerTokens {
    private final Set<JwsAlgorithm> algorithms;
    private final KeySource keys;
    private final CpuWorker worker;

    /** What verifying gave. */
    public sealed interface Verified {
        /** @param jws whose signature holds, and of which nothing else was looked at */
        record Signed(CompactJws jws) implements Verified {}

        record Invalid(String why) implements Verified {}

        /** It cannot be said now. */
        record Unavailable(String why) implements Verified {}
    }

    public IssuerTokens(Set<JwsAlgorithm> algorithms, KeySource keys, CpuWorker worker) {
        this.algorithms = algorithms;
        this.keys = keys;
        this.worker = worker;
    }

    public CompletionStage<Verified> verify(String token, String issuer, Instant now) {
        if (!(CompactJws.parse(token) instanceof CompactJws.Parsed.Token(CompactJws jws))) {
            return invalid("it is no signed token");
        }
        // Before any key is asked for: a token of somebody else's must not make the gateway fetch.
        if (!issuer.equals(jws.claims().get("iss"))) {
            return invalid("`iss` is not the provider's issuer");
        }
        Optional<JwsAlgorithm> algorithm = JwsAlgorithm.find(jws.algorithm()).filter(algorithms::contains);
        if (algorithm.isEmpty()) {
            return invalid("`alg` is not among `oidc.algorithms` " + algorithms);
        }
        return switch (keys.find(jws.keyId(), algorithm.get(), now)) {
            case Lookup.Answer answer -> check(jws, answer);
            case Lookup.Fetching(CompletionStage<Lookup.Answer> answer) -> answer.thenCompose(fetched -> check(jws, fetched));
        };
    }

    private CompletionStage<Verified> check(CompactJws jws, Lookup.Answer answer) {
        return switch (answer) {
            case Lookup.Unknown(String why) -> invalid(why);
            case Lookup.Unavailable(String why, var _) -> CompletableFuture.completedStage(new Verified.Unavailable(why));
            case Lookup.Found(var candidates, var _) -> worker
                    .<Verified>submit(() -> candidates.stream().anyMatch(key -> JwsVerifier.verifies(key, jws))
                            ? new Verified.Signed(jws)
                            : new Verified.Invalid("its signature does not verify"))
                    .orElseGet(() -> CompletableFuture.completedStage(new Verified.Unavailable("no room to verify a signature")));
        };
    }

    private static CompletionStage<Verified> invalid(String why) {
        return CompletableFuture.completedStage(new Verified.Invalid(why));
    }
}
