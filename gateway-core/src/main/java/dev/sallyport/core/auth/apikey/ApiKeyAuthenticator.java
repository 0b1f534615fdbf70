package dev.sallyport.core.auth.apikey;

import dev.sallyport.core.auth.Authenticator;
import dev.sallyport.core.auth.Verdict;
import dev.sallyport.core.http.CredentialLocation;
import dev.sallyport.core.http.HeaderFields;
import dev.sallyport.core.http.RequestView;
import dev.sallyport.core.identity.AuthMethod;
import dev.sallyport.core.identity.Identity;
import dev.sallyport.core.identity.Proof;
import dev.sallyport.core.identity.RevocationHandle;
import dev.sallyport.core.reject.Challenge;
import dev.sallyport.core.reject.RejectReason;
import dev.sallyport.core.reject.Rejection;
import dev.sallyport.core.state.ApiKeyEntry;
import dev.sallyport.core.state.ApiKeyStore;
import dev.sallyport.core.state.ApiKeyUsage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Knows a key by its SHA-256: whoever reads the store learns no key. */
public final class ApiKeyAuthenticator implements Authenticator {
    private static final MessageDigest SHA256 = sha256();

    private final String name;
    private final String header;
    private final ApiKeyStore store;
    private final ApiKeyUsage usage;
    private final Set<CredentialLocation> locations;
    private final List<Proof> proofs;

    public ApiKeyAuthenticator(String name, String header, ApiKeyStore store, ApiKeyUsage usage) {
        this.name = name;
        this.header = header;
        this.store = store;
        this.usage = usage;
        this.locations = Set.of(new CredentialLocation.Field(header));
        this.proofs = List.of(new Proof(AuthMethod.API_KEY, name));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.API_KEY;
    }

    @Override
    public Set<CredentialLocation> locations() {
        return locations;
    }

    @Override
    public List<Challenge> challenges(String realm) {
        return List.of(Challenge.apiKey(realm, header));
    }

    @Override
    public void accepted(Identity identity, Instant at) {
        identity.credentialId().ifPresent(keyId -> usage.record(keyId, at));
    }

    @Override
    public Verdict authenticate(RequestView request) {
        HeaderFields fields = request.fields();
        int index = fields.indexOf(header, 0);
        if (index < 0) {
            return Verdict.NOT_CLAIMED;
        }
        int start = fields.valueStart(index);
        int end = fields.valueEnd(index);
        if (fields.indexOf(header, index + 1) >= 0 || isList(fields.bytes(), start, end)) {
            return rejected(RejectReason.CREDENTIALS_AMBIGUOUS, "`" + header + "` came twice or as a list");
        }
        if (start == end || end - start > ApiKeyFormat.MAX_KEY_LENGTH) {
            // An empty key has a hash like any other: a store that a script filled from an unset variable would let everybody in.
            return rejected(RejectReason.API_KEY_MALFORMED, (end - start) + " bytes; a key has 1 to " + ApiKeyFormat.MAX_KEY_LENGTH);
        }
        if (ApiKeyFormat.look(fields.value(index)) == ApiKeyFormat.Look.MISTYPED) {
            return rejected(RejectReason.API_KEY_MALFORMED, "the checksum does not hold");
        }
        Optional<ApiKeyEntry> entry = store.find(hash(fields.bytes(), start, end));
        return entry.isPresent() ? judge(entry.get(), request.receivedAt()) : rejected(RejectReason.API_KEY_UNKNOWN, "no such key");
    }

    private Verdict judge(ApiKeyEntry key, Instant now) {
        if (key.activity() == ApiKeyEntry.Activity.REVOKED) {
            return refused(key, RejectReason.API_KEY_INACTIVE, "key `" + key.id() + "` is revoked");
        }
        if (key.notBefore().isPresent() && now.isBefore(key.notBefore().get())) {
            return refused(key, RejectReason.API_KEY_NOT_YET_VALID, "key `" + key.id() + "` holds from " + key.notBefore().get());
        }
        if (key.expiresAt().isPresent() && !now.isBefore(key.expiresAt().get())) {
            return refused(key, RejectReason.API_KEY_EXPIRED, "key `" + key.id() + "` ended at " + key.expiresAt().get());
        }
        Identity identity = new Identity(
                key.subject(), proofs, key.scopes(), Optional.of(key.id()), Optional.empty(), Map.of(), key.expiresAt(),
                List.of(new RevocationHandle.KeyId(key.id())));
        return new Verdict.Authenticated(identity, Optional.empty());
    }

    private static boolean isList(byte[] bytes, int start, int end) {
        for (int index = start; index < end; index++) {
            if (bytes[index] == ',') {
                return true;
            }
        }
        return false;
    }

    private static byte[] hash(byte[] bytes, int start, int end) {
        try {
            // A copy of a fresh digest costs a tenth of asking the providers for one.
            MessageDigest digest = (MessageDigest) SHA256.clone();
            digest.update(bytes, start, end - start);
            return digest.digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its hash proved it: whose it was may stand in the log. */
    private static Verdict refused(ApiKeyEntry key, RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail), Optional.of(key.id()));
    }

    private static Verdict rejected(RejectReason reason, String detail) {
        return new Verdict.Rejected(Rejection.of(reason, detail));
    }
}
