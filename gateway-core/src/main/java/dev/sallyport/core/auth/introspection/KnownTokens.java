package dev.sallyport.core.auth.introspection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.auth.CredentialCache;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.token.TokenTimes;
import dev.sallyport.core.port.GatewayEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the provider said lately. Good and bad tokens are kept apart: whoever sends made-up ones cannot push good ones out.
 */
final class KnownTokens {
    /** Refusals remembered, some 300 bytes each. */
    private static final int MAX_REFUSED = 10_000;

    /** There are no keys that could change; a configuration that does has caches of its own. */
    private static final long GENERATION = 0;

    private final String name;
    private final IntrospectionRules rules;
    private final GatewayEvents events;
    private final CredentialCache good;
    private final Cache<CredentialCache.Key, Refusal> bad =
            Caffeine.newBuilder().maximumSize(MAX_REFUSED).executor(Runnable::run).build();

    private record Refusal(Verdict.Rejected verdict, Instant at) {}

    KnownTokens(String name, IntrospectionRules rules, GatewayEvents events) {
        this.name = name;
        this.rules = rules;
        this.events = events;
        this.good = new CredentialCache(name, events);
    }

    Optional<Verdict.Final> find(CredentialCache.Key key, Instant now) {
        Refusal refusal = bad.getIfPresent(key);
        // By distance: a clock that was set back must not keep a refusal alive.
        if (refusal != null && Duration.between(refusal.at, now).abs().compareTo(rules.negativeFor()) < 0) {
            events.credentialCache(name, GatewayEvents.CacheResult.HIT);
            return Optional.of(refusal.verdict);
        }
        return good.find(key, GENERATION, now).map(CredentialCache.Entry::verdict);
    }

    /** Until {@code cacheFor} is over or the token ends, whichever comes first; a clock set back ends it too. */
    void put(CredentialCache.Key key, Verdict.Authenticated verdict, TokenTimes times, int length, Instant now) {
        Instant end = now.plus(rules.cacheFor());
        Instant until = times.expiry().filter(end::isAfter).orElse(end);
        if (until.isAfter(now)) {
            good.put(key, new CredentialCache.Entry(verdict, GENERATION, now.minus(rules.clockSkew()), until, length));
        }
    }

    void put(CredentialCache.Key key, Verdict.Rejected verdict, Instant now) {
        bad.put(key, new Refusal(verdict, now));
    }
}
