package dev.sallyport.core.auth.jwt;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.CredentialCache;
import dev.sallyport.core.auth.TokenBearing;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.auth.binding.SenderConstraint;
import dev.sallyport.core.auth.token.Refused;
import dev.sallyport.core.auth.token.TokenPlace;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.jose.CompactJws;
import dev.sallyport.core.jose.JwsAlgorithm;
import dev.sallyport.core.jose.JwsVerifier;
import dev.sallyport.core.jose.KeyMaterial;
import dev.sallyport.core.key.KeySource;
import dev.sallyport.core.key.Lookup;
import dev.sallyport.core.oauth.lending.CallerToken;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.port.GatewayEvents;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.revocation.RevocationList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Checks signed access tokens of one issuer (RFC 7519, RFC 8725). In order: the cache; parse; claim by the unverified
 * {@code iss}, which only selects; the algorithm against the configuration; the key; the signature; the claims; the
 * revocations.
 */
public final class JwtAuthenticator implements Authenticator, TokenBearing {
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final JwtRules rules;
    private final KeySource keys;
    private final RevocationList revoked;
    private final SenderConstraint sender;
    private final List<CredentialLocation> places;
    private final Set<CredentialLocation> locations;
    private final CpuWorker worker;
    private final CredentialCache cache;
    private final ClaimCheck claims;

    public JwtAuthenticator(
            String name, JwtRules rules, KeySource keys, RevocationList revoked, SenderConstraint sender, CpuWorker worker, GatewayEvents events) {
        this(name, rules, keys, revoked, sender, worker, new CredentialCache(name, events));
    }

    private JwtAuthenticator(
            String name, JwtRules rules, KeySource keys, RevocationList revoked, SenderConstraint sender, CpuWorker worker, CredentialCache cache) {
        this.name = name;
        this.rules = rules;
        this.keys = keys;
        this.revoked = revoked;
        this.sender = sender;
        this.places = sender.tokenPlaces(rules.location());
        this.locations = sender.locations(rules.location());
        this.worker = worker;
        this.cache = cache;
        this.claims = new ClaimCheck(name, rules);
    }

    /** The same under another list: what was verified stays verified, and is looked up in the new list on each hit. */
    public JwtAuthenticator withRevocations(RevocationList others) {
        return new JwtAuthenticator(name, rules, keys, others, sender, worker, cache);
    }

    public JwtRules rules() {
        return rules;
    }

    public KeySource keys() {
        return keys;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.JWT;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return locations;
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return sender.challenges(realm);
    }

    @Override
    public Verdict authenticate(RequestView request) {
        return switch (TokenPlace.find(request.fields(), places)) {
            case TokenPlace.Found.Absent() -> Verdict.NOT_CLAIMED;
            case TokenPlace.Found.Ambiguous(String header) ->
                    rejected(RejectReason.CREDENTIALS_AMBIGUOUS, "`" + header + "` came twice or as a list");
            case TokenPlace.Found.At at -> sender.hold(authenticate(at, request.receivedAt()), request, at);
        };
    }

    @Override
    public Optional<Rejection> refuseUnclaimed(RequestView request) {
        if (!(TokenPlace.find(request.fields(), places) instanceof TokenPlace.Found.At at)) {
            return Optional.empty();
        }
        return Optional.of(switch (CompactJws.parse(at.text())) {
            case CompactJws.Parsed.Malformed(String why) -> Rejection.of(RejectReason.TOKEN_MALFORMED, "the token: " + why);
            case CompactJws.Parsed.Token _ -> Rejection.of(RejectReason.TOKEN_ISSUER_MISMATCH, "`iss` is no `jwt.issuer` of the route");
        });
    }

    @Override
    public Optional<CallerToken> callerToken(RequestView request, Identity identity) {
        return TokenPlace.accepted(request.fields(), places, identity);
    }

    private Verdict authenticate(TokenPlace.Found.At at, Instant now) {
        CredentialCache.Key key = CredentialCache.key(at.bytes(), at.start(), at.end());
        Optional<CredentialCache.Entry> entry = cache.find(key, keys.current(now).generation(), now);
        if (entry.isPresent()) {
            return unlessRevoked(entry.get().verdict(), now);
        }
        if (!(CompactJws.parse(at.text()) instanceof CompactJws.Parsed.Token(CompactJws jws))
                || !rules.issuer().equals(jws.claims().get("iss"))) {
            return Verdict.NOT_CLAIMED;
        }
        Optional<JwsAlgorithm> algorithm = JwsAlgorithm.find(jws.algorithm()).filter(rules.algorithms()::contains);
        if (algorithm.isEmpty()) {
            return rejected(RejectReason.TOKEN_ALGORITHM_NOT_ALLOWED, "`alg` is not among `jwt.algorithms` " + rules.algorithms());
        }
        Presented presented = new Presented(key, jws, now, at.end() - at.start());
        return switch (keys.find(jws.keyId(), algorithm.get(), now)) {
            case Lookup.Answer answer -> verify(presented, answer);
            case Lookup.Fetching(CompletionStage<Lookup.Answer> answer) ->
                    new Verdict.Pending(answer.thenCompose(fetched -> settle(verify(presented, fetched))));
        };
    }

    /** A token at its first sight. */
    private record Presented(CredentialCache.Key key, CompactJws jws, Instant now, int length) {}

    private Verdict verify(Presented token, Lookup.Answer answer) {
        return switch (answer) {
            case Lookup.Unknown(String why) -> rejected(RejectReason.TOKEN_KEY_UNKNOWN, why);
            case Lookup.Unavailable(String why, Duration retryAfter) ->
                    new Verdict.Rejected(Rejection.of(RejectReason.KEYS_UNAVAILABLE, why).withRetryAfter(retryAfter));
            // An HMAC costs less than the way to another thread.
            case Lookup.Found found when found.candidates().stream().allMatch(KeyMaterial.Shared.class::isInstance) -> conclude(token, found);
            case Lookup.Found found -> {
                Optional<CompletionStage<Verdict.Final>> queued = worker.submit(() -> conclude(token, found));
                yield queued.isPresent()
                        ? new Verdict.Pending(queued.get())
                        : new Verdict.Rejected(Rejection.of(RejectReason.OVERLOADED, "no room to verify a signature").withRetryAfter(OVERLOAD_PAUSE));
            }
        };
    }

    private static CompletionStage<Verdict.Final> settle(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Final last -> CompletableFuture.completedStage(last);
            case Verdict.Pending(CompletionStage<Verdict.Final> settled) -> settled;
            case Verdict.NotClaimed _, Verdict.NeedsBody _ -> throw new IllegalStateException("a claimed token is verified or refused");
        };
    }

    private Verdict.Final conclude(Presented token, Lookup.Found found) {
        Optional<KeyMaterial> key = found.candidates().stream().filter(each -> JwsVerifier.verifies(each, token.jws)).findFirst();
        if (key.isEmpty()) {
            return rejected(RejectReason.TOKEN_SIGNATURE_INVALID, "it does not verify under the " + found.candidates().size() + " keys that fit");
        }
        return switch (claims.check(token.jws, key.get().keyId().or(token.jws::keyId), token.now)) {
            case ClaimCheck.Outcome.Invalid(Refused(RejectReason reason, String detail)) ->
                    new Verdict.Rejected(Rejection.of(reason, detail), credentialId(token.jws));
            case ClaimCheck.Outcome.Valid valid -> {
                Verdict.Authenticated verdict = new Verdict.Authenticated(valid.identity(), Optional.empty());
                cache.put(token.key, new CredentialCache.Entry(verdict, found.generation(), valid.from(), valid.until(), token.length));
                yield unlessRevoked(verdict, token.now);
            }
        };
    }

    private Verdict.Final unlessRevoked(Verdict.Authenticated verdict, Instant now) {
        // `until` is when the token ends, and it is taken until the skew after: it must not come back for that while.
        return revoked.covers(verdict.identity().revocationHandles(), now.minus(rules.clockSkew()))
                ? new Verdict.Rejected(
                        Rejection.of(RejectReason.TOKEN_REVOKED, "its `jti`, or its subject before the time of revocation, is in `jwt.revocations`"),
                        verdict.identity().credentialId())
                : verdict;
    }

    /** Of a token whose signature held: before that anybody could have written it. */
    private static Optional<String> credentialId(CompactJws jws) {
        return jws.claims().get("jti") instanceof String jti ? Optional.of(jti) : jws.keyId();
    }

    private static Verdict.Rejected rejected(RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail));
    }
}
