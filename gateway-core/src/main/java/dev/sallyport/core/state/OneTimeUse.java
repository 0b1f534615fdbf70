package dev.sallyport.core.state;

import dev.sallyport.core.reject.RejectReason;
import java.time.Instant;

/**
 * Something that may be accepted once, such as a signed webhook.
 *
 * @param authenticator who is to account for it: an authenticator of a route, or a client of the token service
 * @param key authenticator and computed MAC, or the key of a proof with its id, whoever took it; never a spelling that the sender chooses
 * @param until end of the window in which it would be accepted again
 * @param replayed why it is refused the second time
 */
public record OneTimeUse(String authenticator, String key, Instant until, RejectReason replayed) {
    public OneTimeUse(String authenticator, String key, Instant until) {
        this(authenticator, key, until, RejectReason.SIGNATURE_REPLAYED);
    }

    /** The same, for somebody else's account. */
    public OneTimeUse accountedBy(String other) {
        return new OneTimeUse(other, key, until, replayed);
    }
}
