package dev.sallyport.core.auth.signature;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.BodyLength;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.port.CpuWorker;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.OneTimeUse;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Checks a keyed hash over the content. What the head alone can refuse (form, time, size) is refused before a byte of
 * content is read.
 */
public final class HmacAuthenticator implements Authenticator {
    /** Content up to this many bytes is hashed at once; more would hold up the event loop, and goes through the queue. */
    static final int MAX_INLINE_BYTES = 16 * 1024;

    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final HmacRules rules;
    private final CpuWorker worker;
    private final List<Key> keys;

    /** Bytes to key the hash with, and whom they prove. */
    private record Key(byte[] bytes, Identity identity) {}

    public HmacAuthenticator(String name, HmacRules rules, CpuWorker worker) {
        this.name = name;
        this.rules = rules;
        this.worker = worker;
        keys = rules.secrets().entrySet().stream()
                .map(secret -> new Key(rules.scheme().keyBytes(secret.getValue()), identity(secret.getKey())))
                .toList();
    }

    private Identity identity(String secretId) {
        return new Identity(
                rules.subject(), List.of(new Proof(AuthMethod.HMAC, name)), rules.scopes(), Optional.of(secretId),
                Optional.empty(), Map.of(), Optional.empty(), List.of(new RevocationHandle.KeyId(secretId)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.HMAC;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return Set.of(new CredentialLocation.Field(rules.scheme().header()));
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return List.of(Challenge.hmac(realm, rules.scheme().header()));
    }

    @Override
    public Verdict authenticate(RequestView request) {
        int signatures = request.fields().count(rules.scheme().header());
        if (signatures == 0) {
            return Verdict.NOT_CLAIMED;
        }
        if (signatures > 1) {
            return rejected(RejectReason.CREDENTIALS_AMBIGUOUS, "`" + rules.scheme().header() + "` came " + signatures + " times");
        }
        return switch (rules.scheme().read(request.fields())) {
            case SignatureScheme.Reading.Malformed(String why) -> rejected(RejectReason.SIGNATURE_MALFORMED, why);
            case SignatureScheme.Reading.Claim claim -> check(claim, request);
        };
    }

    private Verdict check(SignatureScheme.Reading.Claim claim, RequestView request) {
        if (claim.signedAt().isPresent()) {
            Duration off = Duration.between(claim.signedAt().get(), request.receivedAt());
            if (off.abs().compareTo(rules.tolerance()) > 0) {
                return rejected(RejectReason.SIGNATURE_TIMESTAMP_OUT_OF_TOLERANCE,
                        "signed " + off.abs() + (off.isNegative() ? " ahead of" : " before") + " our clock; `hmac.tolerance` is " + rules.tolerance());
            }
        }
        if (request.body().isEmpty()) {
            return beforeContent(request.head().bodyLength()).orElseGet(() -> new Verdict.NeedsBody(rules.maxBody()));
        }
        byte[] content = request.body().get();
        if (content.length == 0 && rules.scheme().content() == SignatureScheme.Content.REQUIRED) {
            return bodyMissing();
        }
        if (content.length <= MAX_INLINE_BYTES) {
            return verify(claim, content);
        }
        Supplier<Verdict.Final> verification = () -> verify(claim, content);
        Optional<CompletionStage<Verdict.Final>> queued = worker.submit(verification);
        return queued.isPresent()
                ? new Verdict.Pending(queued.get())
                : new Verdict.Rejected(Rejection.of(RejectReason.OVERLOADED, "no room to hash " + content.length + " bytes").withRetryAfter(OVERLOAD_PAUSE));
    }

    private Optional<Verdict> beforeContent(BodyLength length) {
        if (length.isEmpty() && rules.scheme().content() == SignatureScheme.Content.REQUIRED) {
            return Optional.of(bodyMissing());
        }
        if (length instanceof BodyLength.Fixed(long bytes) && bytes > rules.maxBody()) {
            return Optional.of(rejected(RejectReason.BODY_TOO_LARGE, "content of " + bytes + " bytes; `hmac.maxBody` is " + rules.maxBody()));
        }
        return Optional.empty();
    }

    private Verdict.Final verify(SignatureScheme.Reading.Claim claim, byte[] content) {
        Optional<Verdict.Final> verdict = Optional.empty();
        // Every secret against every signature, whatever matched before: the time must not tell which one it was.
        for (Key key : keys) {
            byte[] mac = Mac256.of(key.bytes, claim.prefix(), content);
            int matches = 0;
            for (byte[] signature : claim.signatures()) {
                matches |= MessageDigest.isEqual(mac, signature) ? 1 : 0;
            }
            if (matches != 0) {
                verdict = Optional.of(new Verdict.Authenticated(key.identity, claim.signedAt().map(signedAt -> use(mac, signedAt))));
            }
        }
        return verdict.orElseGet(() -> rejected(RejectReason.SIGNATURE_MISMATCH,
                "none of " + claim.signatures().size() + " signatures matches under " + keys.size() + " secrets over " + content.length + " bytes"));
    }

    /** Keyed by the MAC as we computed it: id and spelling are the sender's, and a replay could change them. */
    private OneTimeUse use(byte[] mac, Instant signedAt) {
        return new OneTimeUse(name, name + ":" + HexFormat.of().formatHex(mac), signedAt.plus(rules.tolerance()));
    }

    private static Verdict.Rejected bodyMissing() {
        return rejected(RejectReason.SIGNATURE_BODY_MISSING, "the request has no content");
    }

    private static Verdict.Rejected rejected(RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail));
    }
}
