package dev.sallyport.core.state;

import dev.sallyport.core.identity.RevocationHandle;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a revocation file says.
 *
 * @param tokens {@code jti} to the time until which it must be remembered; {@link Instant#MAX} for ever
 * @param subjects subject to the time before which all of its tokens were issued that are called back
 */
public record RevokedTokens(Map<String, Instant> tokens, Map<String, Instant> subjects) {
    public static final RevokedTokens NONE = new RevokedTokens(Map.of(), Map.of());

    /** Whether one of a credential's handles is called back. */
    public boolean covers(List<RevocationHandle> handles, Instant now) {
        if (tokens.isEmpty() && subjects.isEmpty()) {
            return false;
        }
        for (RevocationHandle handle : handles) {
            if (covers(handle, now)) {
                return true;
            }
        }
        return false;
    }

    private boolean covers(RevocationHandle handle, Instant now) {
        return switch (handle) {
            case RevocationHandle.TokenId(String jti) -> tokens.getOrDefault(jti, Instant.MIN).isAfter(now);
            case RevocationHandle.SubjectIssued(String subject, Instant issuedAt) ->
                    issuedAt.isBefore(subjects.getOrDefault(subject, Instant.MIN));
            case RevocationHandle.KeyId _, RevocationHandle.CertificateSerial _ -> false;
        };
    }
}
