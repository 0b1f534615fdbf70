package dev.sallyport.core.port;

import java.util.ArrayList;
import java.util.List;

/** Remembers the bounds that were reached. */
public final class LimitsReached implements GatewayEvents {
    private final List<String> limits = new ArrayList<>();

    public List<String> all() {
        return limits;
    }

    @Override
    public void credentialCache(String cache, CacheResult result) {}

    @Override
    public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {}

    @Override
    public void limitReached(String limit) {
        limits.add(limit);
    }
}
