package dev.sallyport.core.auth;

/** An authenticator of a chain that had a look at a request and did not decide about it. */
public record Bystander(Authenticator authenticator, Standing standing) {
    /** Why it did not. */
    public enum Standing {
        /** Nothing stands where it looks. */
        NOTHING_PRESENTED,
        /** What stands there is another's. */
        NOT_CLAIMED,
        /** Its credential holds, and that was not what counted. */
        HELD
    }
}
