package dev.sallyport.core.state.revocation;

import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.state.revocation.Revocation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Revocations, found by what a credential says of itself. Grows while it is asked, from any thread. */
public final class RevokedCredentials implements RevocationList {
    private final Map<Kind, Map<String, Revocation>> byKind = new EnumMap<>(Kind.class);

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
        of(revocation.kind()).merge(revocation.name(), revocation, (known, other) -> other.at().isAfter(known.at()) ? other : known);
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
        Map<String, Revocation> known = of(kind);
        Revocation revocation = known.isEmpty() ? null : known.get(name);
        return revocation != null && revocation.at().isAfter(limit);
    }

    /**
     * Forgets what can hit nothing any more.
     *
     * @param longestLifetime of any token that is taken; absent where one may live for ever
     */
    void forgetEnded(Instant now, Optional<Duration> longestLifetime) {
        forgetBefore(Kind.TOKEN, now);
        forgetBefore(Kind.SESSION, now);
        longestLifetime.map(now::minus).ifPresent(begin -> {
            forgetBefore(Kind.SUBJECT, begin);
            forgetBefore(Kind.CLIENT, begin);
        });
    }

    private void forgetBefore(Kind kind, Instant instant) {
        of(kind).values().removeIf(revocation -> revocation.at().isBefore(instant));
    }

    boolean names(Revocation revocation) {
        return of(revocation.kind()).containsKey(revocation.name());
    }

    public List<Revocation> all() {
        return byKind.values().stream().flatMap(known -> known.values().stream()).toList();
    }

    long count(Predicate<Revoker> counted) {
        return byKind.values().stream().flatMap(known -> known.values().stream()).filter(revocation -> counted.test(revocation.by())).count();
    }

    private Map<String, Revocation> of(Kind kind) {
        return byKind.getOrDefault(kind, Map.of());
    }
}
