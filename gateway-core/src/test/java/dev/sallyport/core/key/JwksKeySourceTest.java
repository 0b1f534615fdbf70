package dev.sallyport.core.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.TokenSigner;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.port.HttpFetcher;
import dev.sallyport.core.port.Scheduler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwksKeySourceTest {
    private static final Duration REFRESH = Duration.ofMinutes(10);
    private static final Duration STALE_FOR = Duration.ofHours(1);
    private static final Duration COOL_DOWN = Duration.ofSeconds(30);
    private static final String FIRST = TokenSigner.generate("first").publicKeys();
    private static final String SECOND = TokenSigner.generate("second").publicKeys();
    private static final JwksRules.Location FIXED = new JwksRules.Location.Fixed(URI.create("https://idp.example/jwks"));

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final Provider provider = new Provider();
    private final Timer timer = new Timer();
    private final List<String> refreshes = new ArrayList<>();
    private final List<String> limits = new ArrayList<>();
    private final JwksKeySource source = source(FIXED, JwksRules.Transport.HTTPS_ONLY);

    @Test
    void requestBeforeTheFirstAnswerWaitsForIt() {
        source.start();
        Lookup lookup = find("first");
        assertThat(lookup).isInstanceOf(Lookup.Fetching.class);
        provider.answer(FIRST);
        assertThat(answer(lookup)).isInstanceOf(Lookup.Found.class);
        assertThat(provider.requests).hasSize(1);
    }

    @Test
    void knownKeyIsFoundWithoutAsking() {
        startWith(FIRST);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
        assertThat(provider.requests).hasSize(1);
    }

    @Test
    void providerDownAtStartMakesKeysUnavailableAndIsTriedAgain() {
        source.start();
        provider.fail();
        // The first token may ask once more; then the cool-down holds.
        Lookup first = find("first");
        provider.fail();
        assertThat(answer(first)).isInstanceOf(Lookup.Unavailable.class);
        assertThat(find("first")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.health(now).state()).isEqualTo(KeyHealth.State.UNAVAILABLE);
        assertThat(source.health(now).lastFailure()).isPresent();
        timer.runDue();
        provider.answer(FIRST);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
        assertThat(source.health(now).state()).isEqualTo(KeyHealth.State.FRESH);
    }

    @Test
    void refreshIsScheduledAheadAndIgnoresTheCoolDown() {
        startWith(FIRST);
        askForUnknown("x");
        assertThat(timer.pause()).isEqualTo(REFRESH);
        timer.runDue();
        provider.answer(SECOND);
        assertThat(find("second")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void keysServeWhileTheirRefreshIsInFlight() {
        startWith(FIRST);
        timer.runDue();
        assertThat(provider.pending()).isEqualTo(1);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void unknownKeyCausesOneRefreshAndIsFoundThere() {
        startWith(FIRST);
        Lookup lookup = find("second");
        provider.answer(SECOND);
        assertThat(answer(lookup)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void manyUnknownKeysShareOneRefresh() {
        startWith(FIRST);
        List<Lookup> lookups = new ArrayList<>();
        for (int index = 0; index < 50; index++) {
            lookups.add(find("second"));
        }
        assertThat(provider.requests).hasSize(2);
        provider.answer(SECOND);
        assertThat(lookups).allSatisfy(lookup -> assertThat(answer(lookup)).isInstanceOf(Lookup.Found.class));
    }

    @Test
    void waitingRequestsAreBounded() {
        startWith(FIRST);
        for (int index = 0; index < JwksKeySource.MAX_WAITING; index++) {
            assertThat(find("x")).isInstanceOf(Lookup.Fetching.class);
        }
        assertThat(find("x")).isInstanceOf(Lookup.Unavailable.class);
        provider.answer(FIRST);
        now = now.plus(COOL_DOWN);
        assertThat(find("x")).isInstanceOf(Lookup.Fetching.class);
    }

    @Test
    void unknownKeyAfterASuccessfulRefreshIsUnknown() {
        startWith(FIRST);
        assertThat(askForUnknown("x")).isInstanceOf(Lookup.Unknown.class);
        assertThat(find("x")).isInstanceOf(Lookup.Unknown.class);
        assertThat(find("y")).isInstanceOf(Lookup.Unknown.class);
        assertThat(provider.requests).hasSize(2);
        assertThat(limits).as("one for each request that did not ask").containsExactly("coolDown", "coolDown");
    }

    @Test
    void unknownKeyMayAskAgainWhenTheCoolDownIsOver() {
        startWith(FIRST);
        askForUnknown("second");
        now = now.plus(COOL_DOWN);
        Lookup lookup = find("second");
        provider.answer(SECOND);
        assertThat(answer(lookup)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void unknownKeyMayAskAgainThoughTheClockWasSetBack() {
        startWith(FIRST);
        askForUnknown("second");
        now = now.minus(Duration.ofHours(1));
        Lookup lookup = find("second");
        provider.answer(SECOND);
        assertThat(answer(lookup)).isInstanceOf(Lookup.Found.class);
        assertThat(find("first")).isInstanceOf(Lookup.Unknown.class);
        assertThat(provider.requests).hasSize(3);
    }

    @Test
    void unknownKeyAfterAFailedRefreshIsUnavailable() {
        startWith(FIRST);
        Lookup lookup = find("x");
        provider.fail();
        assertThat(answer(lookup)).isInstanceOf(Lookup.Unavailable.class);
        assertThat(find("y")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void keyKnownToBeMissingStaysUnknownThoughTheProviderFailsNow() {
        startWith(FIRST);
        askForUnknown("x");
        timer.runDue();
        provider.fail();
        assertThat(find("x")).isInstanceOf(Lookup.Unknown.class);
        assertThat(find("y")).isInstanceOf(Lookup.Unavailable.class);
    }

    @Test
    void missedKeysAreBoundedAndForgottenAtSuccess() {
        MissedKeys missed = new MissedKeys(COOL_DOWN);
        for (int index = 0; index < MissedKeys.MAX_MISSED + 10; index++) {
            missed.add(Optional.of("k" + index), JwsAlgorithm.ES256, now);
        }
        assertThat(missed.size()).isEqualTo(MissedKeys.MAX_MISSED);
        assertThat(missed.contains(Optional.of("k0"), JwsAlgorithm.ES256, now)).isFalse();
        assertThat(missed.contains(Optional.of("k1009"), JwsAlgorithm.ES256, now)).isTrue();
        missed.clear();
        assertThat(missed.size()).isZero();
    }

    @Test
    void staleKeysServeUntilTheirTimeIsOver() {
        startWith(FIRST);
        timer.runDue();
        provider.fail();
        now = now.plus(REFRESH).plus(STALE_FOR);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
        assertThat(source.health(now).state()).isEqualTo(KeyHealth.State.STALE);
        now = now.plusSeconds(1);
        assertThat(source.current(now).isNone()).isTrue();
        Lookup lookup = find("first");
        provider.fail();
        assertThat(answer(lookup)).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.health(now).state()).isEqualTo(KeyHealth.State.UNAVAILABLE);
    }

    @Test
    void pauseAfterFailuresGrowsWithinItsBound() {
        startWith(FIRST);
        List<Duration> pauses = new ArrayList<>();
        for (int index = 0; index < 8; index++) {
            timer.runDue();
            provider.fail();
            pauses.add(timer.pause());
        }
        assertThat(pauses).startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(pauses.getLast()).isEqualTo(JwksKeySource.MAX_RETRY);
    }

    @Test
    void generationGrowsOnlyWhenTheKeysChange() {
        startWith(FIRST);
        long before = source.current(now).generation();
        timer.runDue();
        provider.answer(FIRST);
        assertThat(source.current(now).generation()).isEqualTo(before);
        timer.runDue();
        provider.answer(SECOND);
        assertThat(source.current(now).generation()).isGreaterThan(before);
        assertThat(source.current(now).candidates(Optional.of("first"), JwsAlgorithm.ES256)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{\"keys\":1}", "{\"keys\":[],\"keys\":[]}"})
    void garbageIsAFailureAndTheOldKeysStay(String garbage) {
        startWith(FIRST);
        timer.runDue();
        provider.answer(garbage);
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
        assertThat(source.health(now).lastFailure()).isPresent();
    }

    @Test
    void emptySetWithdrawsAllKeys() {
        startWith(FIRST);
        timer.runDue();
        provider.answer("{\"keys\":[]}");
        assertThat(askForUnknown("first", "{\"keys\":[]}")).isInstanceOf(Lookup.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 60, 600, 86_400})
    void maxAgeIsHonouredWithinBounds(long seconds) {
        source.start();
        provider.answer(FIRST, Optional.of(Duration.ofSeconds(seconds)));
        assertThat(timer.pause()).isBetween(JwksKeySource.MIN_REFRESH, REFRESH);
        if (seconds == 60) {
            assertThat(timer.pause()).isEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void retiredSourceStopsAskingAndServesOn() {
        startWith(FIRST);
        source.retire();
        assertThat(timer.isIdle()).isTrue();
        assertThat(find("first")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void retiredWhileInFlightSchedulesNothing() {
        source.start();
        source.retire();
        provider.answer(FIRST);
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void plainHttpIsRefusedUnlessAllowed() {
        JwksRules.Location plain = new JwksRules.Location.Fixed(URI.create("http://idp.example/jwks"));
        JwksKeySource strict = source(plain, JwksRules.Transport.HTTPS_ONLY);
        strict.start();
        assertThat(provider.requests).isEmpty();
        assertThat(strict.health(now).lastFailure()).get().asString().contains("https");
        JwksKeySource lenient = source(plain, JwksRules.Transport.INSECURE_HTTP_ALLOWED);
        lenient.start();
        assertThat(provider.requests).hasSize(1);
    }

    @Test
    void discoveryLeadsToTheKeys() {
        JwksKeySource discovered = source(new JwksRules.Location.Discovered("https://idp.example/realm/"), JwksRules.Transport.HTTPS_ONLY);
        discovered.start();
        assertThat(provider.requests.getLast().uri()).hasToString("https://idp.example/realm/.well-known/openid-configuration");
        provider.answer("{\"issuer\":\"https://idp.example/realm/\",\"jwks_uri\":\"https://keys.example/k\"}");
        assertThat(provider.requests.getLast().uri()).hasToString("https://keys.example/k");
        provider.answer(FIRST);
        assertThat(discovered.current(now).keys()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"issuer\":\"https://idp.example/\",\"jwks_uri\":\"https://keys.example/k\"}",
        "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"https://keys.example/k\"}",
        "{\"jwks_uri\":\"https://keys.example/k\"}",
        "{\"issuer\":\"https://idp.example\"}",
        "{\"issuer\":\"https://idp.example\",\"jwks_uri\":\"http://keys.example/k\"}",
        "{\"issuer\":\"https://idp.example\",\"jwks_uri\":\"file:///etc/passwd\"}",
        "{\"issuer\":\"https://idp.example\",\"jwks_uri\":\"::\"}",
        "[]"
    })
    void lyingDiscoveryDocumentIsAFailure(String document) {
        JwksKeySource discovered = source(new JwksRules.Location.Discovered("https://idp.example"), JwksRules.Transport.HTTPS_ONLY);
        discovered.start();
        provider.answer(document);
        assertThat(provider.requests).hasSize(1);
        assertThat(discovered.health(now).lastFailure()).isPresent();
        assertThat(discovered.current(now).isNone()).isTrue();
    }

    @Test
    void throwingFetcherIsAFailure() {
        JwksKeySource broken = new JwksKeySource(rules(FIXED, JwksRules.Transport.HTTPS_ONLY),
                _ -> { throw new IllegalStateException("defect"); }, timer, time(), GatewayEvents.IGNORED);
        broken.start();
        assertThat(broken.health(now).lastFailure()).isPresent();
        assertThat(timer.isIdle()).isFalse();
    }

    @Test
    void everyRefreshIsTold() {
        startWith(FIRST);
        timer.runDue();
        provider.fail();
        assertThat(refreshes).containsExactly("users SUCCEEDED", "users FAILED");
    }

    @Test
    void ageCountsFromTheLastSuccess() {
        startWith(FIRST);
        now = now.plusSeconds(90);
        assertThat(source.health(now).age()).contains(Duration.ofSeconds(90));
    }

    @Test
    void moreThanFourFittingKeysWithoutAnIdAreRefused() {
        String five = IntStream.range(0, 5)
                .mapToObj(index -> TokenSigner.generate("k" + index).publicKeys().strip())
                .map(set -> set.substring(set.indexOf('[') + 1, set.lastIndexOf(']')))
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        startWith(five);
        assertThat(source.find(Optional.empty(), JwsAlgorithm.ES256, now)).isInstanceOf(Lookup.Unknown.class);
        assertThat(find("k3")).isInstanceOf(Lookup.Found.class);
    }

    private void startWith(String set) {
        source.start();
        provider.answer(set);
    }

    private Lookup find(String keyId) {
        return source.find(Optional.of(keyId), JwsAlgorithm.ES256, now);
    }

    private Lookup.Answer askForUnknown(String keyId) {
        return askForUnknown(keyId, FIRST);
    }

    private Lookup.Answer askForUnknown(String keyId, String set) {
        Lookup lookup = find(keyId);
        provider.answer(set);
        return answer(lookup);
    }

    private static Lookup.Answer answer(Lookup lookup) {
        return switch (lookup) {
            case Lookup.Answer answer -> answer;
            case Lookup.Fetching(CompletionStage<Lookup.Answer> stage) -> stage.toCompletableFuture().getNow(new Lookup.Unknown("still fetching"));
        };
    }

    private JwksKeySource source(JwksRules.Location location, JwksRules.Transport transport) {
        return new JwksKeySource(rules(location, transport), provider, timer, time(), new GatewayEvents() {
            @Override
            public void credentialCache(String cache, CacheResult result) {}

            @Override
            public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {
                refreshes.add(authenticator + " " + outcome);
            }

            @Override
            public void limitReached(String limit) {
                limits.add(limit);
            }
        });
    }

    private InstantSource time() {
        return () -> now;
    }

    private static JwksRules rules(JwksRules.Location location, JwksRules.Transport transport) {
        return new JwksRules("users", location, transport, Set.of(JwsAlgorithm.ES256), Optional.empty(), REFRESH, STALE_FOR, COOL_DOWN);
    }

    /** Answers when the test says so. */
    private static final class Provider implements HttpFetcher {
        private final List<Request> requests = new ArrayList<>();
        private final List<CompletableFuture<Result>> open = new ArrayList<>();

        @Override
        public CompletionStage<Result> fetch(Request request) {
            requests.add(request);
            CompletableFuture<Result> result = new CompletableFuture<>();
            open.add(result);
            return result;
        }

        int pending() {
            return open.size();
        }

        void answer(String body) {
            answer(body, Optional.empty());
        }

        void answer(String body, Optional<Duration> maxAge) {
            open.removeFirst().complete(new Result.Fetched(body.getBytes(StandardCharsets.UTF_8), maxAge));
        }

        void fail() {
            open.removeFirst().complete(new Result.Failed("refused"));
        }
    }

    /** Holds the one task that is due next. */
    private static final class Timer implements Scheduler {
        private final List<Duration> pauses = new ArrayList<>();
        private final List<Runnable> tasks = new ArrayList<>();

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            pauses.add(delay);
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        Duration pause() {
            return pauses.getLast();
        }

        boolean isIdle() {
            return tasks.isEmpty();
        }

        void runDue() {
            tasks.removeFirst().run();
        }
    }
}
