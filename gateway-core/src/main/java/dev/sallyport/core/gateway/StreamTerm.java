package dev.sallyport.core.gateway;

import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.route.Route;
import dev.sallyport.core.state.revocation.RevocationList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a stream may go on that a credential opened: until the first of them ends or is called back.
 *
 * @param expiresAt absent where nothing of it expires
 * @param handles by which it can be called back; empty where nothing of it can be
 */
public record StreamTerm(Optional<Instant> expiresAt, List<RevocationHandle> handles) {
    /** How late it may be noticed that a credential was called back. */
    public static final Duration LOOK = Duration.ofSeconds(1);

    private static final StreamTerm ENDLESS = new StreamTerm(Optional.empty(), List.of());

    public static StreamTerm of(Route route, Identity identity) {
        return switch (route.streams()) {
            case WITH_CREDENTIAL -> new StreamTerm(identity.expiresAt(), identity.revocationHandles());
            case WITH_CONNECTION -> ENDLESS;
        };
    }

    public boolean isOver(Instant now, RevocationList revocations) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent() || revocations.covers(handles, now);
    }

    /** When it is to be asked again; {@link #LOOK} at most. */
    public Duration nextLook(Instant now) {
        return expiresAt.map(end -> Duration.between(now, end)).filter(left -> left.compareTo(LOOK) < 0).orElse(LOOK);
    }
}
