package dev.sallyport.core.state;

import java.time.Instant;

/**
 * Something that may be accepted once, such as a signed webhook.
 *
 * @param authenticator who is to account for it
 * @param key authenticator and computed MAC; never an id or a spelling that the sender chooses
 * @param until end of the window in which it would be accepted again
 */
public record OneTimeUse(String authenticator, String key, Instant until) {}
