package dev.sallyport.core.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.jose.StrictJson;
import dev.sallyport.core.key.SigningRing;
import dev.sallyport.core.port.CpuWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Says in a signed token who was proven, for upstreams that believe no header. Who comes again with the same claims gets
 * the same token while at least half of its life is left.
 */
public final class IdentityAssertion {
    /** Bytes of what is remembered; a usual token and what it says are some 1,500. */
    static final long MAX_WEIGHT = 32L * 1024 * 1024;

    /** What an entry costs beside its texts. */
    private static final int ENTRY_WEIGHT = 512;

    /** So that it passes for no access token, with whomever (RFC 8725 §3.11). */
    private static final String TYPE = "identity+jwt";

    private final AssertionRules rules;
    private final SigningRing keys;
    private final CpuWorker worker;
    private final Cache<Vouched, Signed> remembered =
            Caffeine.newBuilder().maximumWeight(MAX_WEIGHT).weigher((Vouched vouched, Signed _) -> vouched.weight()).executor(Runnable::run).build();

    public IdentityAssertion(AssertionRules rules, SigningRing keys, CpuWorker worker) {
        this.rules = rules;
        this.keys = keys;
        this.worker = worker;
    }

    /** All that a token says, but for its time. */
    private record Vouched(
            String subject, String audience, List<Proof> proofs, Set<String> scopes, Optional<String> credentialId, Optional<String> issuer,
            Map<String, Object> claims) {
        /** Once as it stands here, and once more in the token, which is longer by a third. */
        int weight() {
            return ENTRY_WEIGHT + 5 * toString().length() / 2;
        }
    }

    private record Signed(CompletableFuture<String> token, Instant issuedAt, Instant expiresAt) {
        boolean isFresh(Instant now) {
            Duration half = Duration.between(issuedAt, expiresAt).dividedBy(2);
            return !now.isBefore(issuedAt) && now.isBefore(issuedAt.plus(half));
        }
    }

    public AssertionRules rules() {
        return rules;
    }

    /**
     * Never blocks. Empty where there is no room to sign.
     *
     * @param upstream for whom it is
     */
    public Optional<CompletionStage<String>> of(Identity identity, String upstream, Instant now) {
        Vouched vouched = vouched(identity, upstream);
        Signed known = remembered.getIfPresent(vouched);
        if (known != null && known.isFresh(now) && isWithin(known.expiresAt, identity) && !known.token.isCompletedExceptionally()) {
            return Optional.of(known.token);
        }
        Instant end = now.plus(rules.lifetime());
        // A credential that is taken within its clock skew has ended already, and a token must not end before it began.
        Instant soonest = now.plusSeconds(1);
        Instant expiresAt = identity.expiresAt().filter(end::isAfter).map(ends -> ends.isAfter(soonest) ? ends : soonest).orElse(end);
        return worker.submit(() -> keys.current(now).sign(TYPE, claims(vouched, now, expiresAt)))
                .map(token -> remember(vouched, new Signed(token.toCompletableFuture(), now, expiresAt)));
    }

    /** Before it is signed: a caller's requests that come meanwhile wait for this one and do not fill the queue. */
    private CompletionStage<String> remember(Vouched vouched, Signed signed) {
        remembered.put(vouched, signed);
        return signed.token;
    }

    /** It must not outlive the credential that it stands for. */
    private static boolean isWithin(Instant end, Identity identity) {
        return identity.expiresAt().isEmpty() || !end.isAfter(identity.expiresAt().get());
    }

    private Vouched vouched(Identity identity, String upstream) {
        Map<String, Object> told = new LinkedHashMap<>();
        for (String claim : rules.claims()) {
            Object value = StrictJson.plain(identity.claims().get(claim));
            if (value != null) {
                told.put(claim, value);
            }
        }
        return new Vouched(
                identity.subject(), rules.audience().orElse(upstream), identity.proofs(), identity.scopes(), identity.credentialId(), identity.issuer(), told);
    }

    private Map<String, Object> claims(Vouched vouched, Instant now, Instant expiresAt) {
        // What is registered comes last: no claim of a caller's token may stand in its place.
        Map<String, Object> claims = new LinkedHashMap<>(vouched.claims);
        claims.put("iss", rules.issuer());
        claims.put("sub", vouched.subject);
        claims.put("aud", vouched.audience);
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", expiresAt.getEpochSecond());
        claims.put("auth_methods", vouched.proofs.stream().map(proof -> proof.method().label()).toList());
        claims.put("authenticators", vouched.proofs.stream().map(Proof::authenticator).toList());
        claims.put("scope", String.join(" ", vouched.scopes));
        vouched.credentialId.ifPresent(id -> claims.put("credential_id", id));
        vouched.issuer.ifPresent(issuer -> claims.put("origin_iss", issuer));
        return claims;
    }
}
