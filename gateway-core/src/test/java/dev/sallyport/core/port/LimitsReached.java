package dev.sallyport.core.port;

import java.util.ArrayList;
import java.util.List;

/** Remembers which bounds were reached. */
public final class LimitsReached implements GatewayEvents {
    public final List<String> names = new ArrayList<>();

    @Override
    public void credentialCache(String cache, CacheResult result) {}

    @Override
    public void jwksRefreshed(String authenticator, RefreshOutcome outcome, String detail) {}

    @Override
    public void limitReached(String limit) {
        names.add(limit);
    }
}
