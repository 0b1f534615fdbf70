package dev.sallyport.core.token.refresh;

import dev.sallyport.core.identity.RevocationHandle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a refresh token stands for, and which one it is at the moment.
 *
 * @param sha256 of the only token that is good
 * @param until when it ends, however often it is refreshed
 * @param scopes that were granted, of which each access token has all or some; {@code audiences} likewise
 */
public record RefreshFamily(String id, String client, String sha256, Instant began, Instant until, Set<String> scopes, Set<String> audiences) {

    /** By what it can be called back. */
    public List<RevocationHandle> handles() {
        return List.of(
                new RevocationHandle.ClientIssued(client, began), new RevocationHandle.SubjectIssued(client, began), new RevocationHandle.SessionId(id));
    }

    boolean isCurrent(RefreshToken token) {
        return MessageDigest.isEqual(sha256.getBytes(StandardCharsets.US_ASCII), token.sha256().getBytes(StandardCharsets.US_ASCII));
    }

    RefreshFamily with(RefreshToken token) {
        return new RefreshFamily(id, client, token.sha256(), began, until, scopes, audiences);
    }
}
