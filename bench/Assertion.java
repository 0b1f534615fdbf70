import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.SigningRules;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.token.AssertionRules;
import dev.sallyport.core.token.IdentityAssertion;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What the token that says who was proven costs a request in processor time, whatever else the machine does: remembered,
 * and signed anew. The thread that signs is this one, so the way to a worker and back comes on top of a new token, and of
 * that alone.
 */
final class Assertion {
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    private static final Instant NOW = Instant.EPOCH;
    private static final int REMEMBERED_CALLS = 1_000_000;
    private static final int SIGNED_CALLS = 1_000;

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        System.out.printf("%-28s %14s   (median of %d rounds)%n", "", "µs per request", rounds);
        for (JwsAlgorithm algorithm : List.of(JwsAlgorithm.ES256, JwsAlgorithm.RS256)) {
            report(algorithm + ", remembered", median(algorithm, rounds, REMEMBERED_CALLS, _ -> caller(0)));
            report(algorithm + ", signed anew", median(algorithm, rounds, SIGNED_CALLS, Assertion::caller));
        }
    }

    private static void report(String what, double micros) {
        System.out.printf("%-28s %14.2f%n", what, micros);
    }

    /** The first round warms up and does not count. */
    private static double median(JwsAlgorithm algorithm, int rounds, int calls, IntFunction<Identity> callers) {
        IdentityAssertion assertion = assertion(algorithm);
        double[] micros = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            int first = (round + 1) * calls;
            long start = THREAD.getCurrentThreadCpuTime();
            for (int call = 0; call < calls; call++) {
                require(assertion.of(callers.apply(first + call), "orders", NOW).isPresent());
            }
            double each = (THREAD.getCurrentThreadCpuTime() - start) / 1_000.0 / calls;
            if (round >= 0) {
                micros[round] = each;
            }
        }
        Arrays.sort(micros);
        return micros[rounds / 2];
    }

    private static void require(boolean isThere) {
        if (!isThere) {
            throw new IllegalStateException("there is always room to sign here");
        }
    }

    private static IdentityAssertion assertion(JwsAlgorithm algorithm) {
        SigningRules signing = new SigningRules(algorithm, Duration.ofDays(30), Duration.ofDays(1));
        SigningRing ring = SigningRing.inMemory(signing, InstantSource.fixed(NOW), (_, _) -> () -> {}, new Inline());
        AssertionRules rules = new AssertionRules("X-Auth-Assertion", "https://gateway.example.com", Optional.empty(), Duration.ofMinutes(1), Set.of("tenant"));
        return new IdentityAssertion(rules, ring, new Inline());
    }

    /** As a token with four claims makes one; each number is another token of the same subject. */
    private static Identity caller(int number) {
        return new Identity(
                "alice", List.of(new Proof(AuthMethod.JWT, "users")), Set.of("read:orders", "write:orders"), Optional.of("8c1f-" + number),
                Optional.of("https://auth.example.com"), Map.of("tenant", "acme", "aud", "api", "iss", "https://auth.example.com", "sub", "alice"),
                Optional.of(NOW.plusSeconds(900)), List.of());
    }

    private static final class Inline implements CpuWorker {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    }
}
