package dev.sallyport.core.state.revocation;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.state.revocation.Revocation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Revocations, found by what a credential says of itself. Grows while it is asked, from any thread. */
public final class RevokedCredentials implements RevocationList {
    private final Map<Kind, Map<String, Instant>> byKind = new EnumMap<>(Kind.class);

    public RevokedCredentials() {
        for (Kind kind : Kind.values()) {
            byKind.put(kind, new ConcurrentHashMap<>());
        }
    }

    public static RevokedCredentials of(Collection<Revocation> revocations) {
        RevokedCredentials revoked = new RevokedCredentials();
        revocations.forEach(revoked::add);
        return revoked;
    }

    /** Of two for one credential the stricter holds. */
    public void add(Revocation revocation) {
        of(revocation.kind()).merge(revocation.name(), revocation.at(), (one, other) -> one.isAfter(other) ? one : other);
    }

    @Override
    public boolean covers(List<RevocationHandle> handles, Instant now) {
        for (int index = 0; index < handles.size(); index++) {
            if (covers(handles.get(index), now)) {
                return true;
            }
        }
        return false;
    }

    private boolean covers(RevocationHandle handle, Instant now) {
        return switch (handle) {
            case RevocationHandle.TokenId(String jti) -> isAfter(Kind.TOKEN, jti, now);
            case RevocationHandle.SubjectIssued(String subject, Instant issuedAt) -> isAfter(Kind.SUBJECT, subject, issuedAt);
            case RevocationHandle.ClientIssued(String client, Instant issuedAt) -> isAfter(Kind.CLIENT, client, issuedAt);
            case RevocationHandle.SessionId(String sid) -> isAfter(Kind.SESSION, sid, now);
            case RevocationHandle.KeyId(String id) -> isAfter(Kind.KEY, id, now);
            case RevocationHandle.CertificateSerial(String serial, String issuer) -> !of(Kind.CERTIFICATE).isEmpty()
                    && (isAfter(Kind.CERTIFICATE, serial, now) || isAfter(Kind.CERTIFICATE, Revocation.certificateName(serial, issuer), now));
        };
    }

    private boolean isAfter(Kind kind, String name, Instant limit) {
        Map<String, Instant> known = of(kind);
        Instant at = known.isEmpty() ? null : known.get(name);
        return at != null && at.isAfter(limit);
    }

    /**
     * Forgets what can hit nothing any more.
     *
     * @param longestLifetime of any token that is taken; absent where one may live for ever
     */
    void forgetEnded(Instant now, Optional<Duration> longestLifetime) {
        Instant before = now.minus(Revocations.GRACE);
        of(Kind.TOKEN).values().removeIf(until -> until.isBefore(before));
        of(Kind.SESSION).values().removeIf(until -> until.isBefore(before));
        longestLifetime.map(now::minus).ifPresent(begin -> {
            of(Kind.SUBJECT).values().removeIf(issuedBefore -> issuedBefore.isBefore(begin));
            of(Kind.CLIENT).values().removeIf(issuedBefore -> issuedBefore.isBefore(begin));
        });
    }

    public List<Revocation> all() {
        List<Revocation> all = new ArrayList<>();
        byKind.forEach((kind, names) -> names.forEach((name, at) -> all.add(new Revocation(kind, name, at))));
        return all;
    }

    int size() {
        return byKind.values().stream().mapToInt(Map::size).sum();
    }

    private Map<String, Instant> of(Kind kind) {
        return byKind.getOrDefault(kind, Map.of());
    }
}
