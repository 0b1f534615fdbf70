package dev.sallyport.core.port;

/** What core tells the outside about things that are not the answer to a request; the server counts and logs them. */
public interface GatewayEvents {

    /** Outcome of asking a credential cache: the metric's label is the constant in lower case. */
    enum CacheResult { HIT, MISS, STALE }

    /** Outcome of a JWK Set refresh: the metric's label is the constant in lower case. */
    enum RefreshOutcome { SUCCEEDED, FAILED }

    void credentialCache(String cache, CacheResult result);

    /** {@code detail} says why it failed, or how many keys were taken and left out. */
    void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail);

    /** A named bound (see {@code sallyport_limit_reached_total}) was reached. */
    void limitReached(String limit);

    /** For tests and commands that look at nothing. */
    GatewayEvents IGNORED = new GatewayEvents() {
        @Override
        public void credentialCache(String cache, CacheResult result) {}

        @Override
        public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {}

        @Override
        public void limitReached(String limit) {}
    };
}
