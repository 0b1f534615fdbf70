package dev.sallyport.server.upstream;

import dev.sallyport.core.upstream.Upstream;
import dev.sallyport.server.observe.WireEvents;

/** The connections to one upstream. */
public final class UpstreamPool {
    private final Upstream upstream;

    UpstreamPool(Upstream upstream, WireEvents events) {
        this.upstream = upstream;
        events.upstreamConnections(upstream.name(), WireEvents.UpstreamConnectionState.IDLE, 0);
    }

    public Upstream upstream() {
        return upstream;
    }

    void retire() {}
}
