package dev.sallyport.core.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.port.GatewayEvents;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Refused credentials, counted by listener and address. One for the process, so that a reload forgives nobody. Bounded:
 * beyond the bound the addresses least often seen are forgotten.
 */
public final class AttemptCounters {
    private static final String LIMIT = "failedAttempts";

    /** Addresses remembered, about 100 bytes each. */
    private static final int MAX_ADDRESSES = 100_000;

    /** Leading bytes of an IPv6 address that one subscriber owns (RFC 6177). */
    private static final int IPV6_SUBSCRIBER_BYTES = 8;

    private final Cache<String, Window> windows =
            Caffeine.newBuilder().maximumSize(MAX_ADDRESSES).executor(Runnable::run).build();

    private final GatewayEvents events;

    public AttemptCounters(GatewayEvents events) {
        this.events = events;
    }

    private record Window(Instant start, int count) {
        /** A start far ahead means that the clock was set back since: nobody waits for it to come again. */
        boolean covers(Instant now, Duration per) {
            return Duration.between(start, now).abs().compareTo(per) < 0;
        }
    }

    /** How long to wait, if the address has used up its attempts. */
    public Optional<Duration> findWait(FailedAttempts bound, String listener, InetAddress address, Instant now) {
        Window window = windows.getIfPresent(key(listener, address));
        if (window == null || window.count < bound.max() || !window.covers(now, bound.per())) {
            return Optional.empty();
        }
        events.limitReached(LIMIT);
        return Optional.of(Duration.between(now, window.start.plus(bound.per())));
    }

    public void count(FailedAttempts bound, String listener, InetAddress address, Instant now) {
        windows.asMap().merge(key(listener, address), new Window(now, 1), (old, first) ->
                old.covers(now, bound.per()) ? new Window(old.start, old.count + 1) : first);
    }

    private static String key(String listener, InetAddress address) {
        byte[] octets = address.getAddress();
        byte[] subscriber = octets.length == 16 ? Arrays.copyOf(octets, IPV6_SUBSCRIBER_BYTES) : octets;
        return listener + "/" + HexFormat.of().formatHex(subscriber);
    }
}
