package dev.sallyport.core.gateway;

/** What outlives a snapshot where its configuration did not change: authenticators with their caches, key sources, usage counts. */
public final class LongLived {
    static final LongLived NOTHING = new LongLived();
}
