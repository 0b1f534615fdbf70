package dev.sallyport.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.key.SigningRules;
import dev.sallyport.core.port.CpuWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class IdentityAssertionTest {
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");

    private boolean isFull;

    private final CpuWorker worker = new CpuWorker() {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return isFull ? Optional.empty() : Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    };

    private final SigningRing keys = SigningRing.inMemory(
            new SigningRules(JwsAlgorithm.ES256, Duration.ofDays(1), Duration.ofDays(1)), () -> NOW, (_, _) -> () -> {}, worker);

    private IdentityAssertion assertion(Optional<String> audience) {
        return new IdentityAssertion(
                new AssertionRules("X-Auth-Assertion", "sallyport", audience, Duration.ofSeconds(60), Set.of("tenant", "iss", "exp")), keys, worker);
    }

    private static Identity identity(String subject, Optional<Instant> expiresAt) {
        return new Identity(
                subject, List.of(new Proof(AuthMethod.JWT, "users")), new LinkedHashSet<>(List.of("read", "write")), Optional.of("t1"), Optional.of("https://idp.example"),
                Map.of("tenant", "acme", "secret", "s", "iss", "https://forged.example", "exp", 1), expiresAt, List.of());
    }

    private static String sign(IdentityAssertion assertion, Identity identity, String upstream, Instant now) {
        return assertion.of(identity, upstream, now).orElseThrow().toCompletableFuture().join();
    }

    private static CompactJws read(String token) {
        return ((CompactJws.Parsed.Token) CompactJws.parse(token)).jws();
    }

    @Test
    void tokenSaysWhoWasProvenForWhomAndForAMinute() {
        CompactJws token = read(sign(assertion(Optional.empty()), identity("alice", Optional.empty()), "orders", NOW));
        assertThat(token.type()).contains("identity+jwt");
        assertThat(token.keyId()).contains(keys.current(NOW).keyId());
        assertThat(token.claims())
                .containsEntry("iss", "sallyport").containsEntry("sub", "alice").containsEntry("aud", "orders")
                .containsEntry("scope", "read write").containsEntry("auth_methods", List.of("jwt")).containsEntry("authenticators", List.of("users"))
                .containsEntry("credential_id", "t1").containsEntry("origin_iss", "https://idp.example").containsEntry("tenant", "acme")
                .doesNotContainKey("secret");
        assertThat(String.valueOf(token.claims().get("exp"))).isEqualTo(String.valueOf(NOW.getEpochSecond() + 60));
    }

    @Test
    void audienceIsTheUpstreamUnlessOneIsWritten() {
        assertThat(read(sign(assertion(Optional.of("all")), identity("alice", Optional.empty()), "orders", NOW)).claims()).containsEntry("aud", "all");
        IdentityAssertion each = assertion(Optional.empty());
        assertThat(sign(each, identity("alice", Optional.empty()), "orders", NOW)).isNotEqualTo(sign(each, identity("alice", Optional.empty()), "stock", NOW));
    }

    @Test
    void sameClaimsGetTheSameTokenForHalfItsLife() {
        IdentityAssertion assertion = assertion(Optional.empty());
        String first = sign(assertion, identity("alice", Optional.empty()), "orders", NOW);
        assertThat(sign(assertion, identity("alice", Optional.empty()), "orders", NOW.plusSeconds(29))).isEqualTo(first);
        assertThat(sign(assertion, identity("alice", Optional.empty()), "orders", NOW.plusSeconds(30))).isNotEqualTo(first);
        assertThat(sign(assertion, identity("bob", Optional.empty()), "orders", NOW)).isNotEqualTo(first);
        assertThat(sign(assertion, identity("alice", Optional.empty()), "orders", NOW.minusSeconds(1))).isNotEqualTo(first);
    }

    @Test
    void tokenNeverOutlivesTheCredential() {
        IdentityAssertion assertion = assertion(Optional.empty());
        sign(assertion, identity("alice", Optional.empty()), "orders", NOW);
        CompactJws token = read(sign(assertion, identity("alice", Optional.of(NOW.plusSeconds(20))), "orders", NOW));
        assertThat(String.valueOf(token.claims().get("exp"))).isEqualTo(String.valueOf(NOW.getEpochSecond() + 20));
    }

    @Test
    void tokenOfACredentialWithinItsClockSkewEndsAfterItBegan() {
        CompactJws token = read(sign(assertion(Optional.empty()), identity("alice", Optional.of(NOW.minusSeconds(20))), "orders", NOW));
        assertThat(String.valueOf(token.claims().get("exp"))).isEqualTo(String.valueOf(NOW.getEpochSecond() + 1));
    }

    /** At the moment when a token has half of its life behind it, all its caller's requests want the next. */
    @Test
    void requestsThatComeWhileATokenIsSignedWaitForThatOne() {
        List<CompletableFuture<Void>> queue = new ArrayList<>();
        CpuWorker slow = new CpuWorker() {
            @Override
            public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
                CompletableFuture<Void> turn = new CompletableFuture<>();
                queue.add(turn);
                return Optional.of(turn.thenApply(_ -> computation.get()));
            }
        };
        IdentityAssertion assertion = new IdentityAssertion(new AssertionRules("X", "sallyport", Optional.empty(), Duration.ofSeconds(60), Set.of()), keys, slow);
        List<CompletionStage<String>> waiting = new ArrayList<>();
        for (int request = 0; request < 5; request++) {
            waiting.add(assertion.of(identity("alice", Optional.empty()), "orders", NOW).orElseThrow());
        }
        assertThat(queue).hasSize(1);
        queue.getFirst().complete(null);
        assertThat(waiting.stream().map(each -> each.toCompletableFuture().join()).distinct()).hasSize(1);
    }

    @Test
    void failureToSignIsNotRemembered() {
        List<CompletableFuture<String>> signed = new ArrayList<>();
        CpuWorker failing = new CpuWorker() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
                signed.add(new CompletableFuture<>());
                return Optional.of((CompletionStage<T>) signed.getLast());
            }
        };
        IdentityAssertion assertion = new IdentityAssertion(new AssertionRules("X", "sallyport", Optional.empty(), Duration.ofSeconds(60), Set.of()), keys, failing);
        CompletionStage<String> first = assertion.of(identity("alice", Optional.empty()), "orders", NOW).orElseThrow();
        signed.getFirst().completeExceptionally(new IllegalStateException("no entropy"));
        assertThat(first.toCompletableFuture()).isCompletedExceptionally();
        assertThat(assertion.of(identity("alice", Optional.empty()), "orders", NOW).orElseThrow().toCompletableFuture()).isNotDone();
    }

    /** A claim that is null says nothing; as a text it would say that the tenant is called so. */
    @Test
    void claimThatIsNullIsNotTold() {
        Map<String, Object> claims = StrictJson.object("{\"tenant\":null}".getBytes(StandardCharsets.UTF_8)).orElseThrow();
        Identity caller = new Identity("alice", List.of(new Proof(AuthMethod.JWT, "users")), Set.of(), Optional.empty(), Optional.empty(), claims, Optional.empty(), List.of());
        assertThat(read(sign(assertion(Optional.empty()), caller, "orders", NOW)).claims()).doesNotContainKey("tenant");
    }

    @Test
    void claimsOfEveryShapeAreToldAsTheyAre() {
        String json = "{\"tenant\":{\"a\":[1,2.5,true,null,\"x\",99999999999999999999,{\"b\":null}]}}";
        Map<String, Object> claims = StrictJson.object(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        Identity caller = new Identity("alice", List.of(new Proof(AuthMethod.JWT, "users")), Set.of(), Optional.empty(), Optional.empty(), claims, Optional.empty(), List.of());
        assertThat(read(sign(assertion(Optional.empty()), caller, "orders", NOW)).claims().get("tenant")).isEqualTo(claims.get("tenant"));
    }

    @Test
    void withoutRoomToSignThereIsNoToken() {
        IdentityAssertion assertion = assertion(Optional.empty());
        isFull = true;
        assertThat(assertion.of(identity("alice", Optional.empty()), "orders", NOW)).isEmpty();
    }
}
