package dev.sallyport.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.Journals;
import dev.sallyport.core.port.Scheduler;
import dev.sallyport.core.state.JournalsInMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SigningRingTest {
    private static final Path FILE = Path.of("keys.journal");
    private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
    private static final SigningRules RULES = new SigningRules(JwsAlgorithm.ES256, Duration.ofDays(30), Duration.ofDays(1));

    private final JournalsInMemory journals = new JournalsInMemory();
    private final Deque<Runnable> scheduled = new ArrayDeque<>();
    private Instant now = NOW;

    private final Scheduler scheduler = (_, task) -> {
        scheduled.add(task);
        return () -> scheduled.remove(task);
    };

    private final CpuWorker worker = new CpuWorker() {
        @Override
        public <T> Optional<CompletionStage<T>> submit(Supplier<T> computation) {
            return Optional.of(CompletableFuture.completedFuture(computation.get()));
        }
    };

    private SigningRing inMemory() {
        return SigningRing.inMemory(RULES, () -> now, scheduler, worker);
    }

    private SigningRing kept() {
        Journals.Opened.Ready ready = (Journals.Opened.Ready) journals.open(FILE);
        return SigningRing.kept(RULES, ready.journal(), ready.records(), () -> now, scheduler, worker);
    }

    private void look(Instant at) {
        now = at;
        scheduled.removeFirst().run();
    }

    @Test
    void firstKeySignsAtOnceAndAlone() {
        SigningRing ring = inMemory();
        assertThat(ring.published()).extracting(TokenSigner::keyId).containsExactly(ring.current(NOW).keyId());
    }

    @Test
    void nextKeyIsPublishedBeforeItSignsAndTheOldOneStaysBehindIt() {
        SigningRing ring = inMemory();
        ring.start();
        String first = ring.current(NOW).keyId();
        Instant due = NOW.plus(RULES.rotateEvery());
        look(due.minus(RULES.publishedAhead()).minusSeconds(1));
        assertThat(ring.published()).hasSize(1);
        look(due.minus(RULES.publishedAhead()));
        assertThat(ring.published()).hasSize(2);
        assertThat(ring.current(due.minusSeconds(1)).keyId()).isEqualTo(first);
        String second = ring.current(due).keyId();
        assertThat(second).isNotEqualTo(first);
        look(due.plus(RULES.overlap()));
        assertThat(ring.published()).extracting(TokenSigner::keyId).containsExactly(first, second);
        look(due.plus(RULES.overlap()).plusSeconds(1));
        assertThat(ring.published()).extracting(TokenSigner::keyId).containsExactly(second);
    }

    @Test
    void ringThatSleptThroughItsTimePublishesAheadAllTheSame() {
        SigningRing ring = inMemory();
        ring.start();
        Instant late = NOW.plus(Duration.ofDays(400));
        look(late);
        String first = ring.published().getFirst().keyId();
        assertThat(ring.current(late).keyId()).isEqualTo(first);
        assertThat(ring.current(late.plus(RULES.publishedAhead())).keyId()).isNotEqualTo(first);
    }

    @Test
    void clockThatIsSetBackStillFindsAKey() {
        SigningRing ring = inMemory();
        assertThat(ring.current(NOW.minusSeconds(86_400)).keyId()).isEqualTo(ring.current(NOW).keyId());
    }

    @Test
    void keysOutliveTheProcess() {
        SigningRing ring = kept();
        ring.start();
        look(NOW.plus(RULES.rotateEvery()));
        List<String> before = ring.published().stream().map(TokenSigner::keyId).toList();
        ring.retire();
        assertThat(kept().published()).extracting(TokenSigner::keyId).isEqualTo(before);
        assertThat(journals.live).hasSize(2);
    }

    private static final SigningRules RSA = new SigningRules(JwsAlgorithm.RS256, Duration.ofDays(30), Duration.ofDays(1));

    @Test
    void otherAlgorithmIsTheNextKeyAndTheFormerStaysForItsTokens() {
        SigningRing ring = inMemory();
        ring.start();
        String first = ring.current(NOW).keyId();
        ring.follow(RSA);
        look(NOW.plusSeconds(60));
        Instant signs = NOW.plusSeconds(60).plus(RSA.publishedAhead());
        assertThat(ring.current(signs.minusSeconds(1)).keyId()).isEqualTo(first);
        assertThat(ring.current(signs).verification().algorithm()).isEqualTo(JwsAlgorithm.RS256);
        look(signs);
        assertThat(ring.published()).hasSize(2);
        look(signs.plus(RSA.overlap()).plusSeconds(1));
        assertThat(ring.published()).extracting(key -> key.verification().algorithm()).containsExactly(JwsAlgorithm.RS256);
    }

    @Test
    void shorterOverlapIsForKeysThatComeAndThoseThatSignedStayAsLongAsWasSaid() {
        SigningRing ring = inMemory();
        ring.start();
        Instant second = NOW.plus(RULES.rotateEvery());
        look(second);
        SigningRules shorter = new SigningRules(RULES.algorithm(), RULES.rotateEvery(), Duration.ofMinutes(1));
        ring.follow(shorter);
        Instant signs = second.plus(RULES.publishedAhead());
        look(signs.plus(RULES.overlap()));
        assertThat(ring.published()).hasSize(2);
        look(signs.plus(RULES.overlap()).plusSeconds(1));
        assertThat(ring.published()).hasSize(1);
        // The one that was published under the longer overlap signed under it; the one behind it never did.
        Instant third = signs.plus(RULES.rotateEvery());
        look(third);
        Instant thirdSigns = third.plus(RULES.publishedAhead());
        look(thirdSigns.plus(RULES.overlap()));
        assertThat(ring.published()).hasSize(2);
        look(thirdSigns.plus(RULES.overlap()).plusSeconds(1));
        Instant fourth = thirdSigns.plus(RULES.rotateEvery());
        look(fourth);
        Instant fourthSigns = fourth.plus(RULES.publishedAhead());
        look(fourthSigns.plus(shorter.overlap()));
        assertThat(ring.published()).hasSize(2);
        look(fourthSigns.plus(shorter.overlap()).plusSeconds(1));
        assertThat(ring.published()).hasSize(1);
    }

    @Test
    void longerOverlapHoldsForKeysThatAreThere() {
        SigningRing ring = inMemory();
        ring.start();
        look(NOW.plus(RULES.rotateEvery()));
        Instant signs = NOW.plus(RULES.rotateEvery()).plus(RULES.publishedAhead());
        ring.follow(new SigningRules(RULES.algorithm(), RULES.rotateEvery(), RULES.overlap().multipliedBy(2)));
        look(signs.plus(RULES.overlap().multipliedBy(2)));
        assertThat(ring.published()).hasSize(2);
        look(signs.plus(RULES.overlap().multipliedBy(2)).plusSeconds(1));
        assertThat(ring.published()).hasSize(1);
    }

    @Test
    void keysThatWereKeptForAnotherAlgorithmAreReplacedAtTheStart() {
        String first = kept().current(NOW).keyId();
        Journals.Opened.Ready ready = (Journals.Opened.Ready) journals.open(FILE);
        SigningRing ring = SigningRing.kept(RSA, ready.journal(), ready.records(), () -> now, scheduler, worker);
        assertThat(ring.current(NOW).keyId()).isEqualTo(first);
        assertThat(ring.current(NOW.plus(RSA.publishedAhead())).verification().algorithm()).isEqualTo(JwsAlgorithm.RS256);
    }

    @Test
    void journalOfSomethingElseIsRefused() {
        for (String record : List.of("", "{}", "x {\"kty\":\"EC\"}", "1 {}", "1 " + TokenSigner.generate("k").publicKeys().replaceAll("\\s", ""))) {
            Journals.Opened.Ready ready = (Journals.Opened.Ready) journals.open(FILE);
            assertThatThrownBy(() -> SigningRing.kept(RULES, ready.journal(), List.of(record), () -> now, scheduler, worker))
                    .as(record).isInstanceOf(IllegalArgumentException.class).hasMessage("record 1 is no signing key");
        }
    }

    @Test
    void retiredRingLooksNoMore() {
        SigningRing ring = inMemory();
        ring.start();
        ring.retire();
        assertThat(scheduled).isEmpty();
    }

    @Test
    void publishedKeysHaveNoPrivatePart() {
        SigningRing ec = inMemory();
        SigningRing rsa = SigningRing.inMemory(new SigningRules(JwsAlgorithm.RS256, Duration.ofDays(1), Duration.ofDays(1)), () -> now, scheduler, worker);
        String published = new String(SigningRing.publicKeys(List.of(ec, rsa)), StandardCharsets.UTF_8);
        assertThat(published).contains(ec.current(now).keyId(), rsa.current(now).keyId()).doesNotContain("\"d\"", "\"p\"", "\"q\"");
        assertThat(rsa.current(now).sign("x+jwt", Map.of("a", 1))).contains(".");
        assertThat(ec.current(now)).hasToString("TokenSigner[" + ec.current(now).keyId() + "]");
    }
}
